package dev.weir.service.config;

import static dev.weir.service.config.SettingType.DURATION;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.count;

import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `limits` section of `weir.yml`, and what `tenants` sets differently: what one tenant may
/// use.
///
/// @param maxActiveSeries series with a sample within [#activeSeriesIdle]; 0 means no bound
/// @param retention of the tenant's own blocks; 0 means that of all
/// @param retentionSize bytes of the tenant's own blocks; 0 means no bound
public record TenantLimits(
    long maxActiveSeries,
    Duration activeSeriesIdle,
    long maxLabelsPerSeries,
    long maxLabelNameBytes,
    long maxLabelValueBytes,
    Duration retention,
    long retentionSize) {
  private static final Setting<Long> MAX_ACTIVE_SERIES =
      Setting.of(
          "max_active_series",
          count(0),
          1_000_000L,
          "Series that a tenant may have active in one collector. New ones beyond it are refused"
              + " before Kafka; those that are active go on. 0 means no bound.");

  private static final Setting<Duration> ACTIVE_SERIES_IDLE =
      Setting.of(
          "active_series_idle",
          POSITIVE_DURATION,
          Duration.ofMinutes(20),
          "How long after its last sample a series counts as active.");

  private static final Setting<Long> MAX_LABELS_PER_SERIES =
      Setting.of(
          "max_labels_per_series",
          count(0),
          60L,
          "Labels that a pushed series may have. 0 means no bound. Scraped series are bounded by"
              + " `label_limit` of prometheus.yml.");

  private static final Setting<Long> MAX_LABEL_NAME_BYTES =
      Setting.of(
          "max_label_name_bytes",
          count(0),
          1_024L,
          "Length of a pushed label's name. 0 means no bound.");

  private static final Setting<Long> MAX_LABEL_VALUE_BYTES =
      Setting.of(
          "max_label_value_bytes",
          count(0),
          16_384L,
          "Length of a pushed label's value. 0 means no bound.");

  private static final Setting<Duration> RETENTION =
      Setting.of(
          "retention",
          DURATION,
          Duration.ZERO,
          "How long a tenant's blocks are kept, where that is less than `storage.retention`. 0 means as"
              + " long.");

  private static final Setting<Long> RETENTION_SIZE =
      Setting.of(
          "retention_size",
          SIZE,
          0L,
          "What a tenant's merged and imported blocks may take; beyond it the oldest are deleted. 0"
              + " means no bound. Small blocks, which all tenants share, do not count.");

  private static final List<Setting<?>> SETTINGS =
      List.of(
          MAX_ACTIVE_SERIES,
          ACTIVE_SERIES_IDLE,
          MAX_LABELS_PER_SERIES,
          MAX_LABEL_NAME_BYTES,
          MAX_LABEL_VALUE_BYTES,
          RETENTION,
          RETENTION_SIZE);

  public static final SettingGroup GROUP =
      new SettingGroup(
          "limits",
          "What one tenant may use, unless `tenants` says otherwise: `tenants: {team-a:"
              + " {max_active_series: 5000}}` changes a limit for one tenant.",
          SETTINGS);

  static TenantLimits read(ConfigSection section) {
    return new TenantLimits(
        MAX_ACTIVE_SERIES.read(section),
        ACTIVE_SERIES_IDLE.read(section),
        MAX_LABELS_PER_SERIES.read(section),
        MAX_LABEL_NAME_BYTES.read(section),
        MAX_LABEL_VALUE_BYTES.read(section),
        RETENTION.read(section),
        RETENTION_SIZE.read(section));
  }

  /// These limits with what a tenant's own section sets instead.
  TenantLimits overriddenBy(ConfigSection section) {
    return new TenantLimits(
        override(MAX_ACTIVE_SERIES, maxActiveSeries, section),
        override(ACTIVE_SERIES_IDLE, activeSeriesIdle, section),
        override(MAX_LABELS_PER_SERIES, maxLabelsPerSeries, section),
        override(MAX_LABEL_NAME_BYTES, maxLabelNameBytes, section),
        override(MAX_LABEL_VALUE_BYTES, maxLabelValueBytes, section),
        override(RETENTION, retention, section),
        override(RETENTION_SIZE, retentionSize, section));
  }

  private static <T> T override(Setting<T> setting, T inherited, ConfigSection section) {
    return section.value(setting.name()).isPresent() ? setting.read(section) : inherited;
  }
}
