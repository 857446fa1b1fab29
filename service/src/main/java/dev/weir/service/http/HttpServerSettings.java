package dev.weir.service.http;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.time.Duration;

/// Bounds of a server.
///
/// @param maxBodyBytes longest request body, after decompression
/// @param maxConcurrentRequests requests in work at once; more are refused with 503
/// @param idleTimeout how long a connection may be silent
public record HttpServerSettings(
    ListenAddress listen, long maxBodyBytes, int maxConcurrentRequests, Duration idleTimeout) {
  public HttpServerSettings {
    requireNonNull(listen, "listen");
    requireNonNull(idleTimeout, "idleTimeout");
    if (maxBodyBytes < 1 || maxBodyBytes > Integer.MAX_VALUE - 16) {
      throw new WeirException.BadData(
          "http max body is %d bytes; use 1 to 2147483631".formatted(maxBodyBytes));
    }
    if (maxConcurrentRequests < 1) {
      throw new WeirException.BadData(
          "http max concurrent requests is %d; use at least 1".formatted(maxConcurrentRequests));
    }
  }

  public static HttpServerSettings defaults(ListenAddress listen) {
    return new HttpServerSettings(listen, 32 << 20, 512, Duration.ofMinutes(5));
  }
}
