package dev.weir.sink;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.compaction.CompactionPolicy;
import dev.weir.blocks.compaction.CompactionTask;
import dev.weir.blocks.compaction.Compactor;
import dev.weir.blocks.compaction.DeletionTasks;
import dev.weir.blocks.compaction.ImportTask;
import dev.weir.blocks.compaction.MergeTask;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Merges blocks of the tenants whose compaction is this sink's, a block for each tenant and
/// partition at a time, small ones first, until there is nothing left to merge. Who owns a tenant
/// keeps sinks from doing the same work twice; that nothing is lost or doubled when two do follows
/// from names alone ([CompactionTask]). For one thread.
final class TenantCompaction {
  private static final Logger LOG = LoggerFactory.getLogger(TenantCompaction.class);

  private final BlockCatalog catalog;
  private final Compactor compactor;
  private final CompactionPolicy policy;
  private final Predicate<Tenant> mine;
  private final SinkMetrics metrics;
  private volatile boolean stopped;

  /// @param mine whether a tenant's compaction is this sink's now
  TenantCompaction(
      BlockCatalog catalog,
      Compactor compactor,
      CompactionPolicy policy,
      Predicate<Tenant> mine,
      SinkMetrics metrics) {
    this.catalog = catalog;
    this.compactor = compactor;
    this.policy = policy;
    this.mine = mine;
    this.metrics = metrics;
  }

  /// Does what there is to do, each piece by itself: one that fails is tried again with the next
  /// call, and holds up no other. What is merged may make larger blocks possible, so it goes on
  /// until nothing comes of it any more.
  ///
  /// @throws WeirException.Unavailable if the store cannot be listed
  void run() {
    boolean merged = true;
    while (merged && !stopped) {
      BlockSnapshot snapshot = catalog.refresh();
      List<MergeTask> tasks = new ArrayList<>(CompactionTask.plan(snapshot, policy, mine));
      tasks.addAll(ImportTask.plan(snapshot, policy, mine));
      merged = runAll(tasks);
    }
    if (!catalog.current().deletions().all().isEmpty()) {
      // After a listing, because what was merged just now has nothing to hide any more.
      var _ = runAll(DeletionTasks.plan(catalog.refresh(), policy, mine));
    }
  }

  /// Whether any block was published.
  private boolean runAll(List<? extends MergeTask> tasks) {
    boolean published = false;
    for (MergeTask task : tasks) {
      // A partition may have moved while other tasks ran.
      if (!stopped && mine.test(task.tenant())) {
        published |= run(task);
      }
    }
    return published;
  }

  /// Whether a block was published.
  private boolean run(MergeTask task) {
    long start = System.nanoTime();
    try {
      Compactor.Outcome outcome = compactor.run(task);
      double seconds = (System.nanoTime() - start) / 1e9;
      long bytes = task.sources().stream().mapToLong(BlockReader::sizeBytes).sum();
      metrics.compacted(outcome, task.level(), task.sources().size(), bytes, seconds);
      LOG.info(
          "tenant {}: {} blocks of {} bytes became {} of {} bytes in {} s{}",
          task.tenant(),
          task.sources().size(),
          bytes,
          outcome.name(),
          outcome.sizeBytes(),
          "%.3f".formatted(seconds),
          outcome.published() ? "" : "; another sink was first");
      return outcome.published();
    } catch (RuntimeException e) {
      if (!stopped) {
        metrics.housekeepingFailed("compaction");
        LOG.warn(
            "tenant {}: {} cannot be made, trying again later: {}",
            task.tenant(),
            task.target(),
            e.getMessage(),
            e);
      }
      return false;
    }
  }

  /// Begins no further piece, and says nothing of the one that is broken off.
  void stop() {
    stopped = true;
  }
}
