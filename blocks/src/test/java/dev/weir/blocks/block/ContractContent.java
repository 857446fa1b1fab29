package dev.weir.blocks.block;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// A little of everything that a block can hold, for [BlockContract], and what reading it must say.
/// The blocks of earlier versions among the test's resources hold the same samples: what is here of
/// them never changes.
final class ContractContent {
  static final Tenant OTHER = new Tenant("team-b");
  static final long WINDOW_MILLIS = 300_000;

  private static final int ROWS = 36;
  private static final long INTERVAL_MILLIS = 15_000;

  /// A group and its samples.
  record Group(GroupKey key, List<SeriesMeta> series, GroupSamples samples) {}

  private ContractContent() {}

  static List<Group> groups(Tenant tenant) {
    List<Group> groups = new ArrayList<>();
    for (String instance : List.of("a:9100", "b:9100")) {
      groups.add(group(tenant, instance));
    }
    return groups;
  }

  private static Group group(Tenant tenant, String instance) {
    GroupKey key =
        new GroupKey(new PartitionKey.OfTarget(tenant, "node", instance), "7f3a", new Slice(2));
    long[] timestamps = new long[ROWS];
    Arrays.setAll(timestamps, i -> 1_000 + i * INTERVAL_MILLIS);
    List<SeriesMeta> series = new ArrayList<>();
    List<GroupSamples.Column> columns = new ArrayList<>();
    GroupSamples.Column histograms = histograms();
    for (String metric : METRICS) {
      series.add(
          new SeriesMeta(
              Labels.of("__name__", metric, "job", "node", "instance", instance),
              MetricType.UNKNOWN));
      columns.add(
          metric.equals("request_seconds")
              ? histograms
              : new GroupSamples.Column(values(metric), null, starts(metric)));
    }
    return new Group(key, series, new GroupSamples(timestamps, columns));
  }

  private static final List<String> METRICS =
      List.of(
          "cpu_seconds_total",
          "ended_total",
          "io_weighted_seconds_total",
          "load",
          "memory_bytes",
          "odd",
          "request_seconds",
          "temperature",
          "up");

  private static double[] values(String metric) {
    IntToDoubleFunction value =
        switch (metric) {
          case "cpu_seconds_total" -> i -> (1_000_000 + 37 * i + i % 7) / 100.0;
          case "ended_total" ->
              i -> i < 20 ? 5_000 + 15 * i : i == 20 ? StalenessMarker.VALUE : AbsentValue.VALUE;
          case "io_weighted_seconds_total" -> i -> (15_761 + i * i * 13) * 0.001;
          case "load" -> i -> i % 5 == 0 ? AbsentValue.VALUE : i % 4 / 4.0;
          case "memory_bytes" -> i -> 4096.0 * (1_000_000 + i * 7919 % 211);
          case "odd" -> i -> ODD[i % ODD.length];
          case "temperature" -> i -> 1 / (3.0 + i);
          default -> _ -> 1;
        };
    double[] values = new double[ROWS];
    Arrays.setAll(values, value);
    return values;
  }

  private static final double[] ODD = {
    -0.0,
    0.0,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000001L),
    Double.longBitsToDouble(0xfff0dead0000beefL),
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.MIN_VALUE,
    -Double.MAX_VALUE,
    1e300,
    0.1 + 0.2
  };

  private static long @Nullable [] starts(String metric) {
    if (!metric.endsWith("_total")) {
      return null;
    }
    long[] starts = new long[ROWS];
    Arrays.fill(starts, 500);
    Arrays.fill(starts, 25, ROWS, 360_500);
    if (metric.equals("ended_total")) {
      // Where no sample is there is none to say since when.
      Arrays.fill(starts, 21, ROWS, 0);
    }
    return starts;
  }

  private static GroupSamples.Column histograms() {
    double[] values = new double[ROWS];
    @Nullable NativeHistogram[] histograms = new @Nullable NativeHistogram[ROWS];
    for (int i = 0; i < ROWS; i++) {
      // A series may mix floats and histograms.
      values[i] = i % 9 == 0 ? i : AbsentValue.VALUE;
      histograms[i] =
          i % 9 == 0
              ? null
              : HistogramNotation.parse(
                  "{{schema:1 sum:%d.5 count:%d z_bucket:1 buckets:[%d %d %d]}}"
                      .formatted(i, 1 + 6 * i, i, 2 * i, 3 * i));
    }
    return new GroupSamples.Column(values, histograms, null);
  }

  /// Adds everything of a tenant but what belongs to the end of a chain.
  static void addSamples(BlockWriter writer, Tenant tenant) {
    for (Group group : groups(tenant)) {
      writer.add(group.key(), group.series(), group.samples());
    }
    exemplars(tenant).forEach(writer::addExemplars);
    writer.addMetadata(tenant, METADATA);
  }

  /// Two in two windows of a series with samples, and one of a series and group that have none.
  private static List<SeriesExemplars> exemplars(Tenant tenant) {
    Group a = groups(tenant).getFirst();
    GroupKey alone =
        new GroupKey(new PartitionKey.OfTarget(tenant, "node", "c:9100"), "7f3a", new Slice(2));
    return List.of(
        new SeriesExemplars(
            a.key(),
            a.series().getFirst(),
            List.of(exemplar("5f3c", 0.25, 15_500), exemplar("77e1", -0.0, 390_000))),
        new SeriesExemplars(
            alone,
            new SeriesMeta(
                Labels.of("__name__", "cpu_seconds_total", "job", "node", "instance", "c:9100"),
                MetricType.COUNTER),
            List.of(exemplar("8c02", Double.NaN, 700_000))));
  }

  private static Exemplar exemplar(String traceId, double value, long timestampMillis) {
    return new Exemplar(Labels.of("trace_id", traceId), value, OptionalLong.of(timestampMillis));
  }

  static void addLayouts(BlockWriter writer, Tenant tenant) {
    layouts(tenant).forEach(writer::addLiveLayout);
  }

  private static final MetricMetadata METADATA =
      new MetricMetadata("up", "", "Whether it answers.");

  private static List<LiveLayout> layouts(Tenant tenant) {
    return groups(tenant).stream()
        .map(group -> new LiveLayout(group.key(), Layout.of(group.series()), 17, 600_000))
        .toList();
  }

  /// What reading a block must say that holds these tenants.
  ///
  /// @param withExemplars not in blocks of the first versions
  static String expected(List<Tenant> tenants, boolean withLayouts, boolean withExemplars) {
    StringBuilder text = new StringBuilder();
    for (Tenant tenant : tenants) {
      text.append(tenant).append('\n');
      for (Group group : groups(tenant)) {
        append(group.key(), group.series(), group.samples(), text);
      }
      Group b = groups(tenant).getLast();
      append(
          b.key(),
          b.series().subList(8, 9),
          new GroupSamples(b.samples().timestampsMillis(), b.samples().columns().subList(8, 9)),
          text);
      text.append(METADATA).append('\n');
      if (withExemplars) {
        exemplars(tenant).forEach(one -> append(one, text));
        append(exemplars(tenant).getLast(), text);
      }
    }
    for (Tenant tenant : withLayouts ? tenants : List.<Tenant>of()) {
      for (LiveLayout layout : layouts(tenant)) {
        append(layout, text);
      }
    }
    return text.toString();
  }

  /// The first line in which two texts differ; empty if none does.
  static String difference(String expected, String actual) {
    String[] left = expected.split("\n", -1);
    String[] right = actual.split("\n", -1);
    for (int i = 0; i < Math.max(left.length, right.length); i++) {
      String own = i < left.length ? left[i] : "nothing";
      String other = i < right.length ? right[i] : "nothing";
      if (!own.equals(other)) {
        return "line %d: expected %s, found %s".formatted(i, own, other);
      }
    }
    return "";
  }

  /// What reading a block says.
  static String read(BlockReader block, List<Tenant> tenants) {
    StringBuilder text = new StringBuilder();
    for (Tenant tenant : tenants) {
      text.append(tenant).append('\n');
      appendSelected(block, tenant, List.of(), text);
      appendSelected(
          block,
          tenant,
          List.of(Matcher.regex("__name__", "u.+"), Matcher.equal("instance", "b:9100")),
          text);
      block.metadata(tenant).forEach(metric -> text.append(metric).append('\n'));
      BlockSeriesSource source = new BlockSeriesSource(block);
      source
          .exemplars(tenant, List.of(), new TimeRange(0, 10_000_000), 0)
          .items()
          .forEach(one -> append(one, text));
      source
          .exemplars(
              tenant,
              List.of(List.of(Matcher.regex("instance", "[bc]:9100"))),
              new TimeRange(650_000, 700_000),
              0)
          .items()
          .forEach(one -> append(one, text));
    }
    block.liveLayouts().forEach(layout -> append(layout, text));
    return text.toString();
  }

  private static void appendSelected(
      BlockReader block, Tenant tenant, List<Matcher> matchers, StringBuilder text) {
    try (GroupCursor cursor =
        new BlockSeriesSource(block)
            .select(tenant, matchers, new TimeRange(0, 10_000_000), SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        append(group.key(), group.series(), group.read(), text);
      }
    }
  }

  private static void append(
      GroupKey key, List<SeriesMeta> series, GroupSamples samples, StringBuilder text) {
    text.append(key).append(Arrays.toString(samples.timestampsMillis())).append('\n');
    for (int i = 0; i < series.size(); i++) {
      GroupSamples.Column column = samples.columns().get(i);
      text.append(series.get(i));
      for (double value : column.values()) {
        text.append(' ').append(Long.toHexString(Double.doubleToRawLongBits(value)));
      }
      text.append(Arrays.toString(column.histograms()))
          .append(Arrays.toString(column.startTimestampsMillis()))
          .append('\n');
    }
  }

  private static void append(SeriesExemplars exemplars, StringBuilder text) {
    text.append(exemplars).append('\n');
  }

  private static void append(LiveLayout layout, StringBuilder text) {
    text.append(layout).append(layout.layout().series()).append('\n');
  }
}
