package dev.weir.sink;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.read.SampleReader;
import dev.weir.service.config.StorageConfig;
import dev.weir.service.config.TenantLimits;
import dev.weir.service.config.TenantsConfig;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/// How a sink works.
///
/// @param topics that hold samples
/// @param groupId of the consumer group in which sinks share the partitions
/// @param flushInterval age at which unflushed rows go into a block; spread by partition
/// @param flushBytes size at which a partition's unflushed rows go into a block
/// @param keepFlushed how long rows stay in memory after they went into a block
/// @param maxHeadBytes what all rows in memory may take; beyond it rows that are in blocks go
///   early, and then reading stops until blocks are written
/// @param serveAfterLeaving how long a partition that has another owner is still served
/// @param stopTimeout how long stopping may take to write last blocks
/// @param acceptHole whether to go on where the log begins when the records after the last block
///   are gone
/// @param layoutLookback how long a layout may be used without being sent again
/// @param reader what is kept for reading one partition
/// @param pendingDeadLetterBytes what dead letters of one partition may take that Kafka has not
///   acknowledged; beyond it reading that partition waits
/// @param exemplarsPerSeries that blocks keep of two hours
public record SinkSettings(
    List<String> topics,
    String deadLetterTopic,
    String membersTopic,
    String groupId,
    Duration flushInterval,
    long flushBytes,
    Duration keepFlushed,
    long maxHeadBytes,
    Duration serveAfterLeaving,
    Duration stopTimeout,
    boolean acceptHole,
    Duration layoutLookback,
    SampleReader.Settings reader,
    long pendingDeadLetterBytes,
    RetentionSettings retention,
    HousekeepingSettings housekeeping,
    int exemplarsPerSeries) {
  /// How long blocks are kept.
  ///
  /// @param time after which they go; rows that are older are not taken
  /// @param maxBytes that all may take; 0 for no bound
  /// @param byTenant what holds for tenants of their own
  public record RetentionSettings(
      Duration time, long maxBytes, Function<Tenant, OfTenant> byTenant) {
    /// What holds for the blocks of a tenant alone.
    ///
    /// @param time after which they go
    /// @param maxBytes that they may take; 0 for no bound
    /// @param fiveMinutes after which windows of that length go
    /// @param oneHour the same of the longer ones
    public record OfTenant(Duration time, long maxBytes, Duration fiveMinutes, Duration oneHour) {
      /// Windows go with samples.
      public OfTenant(Duration time, long maxBytes) {
        this(time, maxBytes, time, time);
      }

      Duration windows(Resolution resolution) {
        return switch (resolution) {
          case FIVE_MINUTES -> fiveMinutes;
          case ONE_HOUR -> oneHour;
        };
      }
    }

    public RetentionSettings {
      requireNonNull(byTenant, "byTenant");
      if (!time.isPositive()) {
        throw new WeirException.BadData(
            "samples are kept for %s; storage.retention is more than 0".formatted(time));
      }
    }

    /// The same for everybody, however much it is.
    public static RetentionSettings of(Duration time) {
      return new RetentionSettings(time, 0, _ -> new OfTenant(time, 0));
    }

    OfTenant of(Tenant tenant) {
      return byTenant.apply(tenant);
    }

    /// A tenant's samples may go earlier than others', never later.
    static RetentionSettings of(StorageConfig config, TenantsConfig tenants) {
      return new RetentionSettings(
          config.retention(),
          config.retentionSize(),
          tenant -> {
            TenantLimits limits = tenants.limits(tenant);
            boolean shorter =
                limits.retention().isPositive()
                    && limits.retention().compareTo(config.retention()) < 0;
            return shorter
                ? new OfTenant(limits.retention(), limits.retentionSize())
                : new OfTenant(
                    config.retention(),
                    limits.retentionSize(),
                    orAsSamples(config.retention5m(), config),
                    orAsSamples(config.retention1h(), config));
          });
    }

    private static Duration orAsSamples(Duration windows, StorageConfig config) {
      return windows.isZero() ? config.retention() : windows;
    }
  }

  /// How the blocks that are there are looked after.
  ///
  /// @param interval how often
  /// @param compaction which blocks are merged
  /// @param deleteDelay how long a block stays after all its samples are in compacted blocks:
  ///   longer than any query takes and any reader goes without listing the store
  /// @param deletionInterval how often somebody looks for what others deleted
  public record HousekeepingSettings(
      Duration interval,
      CompactionPolicy compaction,
      Duration deleteDelay,
      Duration deletionInterval) {
    public static final HousekeepingSettings DEFAULT =
        new HousekeepingSettings(
            Duration.ofMinutes(1),
            CompactionPolicy.DEFAULT,
            Duration.ofMinutes(30),
            Duration.ofSeconds(5));

    public HousekeepingSettings {
      requireNonNull(compaction, "compaction");
      if (!interval.isPositive() || deleteDelay.isNegative() || !deletionInterval.isPositive()) {
        throw new WeirException.BadData(
            "housekeeping interval %s and deletion interval %s are more than 0, deletion delay %s is not less"
                .formatted(interval, deletionInterval, deleteDelay));
      }
    }
  }

  public SinkSettings {
    topics = List.copyOf(topics);
    requireNonNull(deadLetterTopic, "deadLetterTopic");
    requireNonNull(membersTopic, "membersTopic");
    requireNonNull(groupId, "groupId");
    requireNonNull(reader, "reader");
    requireNonNull(retention, "retention");
    requireNonNull(housekeeping, "housekeeping");
    if (flushInterval.isNegative()
        || flushInterval.isZero()
        || flushBytes < 1
        || maxHeadBytes < 1
        || pendingDeadLetterBytes < 1) {
      throw new WeirException.BadData(
          "flush interval %s, flush size %d, head size %d and pending dead letters of %d bytes are more"
                  .formatted(flushInterval, flushBytes, maxHeadBytes, pendingDeadLetterBytes)
              + " than 0");
    }
    if (maxHeadBytes < flushBytes) {
      throw new WeirException.BadData(
          "storage.head_bytes %d is less than storage.flush_bytes %d; raise it"
              .formatted(maxHeadBytes, flushBytes));
    }
  }

  /// What a configuration says.
  public static SinkSettings of(
      StorageConfig config, TenantsConfig tenants, Duration keyFrameInterval) {
    return new SinkSettings(
        List.of(Topics.SAMPLES, Topics.RECORDED),
        Topics.DEAD_LETTERS,
        Topics.MEMBERS,
        "weir-sink",
        config.flushInterval(),
        config.flushBytes(),
        config.keepFlushed(),
        config.headBytes(),
        config.keepFlushed(),
        config.stopTimeout(),
        config.acceptHole(),
        new LayoutPublisher.Settings(keyFrameInterval, 1).lookback(),
        new SampleReader.Settings(
            config.reading().layoutSeries(),
            config.reading().parkedBytes(),
            config.reading().parkedTime(),
            config.reading().knownTargets()),
        config.reading().pendingDeadLetterBytes(),
        RetentionSettings.of(config, tenants),
        new HousekeepingSettings(
            config.housekeepingInterval(),
            new CompactionPolicy(
                config.compactionMinBlocks(),
                config.compactionMaxBlocks(),
                config.compactionMaxBytes(),
                CompactionPolicy.spansFor(config.retention(), config.compactionMaxSpan())),
            config.deleteDelay(),
            config.deletionInterval()),
        config.exemplarsPerSeries());
  }
}
