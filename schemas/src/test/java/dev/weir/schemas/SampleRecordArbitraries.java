package dev.weir.schemas;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.Row.ColumnExemplar;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;

/// Sample records of every shape, from a seed that jqwik shrinks and prints.
final class SampleRecordArbitraries {
  private static final String[] METRICS = {
    "node_cpu_seconds_total", "http_requests_total", "up", "go_goroutines", "température.moyenne"
  };

  private SampleRecordArbitraries() {}

  static Arbitrary<SampleRecord> records() {
    return Arbitraries.randoms().map(SampleRecordArbitraries::of);
  }

  static Arbitrary<double[]> values() {
    return Arbitraries.randoms().map(random -> values(random, random.nextInt(60)));
  }

  private static SampleRecord of(Random random) {
    Layout layout = Layout.of(series(random, random.nextInt(40), "a"));
    List<Row> rows = new ArrayList<>();
    int rowCount = 1 + random.nextInt(4);
    for (int i = 0; i < rowCount; i++) {
      rows.add(row(random, layout.size()));
    }
    Hash128 hash = layout.hash();
    Optional<LayoutFrame> frame =
        switch (random.nextInt(3)) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of(new LayoutFrame.Whole(layout));
          default ->
              Optional.of(
                  new LayoutFrame.Delta(
                      new Hash128(random.nextLong(), random.nextLong()),
                      series(random, 1 + random.nextInt(5), "b")));
        };
    return new SampleRecord(
        group(random),
        hash,
        frame,
        rows,
        random.nextInt(3) * 1_700_000_000_000L,
        random.nextBoolean() ? OptionalLong.empty() : OptionalLong.of(random.nextLong()));
  }

  private static GroupKey group(Random random) {
    Tenant tenant = random.nextBoolean() ? Tenant.DEFAULT : new Tenant("team-" + random.nextInt());
    PartitionKey key =
        random.nextBoolean()
            ? new PartitionKey.OfTarget(tenant, "node", "db-%d:9100".formatted(random.nextInt(9)))
            : new PartitionKey.Hashed(tenant, random.nextInt(PartitionKey.BUCKETS));
    return new GroupKey(
        key, random.nextBoolean() ? "" : "4f1d", new Slice(1 + random.nextInt(100)));
  }

  /// The marker keeps two lists of series apart.
  private static List<SeriesMeta> series(Random random, int count, String marker) {
    List<SeriesMeta> series = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Labels.Builder labels =
          Labels.builder()
              .set(Labels.NAME, METRICS[random.nextInt(METRICS.length)])
              .set("instance", "db-1:9100")
              .set("cpu", marker + i);
      if (random.nextInt(4) == 0) {
        labels.set("pfad \"\u0001", "größe\n😀".repeat(1 + random.nextInt(3)));
      }
      series.add(
          new SeriesMeta(
              labels.build(), MetricType.ofCode(random.nextInt(MetricType.values().length))));
    }
    return List.copyOf(Layout.of(series).series());
  }

  private static Row row(Random random, int size) {
    boolean partial = random.nextBoolean();
    int[] columns = partial ? columns(random, size) : null;
    int[] histogramColumns = columns(random, random.nextInt(4) == 0 ? size : 0);
    int[] startColumns = columns(random, random.nextInt(4) == 0 ? size : 0);
    List<ColumnExemplar> exemplars = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0 && size > 0; i--) {
      exemplars.add(
          new ColumnExemplar(
              random.nextInt(size),
              new Exemplar(
                  Labels.of("trace_id", Long.toHexString(random.nextLong())),
                  value(random),
                  random.nextBoolean()
                      ? OptionalLong.empty()
                      : OptionalLong.of(random.nextLong()))));
    }
    NativeHistogram[] histograms = new NativeHistogram[histogramColumns.length];
    for (int i = 0; i < histograms.length; i++) {
      histograms[i] = histogram(random);
    }
    return new Row(
        random.nextLong(),
        columns,
        values(random, columns == null ? size : columns.length),
        new Row.Histograms(histogramColumns, histograms),
        new Row.StartTimestamps(startColumns, random.longs(startColumns.length).toArray()),
        exemplars);
  }

  private static int[] columns(Random random, int size) {
    return IntStream.range(0, size).filter(_ -> random.nextInt(3) == 0).toArray();
  }

  private static NativeHistogram histogram(Random random) {
    if (random.nextBoolean()) {
      return new NativeHistogram(
          ResetHint.ofCode(random.nextInt(4)),
          random.nextInt(13) - 4,
          0x1p-128,
          random.nextInt(10),
          random.nextInt(1_000_000),
          value(random),
          new Buckets(new int[] {-3, 2}, new int[] {2, 1}, new double[] {1, 5.5, 1e12}),
          new Buckets(new int[] {7}, new int[] {1}, new double[] {random.nextInt()}),
          new double[0]);
    }
    return new NativeHistogram(
        ResetHint.UNKNOWN,
        NativeHistogram.CUSTOM_BUCKETS_SCHEMA,
        0,
        0,
        14,
        StalenessMarker.VALUE,
        new Buckets(new int[] {0}, new int[] {3}, new double[] {4, 8, 2}),
        Buckets.NONE,
        new double[] {0.005, 0.1});
  }

  private static double[] values(Random random, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = value(random);
    }
    return values;
  }

  private static double value(Random random) {
    return switch (random.nextInt(14)) {
      case 0 -> AbsentValue.VALUE;
      case 1 -> StalenessMarker.VALUE;
      case 2 -> Double.longBitsToDouble(0x7ff8_0000_0000_0000L | random.nextInt());
      case 3 -> Double.longBitsToDouble(random.nextLong());
      case 4 -> random.nextBoolean() ? -0.0 : Double.NEGATIVE_INFINITY;
      case 5 -> random.nextDouble();
      case 6 -> random.nextLong();
      case 7 -> Math.scalb(random.nextBoolean() ? 1.0 : -1.0, 53) + random.nextInt(5) - 2;
      case 8 -> random.nextInt() / 1000.0;
      case 9 -> Double.parseDouble(random.nextInt(100_000) + "e-" + random.nextInt(25));
      case 10 -> random.nextLong(1L << 53) / 1e9;
      case 11 -> Double.MIN_VALUE * random.nextInt(3);
      default -> random.nextInt(1000);
    };
  }
}
