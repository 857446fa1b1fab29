package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
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
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.HeldClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Exemplars on their way from rows through small blocks and merged ones, and out of deleted
/// ranges.
class StoredExemplarsTest {
  private static final String TOPIC = "weir.samples";
  private static final long NOON = 1_772_366_400_000L;
  private static final long HOUR = 3_600_000;

  private static final Labels FAST = bucket("0.1");
  private static final Labels SLOW = bucket("1.0");
  private static final GroupKey GROUP =
      new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "api", "a:8080"), "7f3a", Slice.WHOLE);
  private static final Layout LAYOUT =
      Layout.of(
          List.of(
              new SeriesMeta(FAST, MetricType.HISTOGRAM),
              new SeriesMeta(SLOW, MetricType.HISTOGRAM)));

  @TempDir private Path directory = Path.of("");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final PartitionHead head = new PartitionHead(0);

  private static Labels bucket(String le) {
    return Labels.of(
        "__name__",
        "http_request_duration_seconds_bucket",
        "instance",
        "a:8080",
        "job",
        "api",
        "le",
        le);
  }

  private static Exemplar exemplar(String traceId, double value) {
    return new Exemplar(Labels.of("trace_id", traceId), value, OptionalLong.empty());
  }

  private static Exemplar exemplar(String traceId, double value, long millis) {
    return new Exemplar(Labels.of("trace_id", traceId), value, OptionalLong.of(millis));
  }

  /// Appends a row with exemplars of the slow bucket.
  private void append(long offset, long millis, double value, Exemplar... exemplars) {
    List<Row.ColumnExemplar> ofRow = new ArrayList<>();
    for (Exemplar exemplar : exemplars) {
      ofRow.add(new Row.ColumnExemplar(1, exemplar));
    }
    head.append(
        offset,
        GROUP,
        LAYOUT,
        List.of(
            new Row(
                millis,
                null,
                new double[] {value, value},
                Row.Histograms.NONE,
                Row.StartTimestamps.NONE,
                ofRow)),
        0);
    head.advance(offset + 1, millis);
  }

  private void publish(long from, long to, int maxExemplars, int dropped) {
    ChainPublisher chain =
        new ChainPublisher(
            store,
            new BlockCache(0),
            directory.resolve("work"),
            clock,
            BlockWriter.Options.SMALL.withMaxExemplars(maxExemplars));
    ChainPublisher.Published.Won won =
        assertInstanceOf(
            ChainPublisher.Published.Won.class,
            chain.append(TOPIC, 0, head.freeze(from, to), List.of()));
    assertEquals(dropped, won.droppedExemplars());
  }

  private void publish(long from, long to) {
    publish(from, to, 100, 0);
  }

  private BlockSnapshot snapshot() {
    return new BlockCatalog(store, new BlockCache(1 << 20)).refresh();
  }

  /// Each exemplar as `le trace@seconds after noon=value`.
  private static List<String> texts(SeriesSource source, TimeRange range, Matcher... matchers) {
    List<String> texts = new ArrayList<>();
    source
        .exemplars(Tenant.DEFAULT, List.of(List.of(matchers)), range, 0)
        .items()
        .forEach(one -> {
          for (Exemplar exemplar : one.exemplars()) {
            texts.add(
                "%s %s@%d=%s"
                    .formatted(
                        one.labels().get("le"),
                        exemplar.labels().get("trace_id"),
                        (exemplar.timestampMillis().orElseThrow() - NOON) / 1000,
                        exemplar.value()));
          }
        });
    return texts;
  }

  private List<String> stored(TimeRange range, Matcher... matchers) {
    BlockSnapshot snapshot = snapshot();
    return texts(
        new MergedSeriesSource(
            snapshot.exemplarSources(Tenant.DEFAULT, snapshot.blocks(Tenant.DEFAULT), range)),
        range,
        matchers);
  }

  private static TimeRange seconds(long from, long to) {
    return new TimeRange(NOON + from * 1000, NOON + to * 1000);
  }

  private List<BlockReader> merge() {
    CompactionPolicy policy = new CompactionPolicy(2, 100, 1L << 30);
    Compactor compactor =
        new Compactor(store, directory.resolve("merge"), BlockWriter.Options.COMPACTED, clock);
    for (CompactionTask task : CompactionTask.plan(snapshot(), policy, _ -> true)) {
      assertTrue(compactor.run(task).published());
    }
    List<BlockReader> blocks = snapshot().blocks(Tenant.DEFAULT);
    blocks.forEach(block -> assertEquals(List.of(), block.verify()));
    return blocks;
  }

  @Test
  void theHeadHasThemByTheirOwnTimeOrThatOfTheirRow() {
    append(0, NOON, 1, exemplar("old", 0.7, NOON - HOUR));
    append(1, NOON + 15_000, 2, exemplar("own", 0.8, NOON + 14_000), exemplar("row", 0.9));
    SeriesSource all = head.from(0);
    assertEquals(
        List.of("1.0 old@-3600=0.7", "1.0 own@14=0.8", "1.0 row@15=0.9"),
        texts(all, TimeRange.ALL));
    assertEquals(List.of("1.0 own@14=0.8"), texts(all, seconds(0, 14)));
    assertEquals(List.of("1.0 row@15=0.9"), texts(head.from(1), seconds(15, 99)));
    assertEquals(List.of(), texts(all, TimeRange.ALL, Matcher.equal("le", "0.1")));
    assertEquals(List.of("1.0 old@-3600=0.7"), texts(head.between(0, 1), TimeRange.ALL));
  }

  @Test
  void moreThanTheLimitAreRefused() {
    append(0, NOON, 1, exemplar("a", 0.7), exemplar("b", 0.7), exemplar("b", 0.7));
    assertEquals(
        1, head.from(0).exemplars(Tenant.DEFAULT, List.of(), TimeRange.ALL, 2).items().size());
    WeirException.LimitExceeded e =
        assertThrows(
            WeirException.LimitExceeded.class,
            () -> head.from(0).exemplars(Tenant.DEFAULT, List.of(), TimeRange.ALL, 1));
    assertEquals(
        "more than 1 exemplars are selected; select fewer series or a shorter range",
        e.getMessage());
  }

  @Test
  void theLimitHoldsForAllSourcesTogether() {
    append(0, NOON, 1, exemplar("a", 0.7));
    append(1, NOON, 1, exemplar("b", 0.7));
    SeriesSource both = new MergedSeriesSource(List.of(head.between(0, 1), head.between(1, 2)));
    assertEquals(List.of("1.0 a@0=0.7", "1.0 b@0=0.7"), texts(both, TimeRange.ALL));
    WeirException.LimitExceeded e =
        assertThrows(
            WeirException.LimitExceeded.class,
            () -> both.exemplars(Tenant.DEFAULT, List.of(), TimeRange.ALL, 1));
    assertTrue(
        String.valueOf(e.getMessage()).contains("counted in each block and storage node"),
        e.getMessage());
  }

  @Test
  void blocksAndMergedBlocksHaveWhatTheHeadHad() {
    append(0, NOON, 1, exemplar("old", 0.7, NOON - 30 * HOUR));
    append(1, NOON + 15_000, 2, exemplar("own", 0.8, NOON + 14_000), exemplar("row", 0.9));
    // Sent again by another collector, with another that happened at the same time.
    append(2, NOON + 30_000, 3, exemplar("own", 0.8, NOON + 14_000));
    append(3, NOON + 45_000, 4, exemplar("also", 0.75, NOON + 14_000));
    // An exemplar that travels without a sample.
    append(4, NOON + 60_000, AbsentValue.VALUE, exemplar("alone", 0.9));
    List<String> all = texts(head.from(0), TimeRange.ALL);
    assertEquals(
        List.of(
            "1.0 old@-108000=0.7",
            "1.0 also@14=0.75",
            "1.0 own@14=0.8",
            "1.0 row@15=0.9",
            "1.0 alone@60=0.9"),
        all);
    publish(0, 2);
    publish(2, 4);
    publish(4, 5);
    assertEquals(all, stored(TimeRange.ALL));
    assertEquals(List.of("1.0 alone@60=0.9"), stored(seconds(60, 60)));
    assertEquals(1, merge().size(), "blocks, because " + snapshot().superseded());
    assertEquals(all, stored(TimeRange.ALL));
    assertEquals(List.of("1.0 old@-108000=0.7"), stored(seconds(-120_000, -3600)));
    assertEquals(List.of(), stored(seconds(0, 13)));
    assertEquals(List.of(), stored(TimeRange.ALL, Matcher.equal("le", "0.1")));
  }

  @Test
  void blocksWithoutExemplarsInTheRangeAreNotAsked() {
    append(0, NOON, 1);
    append(1, NOON, 1, exemplar("a", 0.7));
    publish(0, 1);
    publish(1, 2);
    BlockSnapshot snapshot = snapshot();
    List<BlockReader> blocks = snapshot.blocks(Tenant.DEFAULT);
    assertEquals(2, blocks.size());
    assertEquals(1, snapshot.exemplarSources(Tenant.DEFAULT, blocks, TimeRange.ALL).size());
    assertEquals(0, snapshot.exemplarSources(Tenant.DEFAULT, blocks, seconds(1, 10)).size());
  }

  @Test
  void tooManyOfOneSeriesAreThinnedAndCounted() {
    for (int i = 0; i < 10; i++) {
      append(i, NOON + i * 1000L, i, exemplar("t" + i, i));
    }
    publish(0, 10, 5, 5);
    assertEquals(
        List.of("1.0 t0@0=0.0", "1.0 t2@2=2.0", "1.0 t4@4=4.0", "1.0 t6@6=6.0", "1.0 t8@8=8.0"),
        stored(TimeRange.ALL));
  }

  private void delete(long fromSeconds, long toSeconds, long cut) {
    new BlockCatalog(store, new BlockCache(0))
        .deletions()
        .publish(
            new Deletion(
                new DeletionName(Tenant.DEFAULT, clock.millis(), 1),
                List.of(List.of(Matcher.equal("job", "api"))),
                seconds(fromSeconds, toSeconds),
                List.of(new Deletion.Cut(TOPIC, 0, cut)),
                List.of()));
  }

  @Test
  void deletionsHideThemAndAreAppliedByWhoWritesBlocks() {
    append(0, NOON, 1, exemplar("early", 0.7, NOON - 20_000));
    append(1, NOON + 15_000, 2, exemplar("late", 0.8));
    publish(0, 2);
    append(2, NOON + 30_000, 3, exemplar("unflushed", 0.9, NOON - 10_000));
    delete(-30, 0, 3);
    assertEquals(List.of("1.0 late@15=0.8"), stored(TimeRange.ALL));
    append(3, NOON + 45_000, 4, exemplar("after", 0.9, NOON - 5_000));
    publish(2, 3);
    publish(3, 4);
    List<String> left = List.of("1.0 after@-5=0.9", "1.0 late@15=0.8");
    assertEquals(left, stored(TimeRange.ALL));
    clock.advance(Duration.ofHours(3));
    merge();
    assertEquals(left, stored(TimeRange.ALL));
    // What is deleted is not only hidden.
    List<String> raw = new ArrayList<>();
    snapshot()
        .blocks(Tenant.DEFAULT)
        .forEach(block ->
            block.forEachExemplars(
                Tenant.DEFAULT,
                one ->
                    one.exemplars()
                        .forEach(exemplar -> raw.add(exemplar.labels().get("trace_id")))));
    assertEquals(List.of("after", "late"), raw);
  }
}
