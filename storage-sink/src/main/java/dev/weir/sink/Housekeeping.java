package dev.weir.sink;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.compaction.SpentDeletions;
import dev.weir.blocks.compaction.SupersededBlocks;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.store.DeletionName;
import dev.weir.model.DurationText;
import dev.weir.sink.SinkSettings.HousekeepingSettings;
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
/// longer; a third looks for what somebody wants deleted, which must not wait for them.
final class Housekeeping implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(10);

  private final BlockCatalog catalog;
  private final Retention retention;
  private final SupersededBlocks superseded;
  private final SpentDeletions spent;
  private final DeletionLog deletions;
  private final TenantCompaction compaction;
  private final HousekeepingSettings settings;
  private final SinkMetrics metrics;
  private final ScheduledExecutorService cleaner = executor("sink-housekeeping");
  private final ScheduledExecutorService compactor = executor("sink-compaction");
  private final ScheduledExecutorService finder = executor("sink-deletions");
  private Set<String> reported = Set.of();

  Housekeeping(
      BlockCatalog catalog,
      Retention retention,
      SupersededBlocks superseded,
      SpentDeletions spent,
      DeletionLog deletions,
      TenantCompaction compaction,
      HousekeepingSettings settings,
      SinkMetrics metrics) {
    this.catalog = catalog;
    this.retention = retention;
    this.superseded = superseded;
    this.spent = spent;
    this.deletions = deletions;
    this.compaction = compaction;
    this.settings = settings;
    this.metrics = metrics;
  }

  private static ScheduledExecutorService executor(String name) {
    return Executors.newSingleThreadScheduledExecutor(
        Thread.ofPlatform().name(name).daemon().factory());
  }

  void start() {
    schedule(cleaner, settings.interval(), "deletion", this::clean);
    schedule(finder, settings.deletionInterval(), "finding deletions", deletions::refresh);
    schedule(compactor, settings.interval(), "compaction", compaction::run);
  }

  private void schedule(
      ScheduledExecutorService executor, Duration every, String task, Runnable work) {
    // Sinks that were started together do not list the store together for ever.
    long firstMillis = ThreadLocalRandom.current().nextLong(every.toMillis()) + 1;
    var _ =
        executor.scheduleWithFixedDelay(
            () -> attempt(task, work), firstMillis, every.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Looks for deletions now, and soon writes blocks anew that somebody wants without them.
  void lookForDeletions() {
    Deletions found = deletions.refresh();
    if (found.all().stream().anyMatch(found::isAsked)) {
      compactor.execute(() -> attempt("compaction", compaction::run));
    }
  }

  private void attempt(String task, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      // Whatever it is, the next time may do better; thrown, it would be the last time.
      metrics.housekeepingFailed(task);
      LOG.warn("{} of blocks failed, trying again later: {}", task, e.getMessage(), e);
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
    for (DeletionName removed : spent.sweep(snapshot)) {
      LOG.info("{}: no block has samples of it any more; removed", removed);
    }
    metrics.show(snapshot);
    report(snapshot);
    catalog.removeAbandoned();
  }

  /// Says once what keeps chains from being whole.
  private void report(BlockSnapshot snapshot) {
    Set<String> problems = new HashSet<>();
    for (TopicPartition partition : snapshot.partitions()) {
      List<BlockChain.Problem> found = snapshot.problems(partition);
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
    finder.shutdownNow();
    try {
      long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
      for (ScheduledExecutorService executor : List.of(cleaner, compactor, finder)) {
        if (!executor.awaitTermination(deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          LOG.warn(
              "housekeeping did not end within {}; it is given up",
              DurationText.format(STOP_TIMEOUT.toMillis()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
