package dev.weir.service.config;

import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.count;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `query` section of `weir.yml`: what one query may use.
public record QueryConfig(
    Duration timeout,
    long maxSamples,
    int maxConcurrentQueries,
    Duration lookback,
    int maxLength,
    int maxDepth) {
  private static final Setting<Duration> TIMEOUT =
      Setting.of(
          "timeout",
          POSITIVE_DURATION,
          Duration.ofMinutes(2),
          "Longest time a query may take. A request may ask for less.");

  private static final Setting<Long> MAX_SAMPLES =
      Setting.of("max_samples", count(1), 50_000_000L, "Samples that a query may hold in memory.");

  private static final Setting<Integer> MAX_CONCURRENT_QUERIES =
      Setting.of(
          "max_concurrent_queries",
          integer(1, 100_000),
          20,
          "Queries evaluated at once. More wait.");

  private static final Setting<Duration> LOOKBACK =
      Setting.of(
          "lookback",
          POSITIVE_DURATION,
          Duration.ofMinutes(5),
          "How far before a step the latest sample of a series still counts.");

  private static final Setting<Integer> MAX_LENGTH =
      Setting.of(
          "max_query_length", integer(1, 1 << 30), 1 << 20, "Characters that a query may have.");

  private static final Setting<Integer> MAX_DEPTH =
      Setting.of(
          "max_query_depth",
          integer(1, 2000),
          500,
          "Levels that a query may have: operators, calls and parentheses inside each other.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "query",
          "What one query may use.",
          List.of(TIMEOUT, MAX_SAMPLES, MAX_CONCURRENT_QUERIES, LOOKBACK, MAX_LENGTH, MAX_DEPTH));

  static QueryConfig read(ConfigSection section) {
    return new QueryConfig(
        TIMEOUT.read(section),
        MAX_SAMPLES.read(section),
        MAX_CONCURRENT_QUERIES.read(section),
        LOOKBACK.read(section),
        MAX_LENGTH.read(section),
        MAX_DEPTH.read(section));
  }
}
