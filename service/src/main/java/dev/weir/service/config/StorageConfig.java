package dev.weir.service.config;

import static dev.weir.service.config.SettingType.BOOLEAN;
import static dev.weir.service.config.SettingType.DURATION;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.POSITIVE_SIZE;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.yaml.ByteSize;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.PrometheusDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// The `storage` section of `weir.yml`: what the sink keeps in memory and in blocks.
///
/// @param retentionGiven whether somebody said how long samples are kept, in the file or by a flag
public record StorageConfig(
    Duration retention,
    boolean retentionGiven,
    long retentionSize,
    Duration retention5m,
    Duration retention1h,
    Duration flushInterval,
    long flushBytes,
    Duration keepFlushed,
    long headBytes,
    long blockCacheBytes,
    Duration stopTimeout,
    boolean acceptHole,
    Duration housekeepingInterval,
    int compactionMinBlocks,
    int compactionMaxBlocks,
    long compactionMaxBytes,
    Duration compactionMaxSpan,
    Duration deleteDelay,
    Duration deletionInterval,
    int exemplarsPerSeries,
    Reading reading,
    ObjectStoreConfig objectStore) {
  /// What is kept for reading one partition.
  ///
  /// @param layoutSeries series of all layouts that are remembered
  /// @param knownTargets targets whose owner's epoch is remembered
  /// @param parkedBytes what records that wait for their layout may take
  /// @param parkedTime how long they wait
  /// @param pendingDeadLetterBytes what dead letters may take that Kafka has not acknowledged
  public record Reading(
      int layoutSeries,
      int knownTargets,
      long parkedBytes,
      Duration parkedTime,
      long pendingDeadLetterBytes) {}

  private static final Setting<Duration> RETENTION =
      Setting.of(
          "retention",
          POSITIVE_DURATION,
          Duration.ofDays(15),
          "How long blocks are kept. Older samples are not taken, and found only while a block that has"
              + " newer ones too is still there.");

  private static final Setting<Long> RETENTION_SIZE =
      Setting.of(
          "retention_size",
          SIZE,
          0L,
          "What all blocks may take together, windows too; beyond it the oldest are deleted before"
              + " `retention` is over: windows that end before all samples, then samples. 0 means no bound. Blocks that are merged, or about to be deleted, may take"
              + " more for `delete_delay`.");

  private static final Setting<Duration> RETENTION_5M =
      Setting.of(
          "retention_5m",
          DURATION,
          Duration.ZERO,
          "How long windows of 5 minutes are kept, as `weir downsample` makes them; also where the"
              + " samples are gone. 0 means as long as samples. A tenant with a `retention` of its own"
              + " has windows as long as samples.");

  private static final Setting<Duration> RETENTION_1H =
      Setting.of("retention_1h", DURATION, Duration.ZERO, "The same of windows of an hour.");

  private static final Setting<Duration> FLUSH_INTERVAL =
      Setting.of(
          "flush_interval",
          POSITIVE_DURATION,
          Duration.ofMinutes(5),
          "Age at which a partition's rows in memory go into a block.");

  private static final Setting<Long> FLUSH_BYTES =
      Setting.of(
          "flush_bytes",
          POSITIVE_SIZE,
          64L << 20,
          "Size in memory at which a partition's rows go into a block earlier.");

  private static final Setting<Duration> KEEP_FLUSHED =
      Setting.of(
          "keep_flushed",
          POSITIVE_DURATION,
          Duration.ofMinutes(15),
          "How long rows stay in memory after they went into a block, for queries that do not know"
              + " the block yet; and how long a partition that went to another sink is still"
              + " served.");

  private static final Setting<Long> HEAD_BYTES =
      Setting.of(
          "head_bytes",
          POSITIVE_SIZE,
          1L << 30,
          "What all rows in memory may take. Beyond it, rows that are in blocks go early, and then"
              + " reading waits until blocks are written. At least `flush_bytes`.");

  private static final Setting<Long> BLOCK_CACHE_BYTES =
      Setting.of(
          "block_cache_bytes",
          SIZE,
          256L << 20,
          "Parts of blocks that are kept in memory, uncompressed.");

  private static final Setting<Duration> STOP_TIMEOUT =
      Setting.of(
          "stop_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(10),
          "How long a stop may take to write the rows in memory into blocks. What is not written is"
              + " read from Kafka again.");

  private static final Setting<Boolean> ACCEPT_HOLE =
      Setting.of(
          "accept_hole",
          BOOLEAN,
          false,
          "Goes on where Kafka's log begins when it no longer has the records after the last block."
              + " Otherwise such a partition stops, as those records are lost.");

  private static final Setting<Duration> HOUSEKEEPING_INTERVAL =
      Setting.of(
          "housekeeping_interval",
          POSITIVE_DURATION,
          Duration.ofMinutes(1),
          "How often small blocks are merged, and blocks deleted that are past retention or merged.");

  private static final Setting<Integer> COMPACTION_MIN_BLOCKS =
      Setting.of(
          "compaction_min_blocks",
          integer(2, 10_000),
          12,
          "So many small blocks of a partition are merged before their two hours are over. With one"
              + " every 5 minutes, 12 are an hour.");

  private static final Setting<Integer> COMPACTION_MAX_BLOCKS =
      Setting.of(
          "compaction_max_blocks",
          integer(2, 10_000),
          48,
          "More blocks are merged in several goes.");

  private static final Setting<Long> COMPACTION_MAX_BYTES =
      Setting.of(
          "compaction_max_bytes",
          POSITIVE_SIZE,
          512L << 20,
          "Blocks of more than this together are merged in several goes.");

  private static final Setting<Duration> COMPACTION_MAX_SPAN =
      Setting.of(
          "compaction_max_span",
          POSITIVE_DURATION,
          Duration.ofDays(31),
          "Small blocks are merged to two hours, then to three times as much and so on, up to this or"
              + " a tenth of retention, whichever is less.");

  private static final Setting<Duration> DELETE_DELAY =
      Setting.of(
          "delete_delay",
          POSITIVE_DURATION,
          Duration.ofMinutes(30),
          "How long small blocks stay after they were merged, for queries that began before. At least"
              + " a minute longer than query.timeout.");

  private static final Setting<Duration> DELETION_INTERVAL =
      Setting.of(
          "deletion_interval",
          POSITIVE_DURATION,
          Duration.ofSeconds(5),
          "How often a sink looks for samples that were deleted by other processes: no longer are"
              + " deleted samples of its memory still found.");

  private static final Setting<Integer> EXEMPLARS_PER_SERIES =
      Setting.of(
          "exemplars_per_series",
          integer(0, 100_000),
          600,
          "Exemplars of one series that blocks keep of two hours, spread evenly if there are more. 600 are"
              + " one every 12 seconds; one takes as much as a hundred samples.");

  private static final Setting<Integer> LAYOUT_SERIES =
      Setting.of(
          "layout_series",
          integer(1, 1_000_000_000),
          4_000_000,
          "Series of all layouts that are remembered for a partition. The layouts longest unused are"
              + " forgotten first, and their rows wait until the layout is sent again.");

  private static final Setting<Integer> KNOWN_TARGETS =
      Setting.of(
          "known_targets",
          integer(1, 100_000_000),
          100_000,
          "Targets whose owner is remembered for a partition, so that rows of a replaced owner are"
              + " refused.");

  private static final Setting<Long> PARKED_BYTES =
      Setting.of(
          "parked_bytes",
          SIZE,
          64L << 20,
          "What records of a partition may take that wait for their layout. Beyond it the oldest"
              + " become dead letters.");

  private static final Setting<Duration> PARKED_TIME =
      Setting.of(
          "parked_time",
          POSITIVE_DURATION,
          Duration.ofMinutes(25),
          "How long a record waits for its layout before it becomes a dead letter.");

  private static final Setting<Long> PENDING_DEAD_LETTER_BYTES =
      Setting.of(
          "pending_dead_letter_bytes",
          POSITIVE_SIZE,
          16L << 20,
          "What dead letters of a partition may take that Kafka has not acknowledged. Beyond it"
              + " reading that partition waits.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "storage",
          "What is kept in memory and in blocks, and how long.",
          List.of(
              RETENTION,
              RETENTION_SIZE,
              RETENTION_5M,
              RETENTION_1H,
              FLUSH_INTERVAL,
              FLUSH_BYTES,
              KEEP_FLUSHED,
              HEAD_BYTES,
              BLOCK_CACHE_BYTES,
              STOP_TIMEOUT,
              ACCEPT_HOLE,
              HOUSEKEEPING_INTERVAL,
              COMPACTION_MIN_BLOCKS,
              COMPACTION_MAX_BLOCKS,
              COMPACTION_MAX_BYTES,
              COMPACTION_MAX_SPAN,
              DELETE_DELAY,
              DELETION_INTERVAL,
              EXEMPLARS_PER_SERIES,
              LAYOUT_SERIES,
              KNOWN_TARGETS,
              PARKED_BYTES,
              PARKED_TIME,
              PENDING_DEAD_LETTER_BYTES));

  /// How much longer a merged block stays than the longest query takes: a reader lists the blocks
  /// anew within it.
  private static final Duration LISTING_MARGIN = Duration.ofMinutes(1);

  /// How old a slice is when `weir downsample` makes it, unless it is told otherwise.
  private static final Duration DOWNSAMPLED_AFTER = Duration.ofDays(2);

  /// What a slice of windows spans, by their length: as blocks have them.
  private static final Duration SLICE_5M = Duration.ofDays(1);

  private static final Duration SLICE_1H = Duration.ofDays(5);

  private static final Duration SHORT_RETENTION = Duration.ofHours(1);
  private static final Duration LEAST_SPAN = Duration.ofHours(2);

  static StorageConfig read(ConfigSection section) {
    StorageConfig config = readEach(section);
    if (config.compactionMaxBlocks() < config.compactionMinBlocks()) {
      section.problem(
          COMPACTION_MAX_BLOCKS.name(),
          "compaction_max_blocks %d is less than compaction_min_blocks %d"
              .formatted(config.compactionMaxBlocks(), config.compactionMinBlocks()),
          "raise it, or lower the other");
    }
    if (config.headBytes() < config.flushBytes()) {
      section.problem(
          section.keys().contains(HEAD_BYTES.name()) ? HEAD_BYTES.name() : FLUSH_BYTES.name(),
          "head_bytes %s is less than flush_bytes %s"
              .formatted(ByteSize.format(config.headBytes()), ByteSize.format(config.flushBytes())),
          "raise it, or lower the other");
    }
    return config;
  }

  /// Settings that are hardly meant.
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    if (retention.compareTo(SHORT_RETENTION) < 0) {
      warnings.add(
          "storage.retention %s is less than an hour: samples that come later, because Kafka was away for"
                  .formatted(PrometheusDuration.format(retention))
              + " instance, are refused");
    }
    if (compactionMaxSpan.compareTo(LEAST_SPAN) < 0) {
      warnings.add(
          "storage.compaction_max_span %s counts as 2h: blocks are merged to two hours at least"
              .formatted(PrometheusDuration.format(compactionMaxSpan)));
    }
    windowsNeverMade(RETENTION_5M.name(), retention5m, SLICE_5M).ifPresent(warnings::add);
    windowsNeverMade(RETENTION_1H.name(), retention1h, SLICE_1H).ifPresent(warnings::add);
    return warnings;
  }

  /// Says so where windows are to outlive samples that go before windows are made of them.
  private Optional<String> windowsNeverMade(String setting, Duration windows, Duration slice) {
    Duration least = slice.plus(DOWNSAMPLED_AFTER);
    if (windows.compareTo(retention) <= 0 || retention.compareTo(least) >= 0) {
      return Optional.empty();
    }
    return Optional.of(
        "storage.%s %s keeps windows longer than samples, which go after %s: before `weir downsample` makes a slice of %s of them, as it does when that is %s old. Raise storage.retention to %s or more"
            .formatted(
                setting,
                PrometheusDuration.format(windows),
                PrometheusDuration.format(retention),
                PrometheusDuration.format(slice),
                PrometheusDuration.format(DOWNSAMPLED_AFTER),
                PrometheusDuration.format(least.plusDays(1))));
  }

  /// The same with a retention that somebody gave.
  public StorageConfig withRetention(Duration newRetention) {
    return with(newRetention, true, retentionSize);
  }

  /// The same with another bound on what all blocks take.
  public StorageConfig withRetentionSize(long newRetentionSize) {
    return with(retention, retentionGiven, newRetentionSize);
  }

  private StorageConfig with(Duration newRetention, boolean given, long newRetentionSize) {
    return new StorageConfig(
        newRetention,
        given,
        newRetentionSize,
        retention5m,
        retention1h,
        flushInterval,
        flushBytes,
        keepFlushed,
        headBytes,
        blockCacheBytes,
        stopTimeout,
        acceptHole,
        housekeepingInterval,
        compactionMinBlocks,
        compactionMaxBlocks,
        compactionMaxBytes,
        compactionMaxSpan,
        deleteDelay,
        deletionInterval,
        exemplarsPerSeries,
        reading,
        objectStore);
  }

  /// Notes where Kafka deletes samples before they are in a block.
  ///
  /// @param section of this
  void checkAgainst(KafkaConfig kafka, ConfigSection kafkaSection, ConfigSection section) {
    Duration kept = kafka.keptAtLeast();
    if (kept.compareTo(flushInterval) > 0) {
      return;
    }
    String flush = PrometheusDuration.format(flushInterval);
    if (kafka.retention().isPresent()) {
      kafkaSection.problem(
          KafkaConfig.RETENTION.name(),
          "retention %s is not more than storage.flush_interval %s: Kafka would delete samples before they are in a block"
              .formatted(PrometheusDuration.format(kept), flush),
          "raise it to hours, or lower storage.flush_interval");
    } else {
      section.problem(
          FLUSH_INTERVAL.name(),
          "flush_interval %s is not less than kafka.retention, which is %s where nothing is said: Kafka would delete samples before they are in a block"
              .formatted(flush, PrometheusDuration.format(kept)),
          "lower it, or set kafka.retention");
    }
  }

  /// Notes where a query could still read blocks that are deleted.
  void checkAgainst(QueryConfig query, ConfigSection section) {
    Duration least = query.timeout().plus(LISTING_MARGIN);
    if (deleteDelay.compareTo(least) < 0) {
      section.problem(
          DELETE_DELAY.name(),
          "delete_delay %s is less than query.timeout %s and a minute"
              .formatted(
                  PrometheusDuration.format(deleteDelay),
                  PrometheusDuration.format(query.timeout())),
          "raise it to %s or more, or lower query.timeout"
              .formatted(PrometheusDuration.format(least)));
    }
  }

  private static StorageConfig readEach(ConfigSection section) {
    return new StorageConfig(
        RETENTION.read(section),
        section.value(RETENTION.name()).filter(value -> !value.isNull()).isPresent(),
        RETENTION_SIZE.read(section),
        RETENTION_5M.read(section),
        RETENTION_1H.read(section),
        FLUSH_INTERVAL.read(section),
        FLUSH_BYTES.read(section),
        KEEP_FLUSHED.read(section),
        HEAD_BYTES.read(section),
        BLOCK_CACHE_BYTES.read(section),
        STOP_TIMEOUT.read(section),
        ACCEPT_HOLE.read(section),
        HOUSEKEEPING_INTERVAL.read(section),
        COMPACTION_MIN_BLOCKS.read(section),
        COMPACTION_MAX_BLOCKS.read(section),
        COMPACTION_MAX_BYTES.read(section),
        COMPACTION_MAX_SPAN.read(section),
        DELETE_DELAY.read(section),
        DELETION_INTERVAL.read(section),
        EXEMPLARS_PER_SERIES.read(section),
        new Reading(
            LAYOUT_SERIES.read(section),
            KNOWN_TARGETS.read(section),
            PARKED_BYTES.read(section),
            PARKED_TIME.read(section),
            PENDING_DEAD_LETTER_BYTES.read(section)),
        ObjectStoreConfig.read(section));
  }
}
