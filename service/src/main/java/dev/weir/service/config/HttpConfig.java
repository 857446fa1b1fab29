package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `http` section of `weir.yml`: bounds of the server that all roles of a process share.
public record HttpConfig(long maxBodyBytes, int maxConcurrentRequests, Duration idleTimeout) {
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

  public static final SettingGroup GROUP =
      new SettingGroup(
          "http",
          "Bounds of the HTTP server.",
          List.of(MAX_BODY_BYTES, MAX_CONCURRENT_REQUESTS, IDLE_TIMEOUT));

  static HttpConfig read(ConfigSection section) {
    return new HttpConfig(
        MAX_BODY_BYTES.read(section),
        MAX_CONCURRENT_REQUESTS.read(section),
        IDLE_TIMEOUT.read(section));
  }
}
