package dev.weir.blocks.merge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MergedSeriesSourceTest {
  private static final Tenant TENANT = Tenant.DEFAULT;

  private static Labels series(int number) {
    return Labels.of("__name__", "m" + number, "job", "node", "instance", "a", "id", "" + number);
  }

  private static GroupKey key(Slice slice) {
    return new GroupKey(PartitionKey.of(TENANT, series(0)), "", slice);
  }

  /// A row of a slice with the series among the first 40 that it holds, each with its number.
  private static GroupRow row(Slice slice, long timestamp) {
    List<SeriesMeta> metas = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      if (slice.holds(series(i).groupingHash())) {
        metas.add(new SeriesMeta(series(i), MetricType.GAUGE));
      }
    }
    Layout layout = Layout.of(metas);
    double[] values =
        layout.series().stream()
            .mapToDouble(meta -> Double.parseDouble(meta.labels().get("id")))
            .toArray();
    return new GroupRow(key(slice), layout, Row.whole(timestamp, values));
  }

  private static MergedSeriesSource merged(SeriesSource... sources) {
    return new MergedSeriesSource(List.of(sources), Runnable::run);
  }

  private static List<SeriesGroup> groups(GroupCursor cursor) {
    List<SeriesGroup> groups = new ArrayList<>();
    for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
      groups.add(group);
    }
    return groups;
  }

  private static GroupCursor selectAll(SeriesSource source) {
    return source.select(TENANT, List.of(), TimeRange.ALL, SelectHints.NONE);
  }

  @Test
  void aSplitSliceMergesIntoItsHalves() {
    SeriesSource before = MemorySeriesSource.of(List.of(row(Slice.WHOLE, 1), row(Slice.WHOLE, 2)));
    SeriesSource after = MemorySeriesSource.of(List.of(row(new Slice(2), 3), row(new Slice(3), 4)));
    try (GroupCursor cursor = selectAll(merged(before, after))) {
      List<SeriesGroup> groups = groups(cursor);
      assertEquals(
          List.of(key(new Slice(2)), key(new Slice(3))),
          groups.stream().map(SeriesGroup::key).toList());
      assertEquals(40, groups.get(0).series().size() + groups.get(1).series().size());
      assertEquals(List.of(1L, 2L, 3L), times(groups.get(0).read()));
      GroupSamples right = groups.get(1).read();
      assertEquals(List.of(1L, 2L, 4L), times(right));
      int id = Integer.parseInt(groups.get(1).series().getFirst().labels().get("id"));
      assertEquals(id, right.columns().getFirst().values()[0]);
      assertEquals(id, right.columns().getFirst().values()[2]);
    }
  }

  private static List<Long> times(GroupSamples samples) {
    List<Long> times = new ArrayList<>();
    for (long timestamp : samples.timestampsMillis()) {
      times.add(timestamp);
    }
    return times;
  }

  @Test
  void slicesThatCannotShareASeriesPassThrough() {
    SeriesSource one = MemorySeriesSource.of(List.of(row(new Slice(2), 1)));
    SeriesSource two = MemorySeriesSource.of(List.of(row(new Slice(3), 1)));
    try (GroupCursor cursor = selectAll(merged(one, two))) {
      List<SeriesGroup> groups = groups(cursor);
      assertEquals(
          List.of(key(new Slice(2)), key(new Slice(3))),
          groups.stream().map(SeriesGroup::key).toList());
      for (SeriesGroup group : groups) {
        assertFalse(group instanceof MergedGroup, "nothing to merge, nothing wrapped");
      }
    }
  }

  @Test
  void theEarlierSourceWins() {
    Labels up = series(0);
    SeriesSource first =
        MemorySeriesSource.of(
            GroupRow.of(
                TENANT, List.of(GroupRow.Sample.of(up, 10, 1), GroupRow.Sample.of(up, 20, 2))));
    SeriesSource second =
        MemorySeriesSource.of(
            GroupRow.of(
                TENANT, List.of(GroupRow.Sample.of(up, 20, 7), GroupRow.Sample.of(up, 15, 5))));
    try (GroupCursor cursor = selectAll(merged(first, second))) {
      GroupSamples samples = groups(cursor).getFirst().read();
      assertEquals(List.of(10L, 15L, 20L), times(samples));
      assertEquals(2, samples.columns().getFirst().values()[2]);
    }
  }

  /// Says how complete it is, and counts its open cursors.
  private static final class Witness implements SeriesSource {
    private final Completeness completeness;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger selections = new AtomicInteger();
    private Runnable beforeAnswer = () -> {};
    private @Nullable RuntimeException failure;

    Witness(Completeness completeness) {
      this.completeness = completeness;
    }

    @Override
    public boolean isRemote() {
      return true;
    }

    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      selections.incrementAndGet();
      beforeAnswer.run();
      if (failure != null) {
        throw failure;
      }
      open.incrementAndGet();
      Iterator<SeriesGroup> none = List.<SeriesGroup>of().iterator();
      return new GroupCursor() {
        @Override
        public @Nullable SeriesGroup next() {
          return none.hasNext() ? none.next() : null;
        }

        @Override
        public Completeness completeness() {
          return completeness;
        }

        @Override
        public void close() {
          open.decrementAndGet();
        }
      };
    }

    @Override
    public Listing<String> labelNames(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return new Listing<>(List.of("a"), false, completeness);
    }

    @Override
    public Listing<String> labelValues(
        Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return new Listing<>(List.of(), true, completeness);
    }

    @Override
    public Listing<Labels> series(
        Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
      return new Listing<>(List.of(), false, completeness);
    }
  }

  @Test
  void anAnswerIsAsCompleteAsItsLeastCompletePart() {
    Witness behind = new Witness(new Completeness(500, List.of("sink b:9091 did not answer")));
    Witness ahead = new Witness(new Completeness(900, List.of()));
    SeriesSource merged = merged(ahead, behind, ahead);
    try (GroupCursor cursor = selectAll(merged)) {
      assertEquals(
          new Completeness(500, List.of("sink b:9091 did not answer")), cursor.completeness());
      assertEquals(1, behind.open.get());
    }
    assertEquals(0, behind.open.get() + ahead.open.get());
    Listing<String> names = merged.labelNames(TENANT, List.of(), TimeRange.ALL, 0);
    assertEquals(List.of("a"), names.items());
    assertEquals(500, names.completeness().completeToMillis());
    assertTrue(merged.labelValues(TENANT, "a", List.of(), TimeRange.ALL, 5).truncated());
  }

  @Test
  void aFailureClosesWhatTheOthersOpened() {
    Witness good = new Witness(Completeness.FULL);
    Witness bad = new Witness(Completeness.FULL);
    bad.failure = new WeirException.Corrupt("block: checksum");
    for (SeriesSource merged : List.of(merged(good, bad), merged(bad, good))) {
      assertEquals(
          "block: checksum",
          assertThrows(WeirException.Corrupt.class, () -> selectAll(merged)).getMessage());
      assertEquals(0, good.open.get());
    }
  }

  @Test
  void aFailureLeavesWhoAskedUninterrupted() {
    Witness good = new Witness(Completeness.FULL);
    Witness bad = new Witness(Completeness.FULL);
    bad.failure = new WeirException.Corrupt("block: checksum");
    SeriesSource merged = new MergedSeriesSource(List.of(bad, good, good), Runnable::run);
    assertThrows(WeirException.Corrupt.class, () -> selectAll(merged));
    // Or the thread's next question would be taken for one that nobody waits for.
    assertFalse(Thread.interrupted());
  }

  @Test
  void whatComesAfterTheFailureLeavesNothingOpen() throws Exception {
    Witness bad = new Witness(Completeness.FULL);
    bad.failure = new WeirException.Unavailable("gone");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch failed = new CountDownLatch(1);
    Witness slow = new Witness(Completeness.FULL);
    slow.beforeAnswer =
        () -> {
          asked.countDown();
          awaitThoughInterrupted(failed);
        };
    CountDownLatch badAsked = new CountDownLatch(1);
    bad.beforeAnswer =
        () -> {
          badAsked.countDown();
          await(asked);
        };
    try (ExecutorService helpers = Executors.newVirtualThreadPerTaskExecutor()) {
      // The thread that asks meets the failure, a helper the source that takes its time.
      Executor executor =
          help ->
              helpers.execute(() -> {
                await(badAsked);
                help.run();
              });
      SeriesSource merged = new MergedSeriesSource(List.of(bad, slow), executor);
      assertThrows(WeirException.Unavailable.class, () -> selectAll(merged));
      failed.countDown();
    }
    assertEquals(1, slow.selections.get());
    assertEquals(0, slow.open.get());
  }

  @Test
  void whoseAnswerNobodyWaitsForAnyMoreIsInterrupted() throws Exception {
    Witness bad = new Witness(Completeness.FULL);
    bad.failure = new WeirException.Unavailable("gone");
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    Witness stalled = new Witness(Completeness.FULL);
    stalled.beforeAnswer =
        () -> {
          asked.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException _) {
            interrupted.countDown();
          }
        };
    bad.beforeAnswer = () -> await(asked);
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      SeriesSource merged = new MergedSeriesSource(List.of(bad, stalled), executor);
      assertThrows(WeirException.Unavailable.class, () -> selectAll(merged));
      await(interrupted);
    }
    assertEquals(0, stalled.open.get());
  }

  @Test
  void noMoreSourcesAreAskedAtOnceThanAllowed() {
    AtomicInteger asked = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch three = new CountDownLatch(3);
    List<Witness> sources = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      Witness source = new Witness(Completeness.FULL);
      source.beforeAnswer =
          () -> {
            most.accumulateAndGet(asked.incrementAndGet(), Math::max);
            three.countDown();
            await(three);
            asked.decrementAndGet();
          };
      sources.add(source);
    }
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      SeriesSource merged =
          new MergedSeriesSource(
              sources, executor, new MergedSeriesSource.Bounds(3, Long.MAX_VALUE));
      selectAll(merged).close();
    }
    assertEquals(3, most.get());
    assertEquals(50, sources.stream().mapToInt(source -> source.selections.get()).sum());
    assertEquals(0, sources.stream().mapToInt(source -> source.open.get()).sum());
  }

  private static void awaitThoughInterrupted(CountDownLatch latch) {
    boolean interrupted = false;
    while (true) {
      try {
        assertTrue(latch.await(10, TimeUnit.SECONDS), "nobody counted down");
        break;
      } catch (InterruptedException _) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(10, TimeUnit.SECONDS), "nobody counted down");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
