package dev.weir.rules.template.prometheus;

import java.net.Inet6Address;
import java.util.Optional;
import java.util.regex.Pattern;

/// `stripPort` and `stripDomain`: parts of addresses such as `web-1.example.com:9100`.
final class HostNames {
  private static final Pattern IPV4 =
      Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])(?:\\.(?!$)|$)){4}");

  private record HostPort(String host, String port) {}

  private HostNames() {}

  /// Go's `net.SplitHostPort`; nothing where that is an error.
  private static Optional<HostPort> split(String address) {
    int colon = address.lastIndexOf(':');
    if (colon < 0) {
      return Optional.empty();
    }
    String port = address.substring(colon + 1);
    String host = address.substring(0, colon);
    if (host.startsWith("[")) {
      if (!host.endsWith("]")) {
        return Optional.empty();
      }
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      return Optional.empty();
    }
    if (host.indexOf('[') >= 0 || host.indexOf(']') >= 0 || port.indexOf(']') >= 0) {
      return Optional.empty();
    }
    return Optional.of(new HostPort(host, port));
  }

  static String stripPort(String address) {
    return split(address).map(HostPort::host).orElse(address);
  }

  static String stripDomain(String address) {
    HostPort parts = split(address).orElse(new HostPort(address, ""));
    if (isIpAddress(parts.host)) {
      return address;
    }
    int dot = parts.host.indexOf('.');
    String name = dot < 0 ? parts.host : parts.host.substring(0, dot);
    if (parts.port.isEmpty()) {
      return name;
    }
    return (name.indexOf(':') >= 0 ? "[" + name + "]" : name) + ":" + parts.port;
  }

  private static boolean isIpAddress(String host) {
    if (host.indexOf(':') < 0) {
      return IPV4.matcher(host).matches();
    }
    try {
      Inet6Address.ofLiteral(host);
      // A zone is no part of an address.
      return host.indexOf('%') < 0;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
