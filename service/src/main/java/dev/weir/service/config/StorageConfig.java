package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;

import java.time.Duration;
import java.util.List;

/// The `storage` section of `weir.yml`.
public record StorageConfig(Duration retention) {
  private static final Setting<Duration> RETENTION =
      Setting.of(
          "retention",
          POSITIVE_DURATION,
          Duration.ofDays(15),
          "How long blocks are kept. Older samples are neither taken nor found.");

  public static final SettingGroup GROUP =
      new SettingGroup("storage", "What is kept, and how long.", List.of(RETENTION));

  static StorageConfig read(ConfigSection section) {
    return new StorageConfig(RETENTION.read(section));
  }
}
