package dev.weir.sink;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.AcceptedTimes;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.Unit;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;

/// Metrics of a sink.
final class SinkMetrics {
  private static final String[] BY_PARTITION = {"topic", "partition"};

  private final Counter rows;
  private final Counter refusedRows;
  private final Counter deadLetters;
  private final Counter blocks;
  private final Counter blockBytes;
  private final Counter blockSamples;
  private final Counter conflicts;
  private final Counter flushFailures;
  private final Histogram flushSeconds;
  private final Gauge lagRecords;

  /// The heads whose ages are shown, as of when somebody looks: a reader that hangs is seen to.
  private final Map<TopicPartition, PartitionHead> heads = new ConcurrentHashMap<>();

  private final Gauge headRows;
  private final Gauge headBytes;
  private final Gauge headSeries;
  private final Gauge parked;
  private final Gauge parkedBytes;
  private final Gauge knownLayouts;
  private final Gauge pendingLetters;
  private final Gauge stopped;
  private final Gauge retentionMargin;
  private final Counter droppedExemplars;
  private final Counter deletedBlocks;
  private final Counter compactions;
  private final Counter compactionBytes;
  private final Counter compactedBlocks;
  private final Histogram compactionSeconds;

  /// What was there once: it is shown as none when it is gone.
  private final Set<Stored> storedKinds =
      new HashSet<>(
          List.of(new Stored("link", 0), new Stored("compacted", 1), new Stored("imported", 1)));

  private final Gauge storedBlocks;
  private final Gauge storedBytes;
  private final Gauge supersededBlocks;
  private final Gauge unreadableBlocks;
  private final Gauge chainProblems;
  private final Counter housekeepingFailures;

  SinkMetrics(PrometheusRegistry registry, InstantSource clock) {
    rows = counter("weir_sink_rows", "Rows taken into heads.", "topic").register(registry);
    refusedRows =
        counter(
                "weir_sink_refused_rows",
                "Rows refused: too_old (before retention), too_far_ahead (of when they were"
                    + " appended), stale_epoch (their owner had been replaced).",
                "topic",
                "reason")
            .register(registry);
    deadLetters =
        counter(
                "weir_sink_dead_letters",
                "Records that nothing could be made of, sent to the dead letters.",
                "topic")
            .register(registry);
    blocks =
        counter(
                "weir_sink_blocks",
                "Links of chains by outcome: published, or lost to another owner.",
                "topic",
                "outcome")
            .register(registry);
    blockBytes =
        counter("weir_sink_block_bytes", "Bytes of the links that were published.", "topic")
            .register(registry);
    blockSamples =
        counter("weir_sink_block_samples", "Samples in the links that were published.", "topic")
            .register(registry);
    conflicts =
        counter(
                "weir_sink_sample_conflicts",
                "Samples left out of blocks for one of the same series and time with a lower"
                    + " offset and another value.",
                "topic")
            .register(registry);
    flushFailures =
        counter("weir_sink_flush_failures", "Links that could not be published.", "topic")
            .register(registry);
    flushSeconds =
        Histogram.builder()
            .name("weir_sink_flush_duration_seconds")
            .help("Time to write and publish a link.")
            .unit(Unit.SECONDS)
            .classicUpperBounds(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
            .register(registry);
    lagRecords =
        gauge("weir_sink_lag_records", "Records of the log that are not read yet.", BY_PARTITION)
            .register(registry);
    age(
            "weir_sink_lag_seconds",
            "Age of the moment up to which every acknowledged record is read.",
            head ->
                head.readToMillis() == Long.MIN_VALUE
                    ? OptionalDouble.empty()
                    : OptionalDouble.of(Math.max(0, clock.millis() - head.readToMillis()) / 1e3))
        .register(registry);
    age(
            "weir_sink_newest_sample_age_seconds",
            "Age of the newest queryable sample.",
            head ->
                head.newestMillis() == Long.MIN_VALUE
                    ? OptionalDouble.empty()
                    : OptionalDouble.of((clock.millis() - head.newestMillis()) / 1e3))
        .register(registry);
    headRows =
        gauge("weir_sink_head_rows", "Rows in the head, flushed ones included.", BY_PARTITION)
            .register(registry);
    headBytes =
        gauge("weir_sink_head_bytes", "Estimated size of the head in memory.", BY_PARTITION)
            .register(registry);
    headSeries =
        gauge("weir_sink_head_series", "Series with rows in the head.", BY_PARTITION)
            .register(registry);
    parked =
        gauge("weir_sink_parked_records", "Records that wait for their layout.", BY_PARTITION)
            .register(registry);
    parkedBytes =
        gauge(
                "weir_sink_parked_bytes",
                "What they take; storage.parked_bytes is the most.",
                BY_PARTITION)
            .register(registry);
    knownLayouts =
        gauge("weir_sink_known_layouts", "Layouts that are remembered.", BY_PARTITION)
            .register(registry);
    pendingLetters =
        gauge(
                "weir_sink_pending_dead_letters",
                "Dead letters that Kafka has not acknowledged.",
                BY_PARTITION)
            .register(registry);
    stopped =
        gauge(
                "weir_sink_partition_stopped",
                "1 if the partition cannot be read on; the log and the node's status say why.",
                BY_PARTITION)
            .register(registry);
    retentionMargin =
        gauge(
                "weir_sink_retention_margin_records",
                "Records between where the log begins and where the blocks end. At 0, retention"
                    + " deletes what is in no block.",
                BY_PARTITION)
            .register(registry);
    droppedExemplars =
        counter(
                "weir_sink_dropped_exemplars",
                "Exemplars left out of blocks because a series had more than"
                    + " storage.exemplars_per_series, of rows and of blocks that were merged.",
                "of")
            .register(registry);
    compactions =
        counter(
                "weir_sink_compactions",
                "Merges of blocks by level of the result, and outcome: published, or lost to"
                    + " another sink.",
                "level",
                "outcome")
            .register(registry);
    compactionBytes =
        counter(
                "weir_sink_compaction_bytes",
                "Bytes of the blocks that were merged (read), and of what became of them"
                    + " (written).",
                "direction")
            .register(registry);
    compactedBlocks =
        counter("weir_sink_compacted_blocks", "Blocks that were merged, once a tenant.")
            .register(registry);
    compactionSeconds =
        Histogram.builder()
            .name("weir_sink_compaction_duration_seconds")
            .help("Time to merge blocks, verify the result and publish it.")
            .unit(Unit.SECONDS)
            .classicUpperBounds(0.1, 0.5, 1, 5, 10, 30, 60, 300, 900)
            .register(registry);
    storedBlocks =
        gauge(
                "weir_sink_stored_blocks",
                "Blocks in the store by level, 0 for links, and kind: link, compacted, imported.",
                "kind",
                "level")
            .register(registry);
    storedBytes =
        gauge("weir_sink_stored_bytes", "Size of the blocks in the store.", "kind", "level")
            .register(registry);
    supersededBlocks =
        gauge(
                "weir_sink_superseded_blocks",
                "Blocks whose samples are all in compacted blocks, and which will be deleted.")
            .register(registry);
    unreadableBlocks =
        gauge(
                "weir_sink_unreadable_blocks",
                "Blocks that cannot be opened; the log says why, and queries warn of them.")
            .register(registry);
    chainProblems =
        gauge(
                "weir_sink_chain_problems",
                "Gaps, overlaps and unreadable links in a partition's chain of blocks; until they"
                    + " are gone the partition's blocks are not compacted.",
                BY_PARTITION)
            .register(registry);
    deletedBlocks =
        counter(
                "weir_sink_deleted_blocks",
                "Blocks deleted: past retention, or compacted into others.",
                "reason")
            .register(registry);
    housekeepingFailures =
        counter(
                "weir_sink_housekeeping_failures",
                "Failures by task: compaction, deletion.",
                "task")
            .register(registry);
  }

  private static Counter.Builder counter(String name, String help, String... labels) {
    return Counter.builder().name(name).help(help).labelNames(labels);
  }

  private static Gauge.Builder gauge(String name, String help, String... labels) {
    return Gauge.builder().name(name).help(help).labelNames(labels);
  }

  private GaugeWithCallback.Builder age(
      String name, String help, Function<PartitionHead, OptionalDouble> age) {
    return GaugeWithCallback.builder()
        .name(name)
        .help(help)
        .labelNames(BY_PARTITION)
        .callback(shown ->
            heads.forEach((partition, head) ->
                age.apply(head).ifPresent(seconds -> shown.call(seconds, labels(partition)))));
  }

  /// The counters of one topic.
  OfTopic of(String topic) {
    return new OfTopic(topic);
  }

  /// Counters that a partition's ingester and its flushes write; labels are looked up once.
  final class OfTopic {
    private final String topic;
    private final CounterDataPoint topicRows;

    private OfTopic(String topic) {
      this.topic = topic;
      this.topicRows = rows.labelValues(topic);
    }

    void rows(int count) {
      topicRows.inc(count);
    }

    void refused(AcceptedTimes.Verdict verdict) {
      switch (verdict) {
        case ACCEPTED -> {}
        case TOO_OLD -> refusedRows.labelValues(topic, "too_old").inc();
        case TOO_FAR_AHEAD -> refusedRows.labelValues(topic, "too_far_ahead").inc();
      }
    }

    void staleEpoch(long count) {
      refusedRows.labelValues(topic, "stale_epoch").inc(count);
    }

    void deadLetter() {
      deadLetters.labelValues(topic).inc();
    }

    void published(ChainPublisher.Published published, double seconds) {
      flushSeconds.observe(seconds);
      switch (published) {
        case ChainPublisher.Published.Won won -> {
          blocks.labelValues(topic, "published").inc();
          blockBytes.labelValues(topic).inc(won.sizeBytes());
          blockSamples.labelValues(topic).inc(won.meta().samples());
          conflicts.labelValues(topic).inc(won.conflicts());
          droppedExemplars.labelValues("rows").inc(won.droppedExemplars());
        }
        case ChainPublisher.Published.Lost _ -> blocks.labelValues(topic, "lost").inc();
      }
    }

    void flushFailed() {
      flushFailures.labelValues(topic).inc();
    }
  }

  void deletedBlock(String reason) {
    deletedBlocks.labelValues(reason).inc();
  }

  void compacted(
      Compactor.Outcome outcome, int level, int sources, long sourceBytes, double seconds) {
    compactionSeconds.observe(seconds);
    compactionBytes.labelValues("read").inc(sourceBytes);
    compactionBytes.labelValues("written").inc(outcome.sizeBytes());
    compactions
        .labelValues(Integer.toString(level), outcome.published() ? "published" : "lost")
        .inc();
    if (outcome.published()) {
      compactedBlocks.inc(sources);
      droppedExemplars.labelValues("blocks").inc(outcome.droppedExemplars());
    }
  }

  /// What blocks of one kind and level there are.
  private record Stored(String kind, int level) {}

  /// What the store holds.
  void show(BlockSnapshot snapshot) {
    Map<Stored, List<BlockReader>> stored =
        snapshot.blocks().stream()
            .collect(
                Collectors.groupingBy(block -> new Stored(kindOf(block), block.meta().level())));
    storedKinds.addAll(stored.keySet());
    for (Stored of : storedKinds) {
      List<BlockReader> blocks = stored.getOrDefault(of, List.of());
      String[] labels = {of.kind, Integer.toString(of.level)};
      storedBlocks.labelValues(labels).set(blocks.size());
      storedBytes
          .labelValues(labels)
          .set((double) blocks.stream().mapToLong(BlockReader::sizeBytes).sum());
    }
    supersededBlocks.set(snapshot.superseded().size());
    unreadableBlocks.set(snapshot.unreadable().size());
  }

  private static String kindOf(BlockReader block) {
    if (BlockName.isDownsampled(block.name())) {
      return "downsampled";
    }
    BlockMeta meta = block.meta();
    return meta.level() == 0 ? "link" : meta.isImported() ? "imported" : "compacted";
  }

  void chainProblems(BlockSnapshot.TopicPartition partition, int problems) {
    chainProblems
        .labelValues(partition.topic(), Integer.toString(partition.partition()))
        .set(problems);
  }

  void housekeepingFailed(String task) {
    housekeepingFailures.labelValues(task).inc();
  }

  /// What a partition's gauges show.
  ///
  /// @param logEnd where the log ends, as far as is known
  /// @param logStart where the log begins, as far as is known
  void show(PartitionIngester ingester, long logStart, long logEnd) {
    heads.put(ingester.partition(), ingester.head());
    String[] labels = labels(ingester.partition());
    lagRecords.labelValues(labels).set((double) Math.max(0, logEnd - ingester.head().endOffset()));
    headRows.labelValues(labels).set((double) ingester.head().rowCount());
    headBytes.labelValues(labels).set((double) ingester.head().bytes());
    headSeries.labelValues(labels).set(ingester.head().seriesCount());
    parked.labelValues(labels).set(ingester.reader().parkedRecords());
    parkedBytes.labelValues(labels).set((double) ingester.reader().parkedBytes());
    knownLayouts.labelValues(labels).set(ingester.reader().knownLayouts());
    pendingLetters.labelValues(labels).set(ingester.letters().size());
    stopped.labelValues(labels).set(ingester.trouble().isEmpty() ? 0 : 1);
    retentionMargin.labelValues(labels).set((double) (ingester.chainEnd() - logStart));
  }

  /// Takes away the gauges of a partition that is served no more.
  void forget(TopicPartition partition) {
    heads.remove(partition);
    String[] labels = labels(partition);
    for (Gauge gauge :
        new Gauge[] {
          lagRecords,
          headRows,
          headBytes,
          headSeries,
          parked,
          parkedBytes,
          knownLayouts,
          pendingLetters,
          stopped,
          retentionMargin
        }) {
      gauge.remove(labels);
    }
  }

  private static String[] labels(TopicPartition partition) {
    return new String[] {partition.topic(), Integer.toString(partition.partition())};
  }
}
