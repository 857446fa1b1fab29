package dev.weir.standalone.pipeline;

import dev.weir.service.http.ListenAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/// Where this process is reached, and what tells it from others.
///
/// @param hostname of this machine
/// @param listen where the process listens; its port is the real one
/// @param advertised where other members reach it, if they cannot tell from `listen`
record Addresses(String hostname, ListenAddress listen, Optional<ListenAddress> advertised) {

  /// The addresses of a process on this machine.
  static Addresses of(ListenAddress listen, Optional<ListenAddress> advertised) {
    return new Addresses(localHostname(), listen, advertised);
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

  /// For other members of the pipeline: the address that was given for them, else the one that it
  /// listens on, or the machine's name where it listens on all.
  URI forMembers() {
    return advertised
        .map(address -> URI.create("http://" + address))
        .orElseGet(() -> http(isWildcard() ? hostname : listen.host()));
  }

  /// Whether members on other machines are given an address that is their own machine to them,
  /// although the brokers that all share are elsewhere.
  ///
  /// @param brokers as `host:port`
  boolean mislead(List<String> brokers) {
    return isLoopback(forMembers().getHost())
        && brokers.stream().anyMatch(broker -> !isLoopback(host(broker)));
  }

  private static String host(String broker) {
    int colon = broker.lastIndexOf(':');
    return colon < 0 ? broker : broker.substring(0, colon);
  }

  private static boolean isLoopback(String host) {
    return host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
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
