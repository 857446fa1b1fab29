package dev.weir.broker;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.UnknownHostException;

/// A host and a TCP port to listen on, written `host:port`, or `[host]:port` for an IPv6 address.
///
/// @param host a name or an address of this machine; `0.0.0.0` and `::` mean all of its addresses
/// @param port 0 to 65535; 0 means any free port
public record ListenAddress(String host, int port) {

  /// Refuses an empty host and a port outside 0 to 65535.
  public ListenAddress {
    requireNonNull(host, "host");
    if (host.isBlank()) {
      throw new IllegalArgumentException(
          "listen address \":"
              + port
              + "\" has no host; use for example \"127.0.0.1:"
              + port
              + "\"");
    }
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException(
          "listen address \"" + host + ":" + port + "\": port " + port + " is not in 0 to 65535");
    }
  }

  /// The address on which only this machine can connect.
  public static ListenAddress loopback(int port) {
    return new ListenAddress("127.0.0.1", port);
  }

  /// Reads `host:port`.
  ///
  /// @throws IllegalArgumentException saying what is wrong with the text
  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw new IllegalArgumentException(
          "listen address \""
              + text
              + "\" has no port; use \"host:port\", for example \"127.0.0.1:9092\"");
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.contains(":")) {
      throw new IllegalArgumentException(
          "listen address \""
              + text
              + "\": write an IPv6 address in brackets, for example \"[::1]:9092\"");
    }
    String port = text.substring(colon + 1);
    try {
      return new ListenAddress(host, Integer.parseInt(port));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "listen address \"" + text + "\": port \"" + port + "\" is not a number", e);
    }
  }

  /// Whether this means every address of the machine, which no client can connect to as such.
  boolean isWildcard() {
    try {
      return InetAddress.getByName(host).isAnyLocalAddress();
    } catch (UnknownHostException _) {
      // Whoever binds to it reports the unknown name; here it is only known not to be a wildcard.
      return false;
    }
  }

  ListenAddress withPort(int newPort) {
    return new ListenAddress(host, newPort);
  }

  @Override
  public String toString() {
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
  }
}
