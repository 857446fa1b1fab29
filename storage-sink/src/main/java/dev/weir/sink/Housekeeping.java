package dev.weir.sink;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.compaction.SupersededBlocks;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Looks after the blocks that are there, beside reading and writing: one thread deletes what is
/// past retention or merged, and says what is missing; another merges small blocks, which may take
/// longer.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final BlockCatalog catalog;
  private final Retention retention;
  private final SupersededBlocks superseded;
  private final TenantCompaction compaction;
  private final Duration interval;
  private final SinkMetrics metrics;
  private final ScheduledExecutorService cleaner = executor("sink-housekeeping");
  private final ScheduledExecutorService compactor = executor("sink-compaction");
  private Set<String> reported = Set.of();

  Housekeeping(
      BlockCatalog catalog,
      Retention retention,
      SupersededBlocks superseded,
      TenantCompaction compaction,
      Duration interval,
      SinkMetrics metrics) {
    this.catalog = catalog;
    this.retention = retention;
    this.superseded = superseded;
    this.compaction = compaction;
    this.interval = interval;
    this.metrics = metrics;
  }

  private static ScheduledExecutorService executor(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name(name).daemon().factory());
  }

  void start() {
    schedule(cleaner, "deletion", this::clean);
    schedule(compactor, "compaction", compaction::run);
  }

  private void schedule(ScheduledExecutorService executor, String task, Runnable work) {
    // Sinks that were started together do not list the store together for ever.
    long firstMillis = ThreadLocalRandom.current().nextLong(interval.toMillis()) + 1;
    var _ =
        executor.scheduleWithFixedDelay(
            () -> attempt(task, work), firstMillis, interval.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void attempt(String task, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // Whatever it is, the next time may do better; thrown, it would be the last time.
      metrics.housekeepingFailed(task);
      LOG.warn("{} of blocks failed, trying again in {}: {}", task, interval, e.getMessage(), e);
    }
  }

  /// Deletes what may go, as one listing shows it.
  void clean() {
    BlockSnapshot snapshot = catalog.refresh();
    retention.run(snapshot);
    List<String> deleted = superseded.sweep(snapshot);
    deleted.forEach(_ -> metrics.deletedBlock("compacted"));
    if (!deleted.isEmpty()) {
      LOG.info("{} blocks whose samples are all in compacted blocks were deleted", deleted.size());
    }
    metrics.show(snapshot);
    report(snapshot);
    catalog.removeAbandoned();
  }

  /// Says once what keeps chains from being whole.
  private void report(BlockSnapshot snapshot) {
    Set<String> problems = new HashSet<>();
    for (TopicPartition partition : snapshot.partitions()) {
      List<BlockChain.Problem> found =
          snapshot.chain(partition.topic(), partition.partition()).problems();
      metrics.chainProblems(partition, found.size());
      for (BlockChain.Problem problem : found) {
        if (problems.add(problem.toString()) && !reported.contains(problem.toString())) {
          LOG.warn("{}; the partition's blocks are not compacted meanwhile", problem);
        }
      }
    }
    reported = problems;
  }

  /// Breaks off what is under way: a block appears whole or not at all.
  @Override
  public void close() {
    compaction.stop();
    cleaner.shutdownNow();
    compactor.shutdownNow();
    try {
      long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
      for (ScheduledExecutorService executor : List.of(cleaner, compactor)) {
        if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn("housekeeping did not end within {}; it is given up", STOP_TIMEOUT);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
