package dev.weir.service.http;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;

/// Where a server listens: `localhost:9090`, `[::1]:9090`, or `:9090` for all interfaces. Port 0
/// takes a free one.
///
/// @param host empty for all interfaces
public record ListenAddress(String host, int port) {
  public ListenAddress {
    requireNonNull(host, "host");
    if (port < 0 || port > 65_535) {
      throw new WeirException.BadData(
          "listen address has port %d; ports are 0 to 65535".formatted(port));
    }
  }

  public static ListenAddress parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) {
      throw invalid(text);
    }
    String host = text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw invalid(text);
    }
    try {
      return new ListenAddress(host, Integer.parseInt(text.substring(colon + 1)));
    } catch (NumberFormatException e) {
      throw new WeirException.BadData(invalid(text).getMessage(), e);
    }
  }

  private static WeirException.BadData invalid(String text) {
    return new WeirException.BadData(
        "listen address \"%s\" is not host:port, like localhost:9090 or :9090".formatted(text));
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[%s]:%d".formatted(host, port) : host + ":" + port;
  }
}
