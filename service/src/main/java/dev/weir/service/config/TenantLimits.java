package dev.weir.service.config;

import static dev.weir.service.config.SettingType.DURATION;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.count;

import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.PrometheusDuration;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The `limits` section of `weir.yml`, and what `tenants` sets differently: what one tenant may
/// use.
///
/// @param maxActiveSeries series with a sample within [#activeSeriesIdle]; 0 means no bound
/// @param retention of the tenant's own blocks; 0 means that of all
/// @param retentionSize bytes of the tenant's own blocks; 0 means no bound
/// @param places sections of settings that stand elsewhere than in `limits`, by their name
public record TenantLimits(
    long maxActiveSeries,
    Duration activeSeriesIdle,
    long maxLabelsPerSeries,
    long maxLabelNameBytes,
    long maxLabelValueBytes,
    Duration retention,
    long retentionSize,
    Map<String, String> places) {
  public TenantLimits {
    places = Map.copyOf(places);
  }

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
        RETENTION_SIZE.read(section),
        Map.of());
  }

  /// What people change to change a limit of this tenant: `limits.max_active_series`, or
  /// `tenants.team-a.max_active_series`.
  ///
  /// @param name of the setting
  public String settingOf(String name) {
    return places.getOrDefault(name, GROUP.name()) + "." + name;
  }

  /// These limits with what a tenant's own section sets instead.
  ///
  /// @param tenant by name
  TenantLimits overriddenBy(String tenant, ConfigSection section) {
    Map<String, String> own = new HashMap<>(places);
    for (Setting<?> setting : SETTINGS) {
      if (section.keys().contains(setting.name())) {
        own.put(setting.name(), "tenants." + tenant);
      }
    }
    return new TenantLimits(
        override(MAX_ACTIVE_SERIES, maxActiveSeries, section),
        override(ACTIVE_SERIES_IDLE, activeSeriesIdle, section),
        override(MAX_LABELS_PER_SERIES, maxLabelsPerSeries, section),
        override(MAX_LABEL_NAME_BYTES, maxLabelNameBytes, section),
        override(MAX_LABEL_VALUE_BYTES, maxLabelValueBytes, section),
        override(RETENTION, retention, section),
        override(RETENTION_SIZE, retentionSize, section),
        own);
  }

  /// These limits where everybody's samples are kept for so long: the tenant's own retention holds
  /// where it is less.
  TenantLimits keptFor(Duration all) {
    if (retention.isPositive() && retention.compareTo(all) < 0) {
      return this;
    }
    Map<String, String> other = new HashMap<>(places);
    other.put(RETENTION.name(), StorageConfig.GROUP.name());
    return new TenantLimits(
        maxActiveSeries,
        activeSeriesIdle,
        maxLabelsPerSeries,
        maxLabelNameBytes,
        maxLabelValueBytes,
        all,
        retentionSize,
        other);
  }

  /// What there is to say where everybody's samples are kept for so long.
  Optional<String> warning(Duration all) {
    return retention.compareTo(all) > 0
        ? Optional.of(
            "%s %s has no effect: it is longer than storage.retention %s, and nobody's samples are kept longer"
                .formatted(
                    settingOf(RETENTION.name()),
                    PrometheusDuration.format(retention),
                    PrometheusDuration.format(all)))
        : Optional.empty();
  }

  private static <T> T override(Setting<T> setting, T inherited, ConfigSection section) {
    return section.value(setting.name()).isPresent() ? setting.read(section) : inherited;
  }
}
