package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// Rows are written into blocks, deleted, merged and written anew, in a store that fails at one of
/// its calls, each of them in turn: before it does anything, or after it has done it. Whoever tries
/// again finds every sample once, and nothing that was deleted.
class StoreErrorsTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant TENANT = new Tenant("team-a");
  private static final CompactionPolicy POLICY = new CompactionPolicy(2, 3, 1L << 30);
  private static final Duration GRACE = Duration.ofMinutes(30);
  private static final int RECORDS = 8;

  /// When a call fails.
  enum Failure {
    BEFORE,
    AFTER
  }

  /// A store one of whose calls fails.
  private static final class Failing implements BlockStore {
    private final MemoryBlockStore store = new MemoryBlockStore();
    private final Failure failure;
    private int left;

    /// @param left calls until one fails
    Failing(Failure failure, int left) {
      this.failure = failure;
      this.left = left;
    }

    private void pass(Failure now) {
      if (now == failure && --left == 0) {
        throw new WeirException.Unavailable("the disk is full");
      }
    }

    @Override
    public List<StoredBlock> list(String prefix) {
      pass(Failure.BEFORE);
      return store.list(prefix);
    }

    @Override
    public byte[] read(String name, long offset, int length) {
      pass(Failure.BEFORE);
      return store.read(name, offset, length);
    }

    @Override
    public boolean publish(String name, Path file) {
      pass(Failure.BEFORE);
      boolean published = store.publish(name, file);
      pass(Failure.AFTER);
      return published;
    }

    @Override
    public boolean delete(String name) {
      pass(Failure.BEFORE);
      boolean deleted = store.delete(name);
      pass(Failure.AFTER);
      return deleted;
    }
  }

  @TempDir private Path directory = Path.of("");

  /// Later than anything that the store in memory takes for now.
  private final HeldClock clock = HeldClock.at("2100-01-01T00:00:00Z");

  @FunctionalInterface
  private interface Step {
    void run();
  }

  /// Tries again once, as everybody does after a while.
  private static void insist(Step step) {
    try {
      step.run();
    } catch (WeirException.Unavailable e) {
      assertTrue(e.getMessage().contains("the disk is full"), e.getMessage());
      step.run();
    }
  }

  private static Labels series(int number) {
    return Labels.of("__name__", "node_load" + number, "instance", "a:9100");
  }

  /// Does everything with the store, and gives what is to be found in it.
  private Map<String, Double> scenario(Failing store) {
    Map<String, Double> expected = new TreeMap<>();
    BlockCache cache = new BlockCache(0);
    ChainPublisher chain = new ChainPublisher(store, cache, directory.resolve("work"), clock);
    PartitionHead head = new PartitionHead(0);
    for (int offset = 0; offset < RECORDS; offset++) {
      List<Sample> samples = new ArrayList<>();
      for (int number = 0; number < 3; number++) {
        samples.add(Sample.of(series(number), offset * 15_000L, offset));
        expected.put(series(number) + " " + offset * 15_000L, (double) offset);
      }
      for (GroupRow row : GroupRow.of(TENANT, samples)) {
        head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
      }
      head.advance(offset + 1L, 0);
      if (offset == RECORDS / 2) {
        long cut = offset + 1L;
        Deletion deletion =
            new Deletion(
                new DeletionName(TENANT, clock.millis(), 1),
                List.of(List.of(Matcher.equal("__name__", "node_load1"))),
                TimeRange.ALL,
                List.of(new Deletion.Cut(TOPIC, 0, cut)),
                List.of());
        insist(() -> publish(store, deletion));
        expected.keySet().removeIf(key -> key.contains("node_load1"));
      }
      if (offset % 2 == 1) {
        insist(() -> flush(chain, head));
      }
    }
    BlockCatalog catalog = new BlockCatalog(store, cache);
    Compactor compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
    SupersededBlocks superseded = new SupersededBlocks(store, GRACE, clock);
    SpentDeletions spent = new SpentDeletions(store, GRACE, clock);
    insist(() -> new DeletionLog(store).askForRewriting(TENANT));
    for (int round = 0; round < 3; round++) {
      insist(
          () -> CompactionTask.plan(catalog.refresh(), POLICY, _ -> true).forEach(compactor::run));
      insist(
          () -> DeletionTasks.plan(catalog.refresh(), POLICY, _ -> true).forEach(compactor::run));
      insist(() -> superseded.sweep(catalog.refresh()));
      insist(() -> spent.sweep(catalog.refresh()));
      clock.advance(GRACE);
    }
    return expected;
  }

  private static void publish(BlockStore store, Deletion deletion) {
    try {
      new DeletionLog(store).publish(deletion);
    } catch (WeirException.Internal e) {
      // It had been published when the store failed; a person would delete again under a new name.
      assertTrue(e.getMessage().contains("is there"), e.getMessage());
    }
  }

  private static void flush(ChainPublisher chain, PartitionHead head) {
    long from = chain.end(TOPIC, 0).map(ChainPublisher.End::offset).orElse(0L);
    if (from < head.endOffset()) {
      chain.append(TOPIC, 0, head.freeze(from, head.endOffset()), List.of());
    }
  }

  @ParameterizedTest
  @EnumSource(Failure.class)
  void everyCallMayFail(Failure failure) {
    for (int call = 1; ; call++) {
      Failing store = new Failing(failure, call);
      Map<String, Double> expected = scenario(store);
      BlockSnapshot snapshot = new BlockCatalog(store.store, new BlockCache(0)).refresh();
      String which = failure + " call " + call;
      assertTrue(snapshot.chain(TOPIC, 0).isWhole(), which);
      assertEquals(RECORDS, snapshot.chain(TOPIC, 0).endOffset().orElseThrow(), which);
      assertEquals(
          expected,
          StoredSamples.of(
              new MergedSeriesSource(
                  snapshot.sources(TENANT, snapshot.blocks(TENANT), TimeRange.ALL), Runnable::run),
              TENANT),
          which);
      assertEquals(List.of(), List.copyOf(snapshot.deletions().all()), which);
      if (store.left > 0) {
        // No call was left to fail.
        assertTrue(call > (failure == Failure.BEFORE ? 50 : 10), which);
        return;
      }
    }
  }
}
