package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.URL;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ConfigSection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `http` section of `weir.yml`: bounds of the server that all roles of a process share, and
/// where people reach it.
///
/// @param externalUrl absent: where the process itself is reached
public record HttpConfig(
    long maxBodyBytes, int maxConcurrentRequests, Duration idleTimeout, Optional<URI> externalUrl) {
  private static final Setting<Long> MAX_BODY_BYTES =
      Setting.of(
          "max_body_bytes",
          SIZE,
          32L << 20,
          "Longest request body, after decompression. A longer one is answered with 413.");

  private static final Setting<Integer> MAX_CONCURRENT_REQUESTS =
      Setting.of(
          "max_concurrent_requests",
          integer(1, 1_000_000),
          512,
          "Requests in work at once. More are answered with 503.");

  private static final Setting<Duration> IDLE_TIMEOUT =
      Setting.of(
          "idle_timeout",
          POSITIVE_DURATION,
          Duration.ofMinutes(5),
          "How long a connection may be silent before it is closed.");

  private static final Setting<Optional<URI>> EXTERNAL_URL =
      new Setting<>(
          "external_url",
          URL.optional(),
          Optional.empty(),
          "where the process is reached",
          "Where people reach the query API: what links in alerts, and `$externalURL` in templates,"
              + " begin with. The same for all processes.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "http",
          "Bounds of the HTTP server, and where people reach it.",
          List.of(MAX_BODY_BYTES, MAX_CONCURRENT_REQUESTS, IDLE_TIMEOUT, EXTERNAL_URL));

  static HttpConfig read(ConfigSection section) {
    return new HttpConfig(
        MAX_BODY_BYTES.read(section),
        MAX_CONCURRENT_REQUESTS.read(section),
        IDLE_TIMEOUT.read(section),
        EXTERNAL_URL.read(section));
  }
}
