package dev.weir.service.config;

import static dev.weir.service.config.SettingType.BOOLEAN;
import static dev.weir.service.config.SettingType.DURATION;
import static dev.weir.service.config.SettingType.FILE;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.count;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ConfigSection;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `query` section of `weir.yml`: what one query may use, and how its sources are asked.
///
/// @param maxTotalMemoryBytes absent: a share of the heap
/// @param logFile absent: what prometheus.yml says
/// @param logSlowerThan 0 for never
public record QueryConfig(
    Duration timeout,
    long maxSamples,
    long maxSeries,
    int maxSteps,
    long maxMemoryBytes,
    Optional<Long> maxTotalMemoryBytes,
    int maxListed,
    int maxConcurrentQueries,
    Duration timeSlice,
    Optional<Path> logFile,
    Duration logSlowerThan,
    Duration lookback,
    int maxLength,
    int maxDepth,
    int maxBlocksAtOnce,
    Duration nodeTimeout,
    long maxNodeAnswerBytes,
    Duration memberTimeout,
    Duration listInterval,
    boolean adminApi,
    int maxViewEntries) {
  private static final Setting<Duration> TIMEOUT =
      Setting.of(
          "timeout",
          POSITIVE_DURATION,
          Duration.ofMinutes(2),
          "Longest time a query may take, waiting included. A request may ask for less.");

  private static final Setting<Long> MAX_SAMPLES =
      Setting.of("max_samples", count(1), 50_000_000L, "Samples that a query may hold in memory.");

  private static final Setting<Long> MAX_SERIES =
      Setting.of("max_series", count(1), 2_000_000L, "Series that a query may select.");

  private static final Setting<Integer> MAX_STEPS =
      Setting.of(
          "max_steps",
          integer(1, 100_000_000),
          11_000,
          "Steps that a range query may take from its start to its end: points of a series in its"
              + " result, but one.");

  private static final Setting<Long> MAX_MEMORY_BYTES =
      Setting.of(
          "max_memory",
          SIZE,
          2L << 30,
          "Memory that a query may take for series, samples and results, as estimated.");

  private static final Setting<Optional<Long>> MAX_TOTAL_MEMORY_BYTES =
      new Setting<>(
          "max_total_memory",
          SIZE.optional(),
          Optional.empty(),
          "30% of the heap",
          "Memory that all queries together may take, as estimated, and their results until they are"
              + " written. Beyond it, a query that asks for more than its share is stopped.");

  private static final Setting<Integer> MAX_LISTED =
      Setting.of(
          "max_listed",
          integer(1, 100_000_000),
          200_000,
          "Label names, label values or series that one request lists; more are cut, with a"
              + " warning. Exemplars that one request may select.");

  private static final Setting<Integer> MAX_CONCURRENT_QUERIES =
      Setting.of(
          "max_concurrent_queries",
          integer(1, 100_000),
          20,
          "Queries evaluated at once, and listings of series and labels. More wait.");

  private static final Setting<Duration> TIME_SLICE =
      Setting.of(
          "time_slice",
          DURATION,
          Duration.ofSeconds(1),
          "How long a query runs while others wait, before it steps aside and lets one of them run.");

  private static final Setting<Optional<Path>> LOG_FILE =
      new Setting<>(
          "log_file",
          FILE.optional(),
          Optional.empty(),
          "`global.query_log_file` of prometheus.yml",
          "Where every query is written down, a line of JSON each. Opened again when the"
              + " configuration is reloaded.");

  private static final Setting<Duration> LOG_SLOWER_THAN =
      Setting.of(
          "log_slower_than",
          DURATION,
          Duration.ofSeconds(10),
          "Queries that take at least that long are named in the log of the process; `0s` for none.");

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

  private static final Setting<Integer> MAX_BLOCKS_AT_ONCE =
      Setting.of(
          "max_blocks_at_once",
          integer(1, 100_000),
          64,
          "Blocks and storage nodes that one selector asks at once. The others follow.");

  private static final Setting<Duration> NODE_TIMEOUT =
      Setting.of(
          "node_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(10),
          "How long a storage node may take to begin an answer, and be silent within it. Then the"
              + " query goes on without it, with a warning.");

  private static final Setting<Long> MAX_NODE_ANSWER_BYTES =
      Setting.of(
          "max_node_answer",
          SIZE,
          256L << 20,
          "Longest answer of one storage node to one selector, compressed.");

  private static final Setting<Duration> MEMBER_TIMEOUT =
      Setting.of(
          "member_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(30),
          "A storage node that has not reported to `weir.members` for longer is not asked.");

  private static final Setting<Duration> LIST_INTERVAL =
      Setting.of(
          "list_interval",
          POSITIVE_DURATION,
          Duration.ofSeconds(5),
          "How often the store of blocks is listed.");

  private static final Setting<Boolean> ADMIN_API =
      Setting.of(
          "admin_api",
          BOOLEAN,
          false,
          "Whether samples may be deleted over HTTP (`/api/v1/admin/tsdb/…`), by anyone who reaches"
              + " the port; as the flag `--web.enable-admin-api` says, too.");

  private static final Setting<Integer> MAX_VIEW_ENTRIES =
      Setting.of(
          "max_view_entries",
          integer(1, Integer.MAX_VALUE),
          1_000_000,
          "Targets, metric families, members, and definitions and states of rule groups that are"
              + " known, each. More are left out, counted in `weir_view_skipped_records_total`.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "query",
          "What one query may use, and how its sources are asked.",
          List.of(
              TIMEOUT,
              MAX_SAMPLES,
              MAX_SERIES,
              MAX_STEPS,
              MAX_MEMORY_BYTES,
              MAX_TOTAL_MEMORY_BYTES,
              MAX_LISTED,
              MAX_CONCURRENT_QUERIES,
              TIME_SLICE,
              LOG_FILE,
              LOG_SLOWER_THAN,
              LOOKBACK,
              MAX_LENGTH,
              MAX_DEPTH,
              MAX_BLOCKS_AT_ONCE,
              NODE_TIMEOUT,
              MAX_NODE_ANSWER_BYTES,
              MEMBER_TIMEOUT,
              LIST_INTERVAL,
              ADMIN_API,
              MAX_VIEW_ENTRIES));

  static QueryConfig read(ConfigSection section) {
    return new QueryConfig(
        TIMEOUT.read(section),
        MAX_SAMPLES.read(section),
        MAX_SERIES.read(section),
        MAX_STEPS.read(section),
        MAX_MEMORY_BYTES.read(section),
        MAX_TOTAL_MEMORY_BYTES.read(section),
        MAX_LISTED.read(section),
        MAX_CONCURRENT_QUERIES.read(section),
        TIME_SLICE.read(section),
        LOG_FILE.read(section),
        LOG_SLOWER_THAN.read(section),
        LOOKBACK.read(section),
        MAX_LENGTH.read(section),
        MAX_DEPTH.read(section),
        MAX_BLOCKS_AT_ONCE.read(section),
        NODE_TIMEOUT.read(section),
        MAX_NODE_ANSWER_BYTES.read(section),
        MEMBER_TIMEOUT.read(section),
        LIST_INTERVAL.read(section),
        ADMIN_API.read(section),
        MAX_VIEW_ENTRIES.read(section));
  }
}
