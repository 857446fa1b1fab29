package dev.weir.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow.Sample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/// What every [SeriesSource] keeps: memory, head, block, merged storage and remote storage node
/// extend this suite and say how rows get into them.
///
/// Rows are within an hour from [#BASE], apart from the test of times before the epoch; a source
/// that refuses by age is given a clock and a retention that admit them.
public abstract class SeriesSourceContract extends SeriesListingSuite {
  @Test
  void anEqualMatcherSelectsByValue() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(Set.of(UP_A, UP_B, UP_API), selected(source, Matcher.equal("__name__", "up")));
    assertEquals(
        Set.of(UP_A, UP_API),
        selected(source, Matcher.equal("__name__", "up"), Matcher.equal("instance", "a")));
    assertEquals(Set.of(), selected(source, Matcher.equal("__name__", "down")));
    assertEquals(Set.of(), selected(source, Matcher.equal("region", "eu")));
  }

  @Test
  void aNotEqualMatcherSelectsAllOthersAlsoThoseWithoutTheLabel() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(Set.of(UP_API, BATCH), selected(source, Matcher.notEqual("job", "node")));
    assertEquals(
        Set.of(UP_A, LOAD_A, UP_B, UP_API, BATCH), selected(source, Matcher.notEqual("job", "x")));
    assertEquals(Set.of(UP_A, LOAD_A, UP_B, UP_API), selected(source, Matcher.notEqual("job", "")));
  }

  @Test
  void aRegexMatchesTheWholeValue() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(
        Set.of(UP_A, LOAD_A, UP_B, UP_API), selected(source, Matcher.regex("job", "node|api")));
    assertEquals(Set.of(), selected(source, Matcher.regex("job", "nod")));
    assertEquals(Set.of(UP_A, LOAD_A, UP_B), selected(source, Matcher.regex("job", "n.+e")));
    assertEquals(Set.of(LOAD_A), selected(source, Matcher.regex("__name__", "node_load[0-9]+")));
    assertEquals(Set.of(UP_A, LOAD_A, UP_B, UP_API), selected(source, Matcher.regex("job", ".+")));
  }

  @Test
  void aNegatedRegexSelectsAllOthersAlsoThoseWithoutTheLabel() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(Set.of(UP_API, BATCH), selected(source, Matcher.notRegex("job", "no.e")));
    assertEquals(Set.of(BATCH), selected(source, Matcher.notRegex("job", "node|api")));
    assertEquals(Set.of(BATCH), selected(source, Matcher.notRegex("job", ".+")));
    assertEquals(Set.of(), selected(source, Matcher.notRegex("job", ".*")));
  }

  @Test
  void aMatcherThatMatchesTheEmptyValueSelectsSeriesWithoutTheLabel() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(Set.of(BATCH), selected(source, Matcher.equal("job", "")));
    assertEquals(Set.of(UP_API, BATCH), selected(source, Matcher.regex("job", "api|")));
    assertEquals(
        Set.of(UP_A, LOAD_A, UP_B, UP_API, BATCH), selected(source, Matcher.regex("job", ".*")));
    assertEquals(
        Set.of(UP_A, LOAD_A, UP_B, UP_API, BATCH), selected(source, Matcher.equal("region", "")));
  }

  @Test
  void allMatchersMustPassAlsoSeveralOnOneLabel() throws Exception {
    SeriesSource source = fiveSeries();
    assertEquals(
        Set.of(UP_B),
        selected(
            source,
            Matcher.regex("instance", "a|b"),
            Matcher.notEqual("instance", "a"),
            Matcher.equal("__name__", "up")));
    assertEquals(
        Set.of(), selected(source, Matcher.equal("job", "node"), Matcher.equal("job", "api")));
    assertEquals(
        Set.of(UP_API),
        selected(source, Matcher.notEqual("job", "node"), Matcher.regex("job", ".+")));
  }

  @Test
  void noMatcherSelectsEverySeries() throws Exception {
    assertEquals(Set.of(UP_A, LOAD_A, UP_B, UP_API, BATCH), selected(fiveSeries()));
  }

  @Test
  void bothEndsOfARangeBelongToIt() throws Exception {
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1), sample(UP_A, 15, 2), sample(UP_A, 30, 3), sample(UP_A, 45, 4)));
    TimeRange range = new TimeRange(BASE + 15_000, BASE + 30_000);
    assertEquals(Map.of(15L, 2.0, 30L, 3.0), values(read(source, TENANT, List.of(), range), UP_A));
    TimeRange instant = new TimeRange(BASE + 15_000, BASE + 15_000);
    assertEquals(Map.of(15L, 2.0), values(read(source, TENANT, List.of(), instant), UP_A));
    TimeRange between = new TimeRange(BASE + 15_001, BASE + 29_999);
    assertEquals(Map.of(), read(source, TENANT, List.of(), between));
  }

  @Test
  void aSeriesWithoutSampleInTheRangeIsNotThereAlthoughItsGroupIs() throws Exception {
    SeriesSource source =
        sourceOf(rows(sample(UP_A, 0, 1), sample(LOAD_A, 0, 0.5), sample(UP_A, 60, 1)));
    TimeRange late = new TimeRange(BASE + 30_000, BASE + 90_000);
    assertEquals(Set.of(UP_A), read(source, TENANT, List.of(), late).keySet());
    TimeRange later = new TimeRange(BASE + 90_000, BASE + 120_000);
    assertEquals(Set.of(), read(source, TENANT, List.of(), later).keySet());
  }

  @Test
  void aStalenessMarkerIsASampleAndOrdinaryNansKeepTheirBits() throws Exception {
    double otherNan = Double.longBitsToDouble(0x7ff8000000000001L);
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1),
                sample(UP_A, 15, StalenessMarker.VALUE),
                sample(UP_A, 30, Double.NaN),
                sample(UP_A, 45, otherNan),
                sample(UP_A, 60, Double.POSITIVE_INFINITY),
                sample(UP_A, 75, -0.0)));
    List<Long> bits = points(source, UP_A).values().stream().map(Point::valueBits).toList();
    assertEquals(
        List.of(
            Double.doubleToRawLongBits(1),
            StalenessMarker.BITS,
            Double.doubleToRawLongBits(Double.NaN),
            0x7ff8000000000001L,
            Double.doubleToRawLongBits(Double.POSITIVE_INFINITY),
            Double.doubleToRawLongBits(-0.0)),
        bits);
  }

  @Test
  void anAbsentValueIsNoSample() throws Exception {
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1),
                sample(LOAD_A, 0, AbsentValue.VALUE),
                sample(UP_A, 15, AbsentValue.VALUE),
                sample(LOAD_A, 15, 0.5)));
    Map<Labels, NavigableMap<Long, Point>> read = read(source);
    assertEquals(Map.of(0L, 1.0), values(read, UP_A));
    assertEquals(Map.of(15L, 0.5), values(read, LOAD_A));
  }

  @Test
  void aSeriesThatMovesBetweenLayoutsComesOnce() throws Exception {
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1),
                sample(UP_A, 15, 2),
                sample(LOAD_A, 15, 0.5),
                sample(UP_A, 30, 3)));
    Map<Labels, NavigableMap<Long, Point>> read = read(source);
    assertEquals(Map.of(0L, 1.0, 15L, 2.0, 30L, 3.0), values(read, UP_A));
    assertEquals(Map.of(15L, 0.5), values(read, LOAD_A));
  }

  @Test
  void aSeriesThatMovesBetweenGroupsComesOnce() throws Exception {
    List<GroupRow> rows = new ArrayList<>();
    rows.addAll(GroupRow.of(TENANT, "old", List.of(sample(UP_A, 0, 1), sample(LOAD_A, 0, 0.5))));
    rows.addAll(GroupRow.of(TENANT, "new", List.of(sample(UP_A, 15, 2))));
    rows.addAll(GroupRow.of(TENANT, "old", List.of(sample(LOAD_A, 15, 0.6))));
    rows.addAll(GroupRow.of(TENANT, "new", List.of(sample(UP_A, 30, 3))));
    Map<Labels, NavigableMap<Long, Point>> read = read(sourceOf(rows));
    assertEquals(Map.of(0L, 1.0, 15L, 2.0, 30L, 3.0), values(read, UP_A));
    assertEquals(Map.of(0L, 0.5, 15L, 0.6), values(read, LOAD_A));
  }

  @Test
  void aSeriesWhoseSliceSplitsComesOnce() throws Exception {
    Slice half =
        Slice.WHOLE.left().holds(UP_A.groupingHash()) ? Slice.WHOLE.left() : Slice.WHOLE.right();
    List<GroupRow> rows = new ArrayList<>();
    for (GroupRow row : rows(sample(UP_A, 0, 1), sample(UP_A, 15, 2))) {
      boolean split = row.row().timestampMillis() > BASE;
      GroupKey key = new GroupKey(row.group().partitionKey(), "", split ? half : Slice.WHOLE);
      rows.add(new GroupRow(key, row.layout(), row.row()));
    }
    assertEquals(Map.of(0L, 1.0, 15L, 2.0), values(read(sourceOf(rows)), UP_A));
  }

  @Test
  void aSeriesWhoseTypeChangesComesOnce() throws Exception {
    Sample counter = sample(UP_A, 0, 1).withType(MetricType.COUNTER);
    Sample gauge = sample(UP_A, 15, 2).withType(MetricType.GAUGE);
    assertEquals(Map.of(0L, 1.0, 15L, 2.0), values(read(sourceOf(rows(counter, gauge))), UP_A));
  }

  @Test
  void aSeriesHasItsType() throws Exception {
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1).withType(MetricType.GAUGE),
                sample(LOAD_A, 0, 1).withType(MetricType.COUNTER)));
    List<SeriesMeta> metas = new ArrayList<>();
    try (GroupCursor cursor = source.select(TENANT, List.of(), ALL, NO_HINTS)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        metas.addAll(group.series());
      }
    }
    assertEquals(
        Set.of(new SeriesMeta(UP_A, MetricType.GAUGE), new SeriesMeta(LOAD_A, MetricType.COUNTER)),
        new HashSet<>(metas));
  }

  @Test
  void theFirstOfTwoValuesForOneTimeCounts() throws Exception {
    List<GroupRow> rows = new ArrayList<>(rows(sample(UP_A, 0, 1), sample(UP_A, 15, 2)));
    rows.addAll(rows(sample(UP_A, 15, 9), sample(LOAD_A, 15, 0.5)));
    rows.addAll(GroupRow.of(TENANT, "other", List.of(sample(UP_A, 0, 8))));
    Map<Labels, NavigableMap<Long, Point>> read = read(sourceOf(rows));
    assertEquals(Map.of(0L, 1.0, 15L, 2.0), values(read, UP_A));
    assertEquals(Map.of(15L, 0.5), values(read, LOAD_A));
  }

  @Test
  void rowsThatComeLateAreInOrderOfTime() throws Exception {
    List<GroupRow> rows = new ArrayList<>();
    for (long second : new long[] {30, 0, 45, 15}) {
      rows.addAll(rows(sample(UP_A, second, (double) second)));
    }
    assertEquals(
        List.of(0L, 15L, 30L, 45L), List.copyOf(values(read(sourceOf(rows)), UP_A).keySet()));
  }

  @Test
  void histogramsStandBesideFloats() throws Exception {
    Labels latency = Labels.of("__name__", "request_seconds", "job", "node", "instance", "a");
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1),
                Sample.of(latency, BASE, HISTOGRAM),
                sample(UP_A, 15, 1),
                sample(latency, 15, 7.5),
                Sample.of(latency, BASE + 30_000, CUSTOM_BUCKETS),
                sample(latency, 45, StalenessMarker.VALUE)));
    NavigableMap<Long, Point> points = points(source, latency);
    assertEquals(
        List.of(
            Optional.of(HISTOGRAM),
            Optional.empty(),
            Optional.of(CUSTOM_BUCKETS),
            Optional.empty()),
        points.values().stream().map(Point::histogram).toList());
    assertEquals(7.5, values(read(source), latency).get(15L));
    assertEquals(StalenessMarker.BITS, points.lastEntry().getValue().valueBits());
  }

  @Test
  void startTimestampsBelongToTheirSamples() throws Exception {
    SeriesSource source =
        sourceOf(
            rows(
                sample(UP_A, 0, 1).withStartTimestamp(BASE - 60_000),
                sample(UP_A, 15, 2),
                sample(UP_A, 30, 3).withStartTimestamp(BASE + 20_000),
                sample(LOAD_A, 15, 3)));
    assertEquals(
        List.of(BASE - 60_000, 0L, BASE + 20_000),
        points(source, UP_A).values().stream().map(Point::startTimestampMillis).toList());
    assertEquals(
        List.of(0L),
        points(source, LOAD_A).values().stream().map(Point::startTimestampMillis).toList());
  }

  @Test
  void timesBeforeTheEpochAreTimes() throws Exception {
    List<GroupRow> rows =
        GroupRow.of(
            TENANT,
            List.of(
                Sample.of(UP_A, -86_400_000, 1), Sample.of(UP_A, -1, 2), Sample.of(UP_A, 0, 3)));
    SeriesSource source = sourceOf(rows);
    assertEquals(List.of(-86_400_000L, -1L, 0L), List.copyOf(points(source, UP_A).keySet()));
    TimeRange before = new TimeRange(-86_400_000, -1);
    assertEquals(
        List.of((-86_400_000L - BASE) / 1000, (-1L - BASE) / 1000),
        List.copyOf(values(read(source, TENANT, List.of(), before), UP_A).keySet()));
  }

  @Test
  void tenantsAreApart() throws Exception {
    List<GroupRow> rows = new ArrayList<>(rows(sample(UP_A, 0, 1)));
    rows.addAll(GroupRow.of(OTHER_TENANT, List.of(sample(UP_A, 0, 7), sample(BATCH, 0, 7))));
    SeriesSource source = sourceOf(rows);
    assertEquals(Map.of(0L, 1.0), values(read(source), UP_A));
    assertEquals(Set.of(UP_A), selected(source));
    assertEquals(Map.of(0L, 7.0), values(read(source, OTHER_TENANT, List.of(), ALL), UP_A));
    Tenant stranger = new Tenant("stranger");
    assertEquals(Map.of(), read(source, stranger, List.of(), ALL));
    assertEquals(
        List.of("__name__", "instance", "job"),
        source.labelNames(TENANT, List.of(), ALL, 0).items());
    assertEquals(List.of(), source.labelNames(stranger, List.of(), ALL, 0).items());
    assertEquals(List.of(), source.labelValues(TENANT, "task", List.of(), ALL, 0).items());
    assertEquals(List.of(UP_A), source.series(TENANT, List.of(), ALL, 0).items());
  }

  @Test
  void textOutsideTheClassicAlphabetIsSelectedAndSorted() throws Exception {
    // By code point the supplementary character comes last; by UTF-16 unit it would not.
    String privateUse = "\uE000";
    String supplementary = new String(Character.toChars(0x1F600));
    Labels dotted = Labels.of("__name__", "http.requests", "service.name", privateUse);
    Labels smiling = Labels.of("__name__", "http.requests", "service.name", supplementary);
    SeriesSource source = sourceOf(rows(sample(dotted, 0, 1), sample(smiling, 0, 2)));
    assertEquals(Set.of(smiling), selected(source, Matcher.equal("service.name", supplementary)));
    assertEquals(
        List.of(privateUse, supplementary),
        source.labelValues(TENANT, "service.name", List.of(), ALL, 0).items());
  }

  @Test
  void hintsDoNotChangeWhatIsRead() throws Exception {
    SeriesSource source = fiveSeries();
    SelectHints hints =
        new SelectHints(15_000, 300_000, Optional.of("rate"), List.of("job"), true, false);
    Map<Labels, NavigableMap<Long, Point>> read = new TreeMap<>();
    try (GroupCursor cursor = source.select(TENANT, List.of(), ALL, hints)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        collect(group, ALL, read);
      }
    }
    assertEquals(read(source), read);
  }

  @Test
  void seriesAloneAreThereWithoutReading() throws Exception {
    SelectHints seriesOnly = new SelectHints(0, 0, Optional.empty(), List.of(), false, true);
    Set<Labels> labels = new HashSet<>();
    try (GroupCursor cursor = fiveSeries().select(TENANT, List.of(), ALL, seriesOnly)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        group.series().forEach(series -> labels.add(series.labels()));
      }
    }
    assertEquals(Set.of(UP_A, LOAD_A, UP_B, UP_API, BATCH), labels);
  }

  @Test
  void aCursorMayBeClosedBeforeItsEnd() throws Exception {
    SeriesSource source = fiveSeries();
    try (GroupCursor cursor = source.select(TENANT, List.of(), ALL, NO_HINTS)) {
      assertNotNull(cursor.next());
    }
    assertEquals(5, selected(source).size());
  }

  @Test
  void otherThreadsReadGroupsAfterTheNextOneWasTaken() throws Exception {
    List<Sample> samples = new ArrayList<>();
    for (int instance = 0; instance < 40; instance++) {
      for (int second = 0; second < 600; second += 15) {
        Labels up = Labels.of("__name__", "up", "job", "node", "instance", "host-" + instance);
        samples.add(sample(up, second, instance * 1000 + second));
      }
    }
    SeriesSource source = sourceOf(GroupRow.of(TENANT, samples));
    Map<Labels, NavigableMap<Long, Point>> read = new TreeMap<>();
    try (ExecutorService readers = Executors.newFixedThreadPool(4);
        GroupCursor cursor = source.select(TENANT, List.of(), ALL, NO_HINTS)) {
      List<Future<Map<Labels, NavigableMap<Long, Point>>>> futures = new ArrayList<>();
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        SeriesGroup taken = group;
        futures.add(
            readers.submit(() -> {
              Map<Labels, NavigableMap<Long, Point>> one = new TreeMap<>();
              collect(taken, ALL, one);
              return one;
            }));
      }
      // The last group first: they may be read in any order.
      for (Future<Map<Labels, NavigableMap<Long, Point>>> future : futures.reversed()) {
        read.putAll(future.get());
      }
    }
    assertEquals(40, read.size());
    read.forEach((labels, _) -> {
      int instance = Integer.parseInt(labels.get("instance").substring("host-".length()));
      Map<Long, Double> expected = new TreeMap<>();
      for (long second = 0; second < 600; second += 15) {
        expected.put(second, instance * 1000.0 + second);
      }
      assertEquals(expected, values(read, labels));
    });
  }

  @Test
  void severalSelectionsRunSideBySide() throws Exception {
    SeriesSource source = fiveSeries();
    try (GroupCursor first = source.select(TENANT, List.of(), ALL, NO_HINTS);
        GroupCursor second = source.select(TENANT, List.of(), ALL, NO_HINTS)) {
      int groups = 0;
      for (SeriesGroup group = first.next(); group != null; group = first.next()) {
        SeriesGroup same = second.next();
        assertNotNull(same);
        Map<Labels, NavigableMap<Long, Point>> left = new TreeMap<>();
        Map<Labels, NavigableMap<Long, Point>> right = new TreeMap<>();
        collect(group, ALL, left);
        collect(same, ALL, right);
        groups++;
      }
      assertTrue(groups > 1);
      assertNull(second.next());
    }
  }

  @Test
  void randomRowsComeBackAsTheyWent() throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    List<GroupRow> rows = new ArrayList<>();
    Map<Labels, NavigableMap<Long, Point>> expected = new TreeMap<>();
    for (int scrape = 0; scrape < 200; scrape++) {
      long second = random.nextInt(3600);
      int instance = random.nextInt(3);
      List<Sample> samples = new ArrayList<>();
      for (int metric = 0; metric < 12; metric++) {
        Labels labels = Labels.of("__name__", "m" + metric, "job", "j", "instance", "i" + instance);
        switch (random.nextInt(10)) {
          case 0 -> samples.add(Sample.of(labels, BASE + second * 1000, HISTOGRAM));
          case 1 -> samples.add(sample(labels, second, StalenessMarker.VALUE));
          case 2 -> samples.add(sample(labels, second, 1).withStartTimestamp(BASE - 1));
          case 3, 4, 5, 6, 7 -> samples.add(sample(labels, second, random.nextGaussian()));
          default -> samples.add(sample(labels, second, random.nextInt(50)));
        }
      }
      while (random.nextInt(3) == 0 && samples.size() > 1) {
        samples.remove(random.nextInt(samples.size()));
      }
      for (Sample sample : samples) {
        expected
            .computeIfAbsent(sample.series().labels(), _ -> new TreeMap<>())
            .putIfAbsent(
                sample.timestampMillis(),
                new Point(
                    Double.doubleToRawLongBits(sample.value()),
                    Optional.ofNullable(sample.histogram()),
                    sample.startTimestampMillis()));
      }
      rows.addAll(GroupRow.of(TENANT, random.nextBoolean() ? "" : "t", samples));
    }
    SeriesSource source = sourceOf(rows);
    assertEquals(expected, read(source), () -> "seed " + seed);
    for (int i = 0; i < 20; i++) {
      long start = BASE + random.nextInt(3600) * 1000L;
      TimeRange range = new TimeRange(start, start + random.nextInt(1000) * 1000L);
      Map<Labels, NavigableMap<Long, Point>> inRange = new TreeMap<>();
      expected.forEach((labels, points) -> {
        TreeMap<Long, Point> part =
            new TreeMap<>(points.subMap(range.startMillis(), true, range.endMillis(), true));
        if (!part.isEmpty() && labels.get("instance").equals("i1")) {
          inRange.put(labels, part);
        }
      });
      assertEquals(
          inRange,
          read(source, TENANT, List.of(Matcher.equal("instance", "i1")), range),
          () -> "seed %d, range %s".formatted(seed, range));
    }
  }

  @Test
  void partialRowsOfOneTimeMerge() throws Exception {
    PartitionKey key = PartitionKey.of(TENANT, UP_A);
    GroupRow whole = rows(sample(UP_A, 0, 1), sample(LOAD_A, 0, 0.5)).getFirst();
    GroupKey group = new GroupKey(key, "", Slice.WHOLE);
    int load = whole.layout().series().getFirst().labels().equals(LOAD_A) ? 0 : 1;
    List<GroupRow> rows =
        List.of(
            whole,
            new GroupRow(group, whole.layout(), partial(15, load, 0.6)),
            new GroupRow(group, whole.layout(), partial(15, 1 - load, 2)));
    Map<Labels, NavigableMap<Long, Point>> read = read(sourceOf(rows));
    assertEquals(Map.of(0L, 1.0, 15L, 2.0), values(read, UP_A));
    assertEquals(Map.of(0L, 0.5, 15L, 0.6), values(read, LOAD_A));
  }

  private static Row partial(long seconds, int column, double value) {
    return Row.partial(BASE + seconds * 1000, new int[] {column}, new double[] {value});
  }

  @Test
  void anEmptySourceHasNothing() throws Exception {
    SeriesSource source = sourceOf(List.of());
    assertEquals(Map.of(), read(source));
    assertEquals(List.of(), source.labelNames(TENANT, List.of(), ALL, 0).items());
    assertEquals(List.of(), source.labelValues(TENANT, "job", List.of(), ALL, 0).items());
    assertEquals(List.of(), source.series(TENANT, List.of(), ALL, 0).items());
  }
}
