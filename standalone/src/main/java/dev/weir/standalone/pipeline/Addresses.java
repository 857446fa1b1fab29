package dev.weir.standalone.pipeline;

import dev.weir.service.http.ListenAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;

/// Where this process is reached, and what tells it from others.
///
/// @param hostname of this machine
/// @param listen where the process listens; its port is the real one
record Addresses(String hostname, ListenAddress listen) {

  /// The addresses of a process on this machine.
  static Addresses of(ListenAddress listen) {
    return new Addresses(localHostname(), listen);
  }

  private static String localHostname() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) {
      // A machine whose own name does not resolve: others cannot use it either.
      return "localhost";
    }
  }

  /// For clients on this machine.
  URI local() {
    return http(isWildcard() ? "localhost" : listen.host());
  }

  /// For other members of the pipeline: the address that it listens on, or the machine's name where
  /// it listens on all.
  URI forMembers() {
    return http(isWildcard() ? hostname : listen.host());
  }

  /// Tells this process from others; the same after a restart with the same flags. Of letters,
  /// digits, dots, dashes and underscores, as Kafka takes it.
  String member() {
    return (hostname + "-" + listen.port()).replaceAll("[^A-Za-z0-9._-]", "_");
  }

  private boolean isWildcard() {
    String host = listen.host();
    return host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
  }

  private URI http(String host) {
    return URI.create("http://" + new ListenAddress(host, listen.port()));
  }
}
