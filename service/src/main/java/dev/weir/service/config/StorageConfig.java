package dev.weir.service.config;

import static dev.weir.service.config.SettingType.BOOLEAN;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;

import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `storage` section of `weir.yml`: what the sink keeps in memory and in blocks.
public record StorageConfig(
    Duration retention,
    Duration flushInterval,
    long flushBytes,
    Duration keepFlushed,
    long headBytes,
    long blockCacheBytes,
    Duration stopTimeout,
    boolean acceptHole) {
  private static final Setting<Duration> RETENTION =
      Setting.of(
          "retention",
          POSITIVE_DURATION,
          Duration.ofDays(15),
          "How long blocks are kept. Older samples are neither taken nor found.");

  private static final Setting<Duration> FLUSH_INTERVAL =
      Setting.of(
          "flush_interval",
          POSITIVE_DURATION,
          Duration.ofMinutes(5),
          "Age at which a partition's rows in memory go into a block.");

  private static final Setting<Long> FLUSH_BYTES =
      Setting.of(
          "flush_bytes",
          SIZE,
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
          SIZE,
          1L << 30,
          "What all rows in memory may take. Beyond it, rows that are in blocks go early, and then"
              + " reading waits until blocks are written.");

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

  public static final SettingGroup GROUP =
      new SettingGroup(
          "storage",
          "What is kept in memory and in blocks, and how long.",
          List.of(
              RETENTION,
              FLUSH_INTERVAL,
              FLUSH_BYTES,
              KEEP_FLUSHED,
              HEAD_BYTES,
              BLOCK_CACHE_BYTES,
              STOP_TIMEOUT,
              ACCEPT_HOLE));

  static StorageConfig read(ConfigSection section) {
    return new StorageConfig(
        RETENTION.read(section),
        FLUSH_INTERVAL.read(section),
        FLUSH_BYTES.read(section),
        KEEP_FLUSHED.read(section),
        HEAD_BYTES.read(section),
        BLOCK_CACHE_BYTES.read(section),
        STOP_TIMEOUT.read(section),
        ACCEPT_HOLE.read(section));
  }
}
