package dev.weir.service.config;

import dev.weir.yaml.ConfigSection;

/// Bounds of one job. Zero means no bound.
///
/// @param bodyBytes uncompressed bytes of a scrape's body
/// @param samples samples that a scrape has after metric relabelling
/// @param targets targets that the job has after relabelling
/// @param labels labels that a series has after metric relabelling
/// @param labelNameBytes length of a label's name, in UTF-8
/// @param labelValueBytes length of a label's value, in UTF-8
/// @param droppedTargets targets dropped by relabelling that are still shown
public record ScrapeLimits(
    long bodyBytes,
    long samples,
    long targets,
    long labels,
    long labelNameBytes,
    long labelValueBytes,
    long droppedTargets) {
  public static final ScrapeLimits NONE = new ScrapeLimits(0, 0, 0, 0, 0, 0, 0);

  static ScrapeLimits read(ConfigSection section, ScrapeLimits global) {
    return new ScrapeLimits(
        orGlobal(section.bytes("body_size_limit").orElse(0L), global.bodyBytes),
        count(section, "sample_limit", global.samples),
        count(section, "target_limit", global.targets),
        count(section, "label_limit", global.labels),
        count(section, "label_name_length_limit", global.labelNameBytes),
        count(section, "label_value_length_limit", global.labelValueBytes),
        count(section, "keep_dropped_targets", global.droppedTargets));
  }

  private static long count(ConfigSection section, String key, long global) {
    return orGlobal(section.integer(key, 0, Long.MAX_VALUE).orElse(0L), global);
  }

  private static long orGlobal(long value, long global) {
    return value == 0 ? global : value;
  }
}
