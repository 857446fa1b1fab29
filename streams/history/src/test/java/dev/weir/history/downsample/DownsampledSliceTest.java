package dev.weir.history.downsample;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.backup.Backup;
import dev.weir.blocks.backup.Restore;
import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.compaction.SupersededBlocks;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.Resolution;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Slices beside samples that come late, are deleted, merged, kept no longer, backed up.
class DownsampledSliceTest {
  private static final long HOUR = 3_600_000;
  private static final long NOON = StoredPast.START + 36 * HOUR;

  @TempDir private Path directory;

  private StoredPast past() {
    return new StoredPast(directory, 60_000).addDays(5);
  }

  private static QueryResult instant(String query, long time, SeriesSource source) {
    return QueryEngine.inCallersThread()
        .instant(query, time, QueryContext.of(Tenant.DEFAULT, source));
  }

  private static double value(QueryResult result) {
    QueryValue.Vector vector = (QueryValue.Vector) result.value();
    return vector.samples().isEmpty() ? 0 : vector.samples().getFirst().value();
  }

  private static double count(String metric, long time, SeriesSource source) {
    return value(instant("sum(count_over_time(%s[1h]))".formatted(metric), time, source));
  }

  private static List<DownsampledSlice> slices(StoredPast past, Resolution resolution) {
    return past.snapshot().downsampled(Tenant.DEFAULT).of(resolution);
  }

  private static void addLate(StoredPast past, long time) {
    MemorySeriesSource late = new MemorySeriesSource();
    Labels labels = Labels.of("__name__", "up", "instance", "late", "job", "api");
    GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, time, 1))).forEach(late::append);
    past.importBlock(late, TimeRange.ALL);
  }

  @Test
  void lateSamplesAreReadAndTheirSliceIsMadeAnew() {
    StoredPast past = past();
    assertEquals(5, past.downsample(Resolution.FIVE_MINUTES));
    double before = count("up", NOON, past.resolved());
    addLate(past, NOON - 7);
    assertEquals(before + 1, count("up", NOON, past.resolved()));
    assertEquals(
        4,
        slices(past, Resolution.FIVE_MINUTES).stream().filter(DownsampledSlice::isCurrent).count());
    assertEquals(1, past.downsample(Resolution.FIVE_MINUTES), "the slice that is late");
    StoredPast.Resolved resolved = past.resolved();
    assertEquals(before + 1, count("up", NOON, resolved));
    assertEquals(1, resolved.windowed());
    // The revision that was made before goes, after a while.
    assertEquals(1, past.snapshot().superseded().size());
    Instant later = Instant.now().plus(Duration.ofDays(1));
    SupersededBlocks superseded =
        new SupersededBlocks(past.store(), Duration.ofMinutes(5), () -> later);
    assertEquals(1, superseded.sweep(past.snapshot()).size());
    assertEquals(before + 1, count("up", NOON, past.resolved()));
    assertEquals(5, slices(past, Resolution.FIVE_MINUTES).size());
  }

  /// Whether all slices of 5 m are current.
  private static boolean areCurrent(StoredPast past) {
    return slices(past, Resolution.FIVE_MINUTES).stream().allMatch(DownsampledSlice::isCurrent);
  }

  @Test
  void slicesKnowHowFarTheLogWent() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(7);
    TimeRange early = new TimeRange(StoredPast.START, NOON);
    TimeRange later = new TimeRange(NOON + 1, StoredPast.END);
    past.link(days, early, 0, 100);
    past.link(days, later, 100, 200);
    assertEquals(5, past.downsample(Resolution.FIVE_MINUTES));
    double all = count("up", NOON, past.samples());
    StoredPast.Resolved resolved = past.resolved();
    assertEquals(all, count("up", NOON, resolved));
    assertEquals(1, resolved.windowed());
    // Later records without samples of these days change nothing, nor does a merge of what was
    // seen.
    MemorySeriesSource after = new MemorySeriesSource();
    Labels up = Labels.of("__name__", "up", "instance", "late", "job", "api");
    GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(up, StoredPast.END + HOUR, 1)))
        .forEach(after::append);
    past.link(after, TimeRange.ALL, 200, 300);
    past.merged(days, TimeRange.ALL, 0, 200);
    assertTrue(areCurrent(past), "seen");
    List<Long> next =
        past.plan(100, Resolution.FIVE_MINUTES).slices().stream().map(PlannedSlice::slice).toList();
    assertEquals(List.of(Resolution.FIVE_MINUTES.sliceOf(StoredPast.END + HOUR)), next);
    // A later record with a sample of noon does.
    MemorySeriesSource late = new MemorySeriesSource();
    GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(up, NOON - 7, 1))).forEach(late::append);
    past.link(late, TimeRange.ALL, 300, 400);
    assertFalse(areCurrent(past), "late");
    assertEquals(all + 1, count("up", NOON, past.resolved()));
    assertEquals(2, past.downsample(Resolution.FIVE_MINUTES), "that day, and the next");
    assertTrue(areCurrent(past), "made anew");
    resolved = past.resolved();
    assertEquals(all + 1, count("up", NOON, resolved));
    assertEquals(1, resolved.windowed());
  }

  @Test
  void whereRetentionHasTakenSamplesWindowsAreRead() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(8);
    past.link(days, new TimeRange(StoredPast.START, NOON), 0, 100);
    past.link(days, new TimeRange(NOON + 1, StoredPast.END), 100, 200);
    past.downsample(Resolution.FIVE_MINUTES);
    double before = count("up", NOON, past.samples());
    double after = count("up", NOON + 10 * 60_000, past.samples());
    String median = "quantile_over_time(0.5, temperature_celsius{instance=\"a\"}[1h])";
    double exact = value(instant(median, NOON + 2 * HOUR, past.samples()));
    past.store().delete(new BlockName.Chain(StoredPast.TOPIC, 0, 0).path());
    assertTrue(areCurrent(past), "what is there is in");
    assertEquals(before, count("up", NOON, past.resolved()));
    assertEquals(after, count("up", NOON + 10 * 60_000, past.resolved()));
    // Of the rest of the slice there are samples.
    QueryResult rest = instant(median, NOON + 2 * HOUR, past.resolved());
    assertEquals(exact, value(rest));
    assertEquals(List.of(), rest.completeness().warnings());
    QueryResult gone = instant(median, NOON - HOUR, past.resolved());
    assertEquals(1, gone.completeness().warnings().size(), gone.completeness().toString());
    assertEquals(
        0,
        past.plan(100, Resolution.values()).slices().stream()
            .filter(slice -> slice.resolution() == Resolution.FIVE_MINUTES)
            .count());
  }

  @Test
  void aSliceWithoutAllItsShardsDoesNotCount() {
    StoredPast past = past();
    DownsamplePlan plan = past.plan(3, Resolution.FIVE_MINUTES);
    assertTrue(plan.slices().getFirst().shards() > 2, "shards");
    SliceWriter writer =
        new SliceWriter(
            past.store(),
            1 << 20,
            new WorkFiles(directory.resolve("work"), Instant.now()),
            InstantSource.system());
    double expected = count("up", NOON, past.samples());
    for (PlannedSlice slice : plan.slices()) {
      for (int shard = 0; shard < slice.shards(); shard++) {
        StoredPast.Resolved resolved = past.resolved();
        assertEquals(expected, count("up", NOON, resolved));
        assertTrue(writer.write(slice, shard).written(), "written");
        assertFalse(writer.write(slice, shard).written(), "written again");
      }
    }
    assertEquals(5, slices(past, Resolution.FIVE_MINUTES).size());
    StoredPast.Resolved resolved = past.resolved();
    assertEquals(expected, count("up", NOON, resolved));
    assertEquals(1, resolved.windowed());
    assertEquals(0, past.plan(3, Resolution.FIVE_MINUTES).shardCount());
  }

  /// A task holds the labels of all blocks that it merges.
  @Test
  void aSliceHasAsManyShardsAsItsSeriesInAllBlocksTake() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(7);
    past.importBlock(days, new TimeRange(StoredPast.START, NOON));
    past.importBlock(days, new TimeRange(NOON + 1, StoredPast.END));
    int series =
        past.snapshot().imports(Tenant.DEFAULT).stream()
            .mapToInt(block -> block.meta().section(Tenant.DEFAULT).orElseThrow().series())
            .max()
            .orElseThrow();
    long noon = Resolution.FIVE_MINUTES.sliceOf(NOON);
    for (PlannedSlice slice : past.plan(series, Resolution.FIVE_MINUTES).slices()) {
      assertEquals(slice.slice() == noon ? 2 : 1, slice.shards(), "slice " + slice.slice());
    }
  }

  @Test
  void whatIsDeletedIsHiddenAndLeftOut() {
    StoredPast past = past();
    past.downsample(Resolution.FIVE_MINUTES);
    double before = count("up", NOON, past.samples());
    TimeRange range = new TimeRange(NOON - 20 * 60_000 - 1, NOON - 11 * 60_000);
    delete(past, range);
    double after = count("up", NOON, past.samples());
    assertTrue(after < before, "nothing was deleted");
    assertEquals(after, count("up", NOON, past.resolved()));
    assertEquals(1, past.downsample(Resolution.FIVE_MINUTES), "the slice that has deleted samples");
    StoredPast.Resolved resolved = past.resolved();
    assertEquals(after, count("up", NOON, resolved));
    assertEquals(1, resolved.windowed());
  }

  private static void delete(StoredPast past, TimeRange range) {
    past.catalog()
        .deletions()
        .publish(
            new Deletion(
                new DeletionName(Tenant.DEFAULT, 1, 1),
                List.of(List.of(Matcher.equal("__name__", "up"))),
                range,
                List.of(),
                Stream.concat(
                        past.snapshot().imports(Tenant.DEFAULT).stream(),
                        slices(past, Resolution.FIVE_MINUTES).stream()
                            .flatMap(slice -> slice.blocks().stream()))
                    .map(BlockReader::name)
                    .toList()));
  }

  private static void dropSamples(StoredPast past) {
    for (StoredBlock block : past.store().list(BlockName.IMPORTED_PREFIX)) {
      past.store().delete(block.name());
    }
  }

  @Test
  void windowsAnswerWhenTheSamplesAreGone() {
    StoredPast past = past();
    past.downsample(Resolution.values());
    double exact = count("up", NOON, past.samples());
    QueryResult median =
        instant("quantile_over_time(0.5, temperature_celsius[1h])", NOON, past.samples());
    Labels labels = Labels.of("__name__", "requests_total", "instance", "a", "job", "api");
    dropSamples(past);
    assertEquals(exact, count("up", NOON, past.resolved()));
    QueryResult aligned = instant("increase(requests_total[1h])", NOON, past.resolved());
    assertEquals(List.of(), aligned.completeness().warnings());
    // Windows that end in the hour: those of the hour before it, moved by a minute.
    QueryResult moved = instant("sum(count_over_time(up[1h]))", NOON + 60_000, past.resolved());
    assertEquals(exact, value(moved));
    assertEquals(1, moved.completeness().warnings().size(), moved.completeness().toString());
    assertTrue(
        moved.completeness().warnings().getFirst().contains("whole windows of 5m"),
        moved.completeness().toString());
    QueryResult averages =
        instant("quantile_over_time(0.5, temperature_celsius[1h])", NOON, past.resolved());
    assertTrue(
        averages.completeness().warnings().getFirst().contains("average of every 5m"),
        averages.completeness().toString());
    assertEquals(value(median), value(averages), 5.0);
    assertEquals(
        1,
        past.resolved()
            .series(
                Tenant.DEFAULT,
                List.of(
                    List.of(
                        Matcher.equal("__name__", "requests_total"),
                        Matcher.equal("instance", "a"))),
                new TimeRange(NOON - HOUR, NOON),
                0)
            .items()
            .size());
    assertEquals(
        List.of(labels),
        past.resolved()
            .series(
                Tenant.DEFAULT,
                List.of(
                    List.of(
                        Matcher.equal("__name__", "requests_total"),
                        Matcher.equal("instance", "a"))),
                TimeRange.ALL,
                0)
            .items());
    assertEquals(
        List.of("__name__", "instance", "job"),
        past.resolved().labelNames(Tenant.DEFAULT, List.of(), TimeRange.ALL, 0).items());
    // Nothing is made again of samples that are gone.
    assertEquals(0, past.plan(100, Resolution.values()).shardCount());
  }

  /// What is read for one selector of a query is kept for its others, where it is the same.
  @Test
  void functionsOfOneSelectorHaveTheirOwnSubstitutes() {
    StoredPast past = past();
    past.downsample(Resolution.FIVE_MINUTES);
    dropSamples(past);
    String median = "sum(quantile_over_time(0.5, temperature_celsius[1h]))";
    String changes = "sum(changes(temperature_celsius[1h]))";
    double alone = value(instant(changes, NOON, past.resolved()));
    assertTrue(alone > 0, "nothing changes");
    assertEquals(
        value(instant(median, NOON, past.resolved())) + alone,
        value(instant(median + " + " + changes, NOON, past.resolved())));
  }

  @Test
  void aBlockThatCannotBeReadMakesItsSliceNotCurrent() throws IOException {
    StoredPast past = past();
    past.downsample(Resolution.FIVE_MINUTES);
    addLate(past, NOON - 7);
    String late = past.store().list(BlockName.IMPORTED_PREFIX).getLast().name();
    damage(directory.resolve("blocks").resolve(late));
    assertEquals(
        List.of(Resolution.FIVE_MINUTES.sliceOf(NOON)),
        slices(past, Resolution.FIVE_MINUTES).stream()
            .filter(slice -> !slice.isCurrent())
            .map(DownsampledSlice::number)
            .toList());
  }

  /// Spoils all of a block but what has to be whole for it to be opened.
  private static void damage(Path block) throws IOException {
    byte[] whole = Files.readAllBytes(block);
    for (int kept = 8; kept < whole.length; kept++) {
      byte[] damaged = whole.clone();
      Arrays.fill(damaged, 12, whole.length - kept, (byte) 0xa5);
      Files.write(block, damaged);
      try {
        BlockReader.open(BlockFile.of(block), new BlockCache(1 << 20));
        return;
      } catch (WeirException.Corrupt e) {
        assertFalse(e.getMessage().isEmpty());
      }
    }
    throw new AssertionError(block + " cannot be opened");
  }

  @Test
  void whatIsDeletedOfWindowsAloneTakesWholeWindows() {
    StoredPast past = past();
    past.downsample(Resolution.FIVE_MINUTES);
    List<String> slices =
        slices(past, Resolution.FIVE_MINUTES).stream()
            .flatMap(slice -> slice.blocks().stream())
            .map(BlockReader::name)
            .toList();
    double before = count("up", NOON, past.samples());
    double tenMinutes =
        value(instant("sum(count_over_time(up[10m]))", NOON - 10 * 60_000, past.samples()));
    delete(past, new TimeRange(NOON - 19 * 60_000, NOON - 11 * 60_000));
    dropSamples(past);
    assertEquals(slices.size(), 5);
    QueryResult left = instant("sum(count_over_time(up[1h]))", NOON, past.resolved());
    assertEquals(before - tenMinutes, value(left));
    assertEquals(1, left.completeness().warnings().size(), left.completeness().toString());
  }

  @Test
  void longWindowsAreNotMadeOfSomeOfTheSamples() {
    StoredPast past = past();
    past.downsample(Resolution.FIVE_MINUTES);
    // The first of two blocks goes, with the first forty hours.
    past.store().delete(past.store().list(BlockName.IMPORTED_PREFIX).getFirst().name());
    DownsamplePlan plan = past.plan(100, Resolution.ONE_HOUR);
    assertEquals(List.of(), plan.slices());
    assertEquals(1, plan.outdated());
  }

  @Test
  void samplesThatGoMeanwhileFailTheSlice() {
    StoredPast past = past();
    DownsamplePlan plan = past.plan(100, Resolution.FIVE_MINUTES);
    dropSamples(past);
    SliceWriter writer =
        new SliceWriter(
            past.store(),
            1 << 20,
            new WorkFiles(directory.resolve("work"), Instant.now()),
            InstantSource.system());
    assertThrows(WeirException.Unavailable.class, () -> writer.write(plan.slices().getFirst(), 0));
  }

  @Test
  void aBackupBringsBackWindowsWhoseSamplesAreGone() {
    StoredPast past = past();
    past.downsample(Resolution.values());
    double first = count("up", NOON, past.samples());
    double last = count("up", StoredPast.END, past.samples());
    // The first of two blocks goes, with the first forty hours.
    past.store().delete(past.store().list(BlockName.IMPORTED_PREFIX).getFirst().name());
    Path backup = directory.resolve("backup");
    new Backup(past.store(), InstantSource.system()).into(backup, (_, _) -> {});
    Path restored = directory.resolve("restored");
    new Restore(backup, restored.resolve("blocks"), InstantSource.system())
        .run(false, (_, _) -> {});
    StoredPast after = new StoredPast(restored, 60_000);
    assertEquals(first, count("up", NOON, after.resolved()));
    QueryResult recent = instant("sum(count_over_time(up[1h]))", StoredPast.END, after.resolved());
    assertEquals(last, value(recent));
    assertEquals(List.of(), recent.completeness().warnings());
  }

  private static MemorySeriesSource one(String metric, long[] times, double... values) {
    MemorySeriesSource source = new MemorySeriesSource();
    Labels labels = Labels.of("__name__", metric, "instance", "late", "job", "api");
    for (int i = 0; i < times.length; i++) {
      GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, times[i], values[i])))
          .forEach(source::append);
    }
    return source;
  }

  @Test
  void whatIsMadeUpIsNeverReadAsASample() {
    StoredPast past = new StoredPast(directory, 60_000);
    // A gauge that falls twice in each window of 5 m, and never comes near 0.
    int count = 4 * 60 * 24;
    long[] times = new long[count];
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      times[i] = StoredPast.START + (i + 1) * 15_000L;
      values[i] = 100 + (i * 7) % 10;
    }
    past.link(one("load", times, values), TimeRange.ALL, 0, 100);
    past.link(one("load", new long[] {StoredPast.END + HOUR}, 1), TimeRange.ALL, 100, 200);
    past.downsample(Resolution.FIVE_MINUTES);
    past.store().delete(new BlockName.Chain(StoredPast.TOPIC, 0, 0).path());
    for (String query : List.of("load", "last_over_time(load[5m])", "first_over_time(load[4m])")) {
      for (int minute = 1; minute <= 20; minute++) {
        QueryResult result =
            QueryEngine.inCallersThread()
                .range(
                    query,
                    StoredPast.START + HOUR + minute * 60_000L,
                    StoredPast.START + HOUR + (minute + 20) * 60_000L,
                    60_000,
                    QueryContext.of(Tenant.DEFAULT, past.resolved()));
        assertFalse(result.completeness().warnings().isEmpty(), query);
        for (QueryValue.Series series : ((QueryValue.Matrix) result.value()).series()) {
          for (int i = 0; i < series.values().length; i++) {
            double value = series.values()[i];
            assertTrue(
                !series.hasSample(i) || (value >= 100 && value < 110),
                () -> "%s is %s".formatted(query, value));
          }
        }
      }
    }
  }

  @Test
  void blocksThatStayDoNotStandForThoseThatWent() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(9);
    past.link(days, new TimeRange(StoredPast.START, NOON), 0, 100);
    // Has a sample from before all of the others.
    past.link(
        one(
            "up",
            new long[] {
              Resolution.FIVE_MINUTES.slice(Resolution.FIVE_MINUTES.sliceOf(NOON)).startMillis()
                  + 7,
              NOON + HOUR
            },
            1,
            1),
        TimeRange.ALL,
        100,
        200);
    past.link(days, new TimeRange(NOON + 1, StoredPast.END), 200, 300);
    past.downsample(Resolution.FIVE_MINUTES);
    double before = count("up", NOON, past.samples());
    assertTrue(before > 100, "samples");
    past.store().delete(new BlockName.Chain(StoredPast.TOPIC, 0, 0).path());
    assertEquals(before, count("up", NOON, past.resolved()));
    QueryResult median = instant("quantile_over_time(0.5, up[1h])", NOON, past.resolved());
    assertFalse(median.completeness().warnings().isEmpty(), "the samples are gone");
    // What comes late does not make windows of what is left.
    past.link(one("up", new long[] {NOON - HOUR + 7}, 1), TimeRange.ALL, 300, 400);
    assertEquals(0, past.downsample(Resolution.FIVE_MINUTES));
    assertEquals(1, past.plan(100, Resolution.FIVE_MINUTES).outdated());
    QueryResult late = instant("sum(count_over_time(up[1h]))", NOON, past.resolved());
    assertEquals(before, value(late));
    assertFalse(late.completeness().warnings().isEmpty(), "late");
  }

  @Test
  void poorerRevisionsDoNotCount() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(9);
    past.link(days, new TimeRange(StoredPast.START, NOON), 0, 100);
    past.link(days, new TimeRange(NOON + 1, StoredPast.END), 100, 200);
    past.downsample(Resolution.FIVE_MINUTES);
    double before = count("up", NOON, past.samples());
    long day = Resolution.FIVE_MINUTES.sliceOf(NOON);
    List<BlockReader> made =
        past.snapshot()
            .downsampled(Tenant.DEFAULT)
            .slice(Resolution.FIVE_MINUTES, day)
            .orElseThrow()
            .blocks();
    // Another job, that does not know of these windows, makes some when the samples are gone.
    StoredPast other = new StoredPast(directory.resolve("other"), 60_000);
    other.link(days, new TimeRange(NOON + 1, StoredPast.END), 100, 200);
    other.link(one("up", new long[] {NOON + 7}, 1), TimeRange.ALL, 200, 300);
    other.downsample(Resolution.FIVE_MINUTES);
    past.store().delete(new BlockName.Chain(StoredPast.TOPIC, 0, 0).path());
    past.link(one("up", new long[] {NOON + 7}, 1), TimeRange.ALL, 200, 300);
    other.copyWindows(past);
    assertEquals(before, count("up", NOON, past.resolved()));
    assertTrue(
        made.stream().noneMatch(block -> past.snapshot().superseded().containsKey(block.name())),
        "complete windows would be deleted");
  }

  @Test
  void aBlockThatWasNotThereIsNotSeen() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(9);
    past.link(days, new TimeRange(StoredPast.START, NOON - 2 * HOUR), 0, 100);
    past.link(days, new TimeRange(NOON + 1, StoredPast.END), 200, 300);
    past.downsample(Resolution.FIVE_MINUTES);
    assertTrue(areCurrent(past), "made");
    past.link(days, new TimeRange(NOON - 2 * HOUR + 1, NOON), 100, 200);
    assertFalse(areCurrent(past), "it can be read again");
    assertEquals(count("up", NOON, past.samples()), count("up", NOON, past.resolved()));
    past.downsample(Resolution.FIVE_MINUTES);
    assertTrue(areCurrent(past), "made anew");
    assertEquals(count("up", NOON, past.samples()), count("up", NOON, past.resolved()));
  }

  @Test
  void theWindowThatRetentionCutIsReadWhole() {
    StoredPast past = new StoredPast(directory, 60_000);
    MemorySeriesSource days = past.days(8);
    long cut = NOON + 2 * 60_000 + 1;
    past.link(days, new TimeRange(StoredPast.START, cut), 0, 100);
    past.link(days, new TimeRange(cut + 1, StoredPast.END), 100, 200);
    past.downsample(Resolution.FIVE_MINUTES);
    String query = "sum(count_over_time(up[10m]))";
    double exact = value(instant(query, NOON + 5 * 60_000, past.samples()));
    past.store().delete(new BlockName.Chain(StoredPast.TOPIC, 0, 0).path());
    // The slice is not current, and what is left of samples begins within a window.
    addLate(past, NOON - 3 * HOUR);
    assertEquals(exact, value(instant(query, NOON + 5 * 60_000, past.resolved())));
  }

  @Test
  void aSliceThatIsOutdatedIsSoAfterARestore() {
    StoredPast past = past();
    past.downsample(Resolution.values());
    past.store().delete(past.store().list(BlockName.IMPORTED_PREFIX).getFirst().name());
    addLate(past, NOON - 7);
    assertFalse(areCurrent(past), "late");
    Path backup = directory.resolve("backup");
    new Backup(past.store(), InstantSource.system()).into(backup, (_, _) -> {});
    Path restored = directory.resolve("restored");
    new Restore(backup, restored.resolve("blocks"), InstantSource.system())
        .run(false, (_, _) -> {});
    QueryResult result =
        instant("sum(count_over_time(up[1h]))", NOON, new StoredPast(restored, 60_000).resolved());
    assertFalse(result.completeness().warnings().isEmpty(), "what is late is not in");
  }
}
