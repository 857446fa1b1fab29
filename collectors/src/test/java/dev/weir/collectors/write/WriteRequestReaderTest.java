package dev.weir.collectors.write;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.AbsentValue;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.Row;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.publish.GroupRows;
import dev.weir.schemas.publish.RowAssembler;
import dev.weir.service.config.WeirConfig;
import dev.weir.testing.HeldClock;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WriteRequestReaderTest {
  private static final List<String> LATENCY =
      List.of("__name__", "latency_seconds", "instance", "a:80", "job", "api");

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private TenantSeries series =
      series("max_labels_per_series: 4, max_label_name_bytes: 16, max_label_value_bytes: 20");

  private TenantSeries series(String limits) {
    return new SeriesByTenant(
            WeirConfig.of("weir.yml", "limits: {" + limits + "}").tenants(),
            clock,
            10,
            100,
            _ -> {})
        .of(Tenant.DEFAULT);
  }

  /// What was read of a message.
  private record Read(WriteRequestReader reader, List<GroupRows> rows) {
    List<String> refused() {
      return reader.refusals().isEmpty()
          ? List.of()
          : Arrays.asList(reader.refusals().message().split(": ", 2)[1].split("; "));
    }

    /// The only row.
    Row row() {
      assertEquals(1, rows.size());
      assertEquals(1, rows.getFirst().rows().size());
      return rows.getFirst().rows().getFirst();
    }

    Map<String, Double> values() {
      Map<String, Double> values = new TreeMap<>();
      for (GroupRows group : rows) {
        for (Row row : group.rows()) {
          int[] columns = row.columns();
          for (int i = 0; i < row.values().length; i++) {
            int column = columns == null ? i : columns[i];
            if (!AbsentValue.is(row.values()[i])) {
              values.put(
                  group.layout().series().get(column).labels() + " @" + row.timestampMillis(),
                  row.values()[i]);
            }
          }
        }
      }
      return values;
    }
  }

  private Read read(WriteMessage message) {
    RowAssembler rows = series.pushed().assembler();
    WriteRequestReader reader =
        new WriteRequestReader(
            message.toBytes(),
            Tenant.DEFAULT,
            series.limits(),
            series.pushed(),
            rows,
            series.acceptedTimes(clock.millis()));
    reader.read();
    return new Read(reader, rows.finish());
  }

  @Test
  void samplesAreRegroupedByTargetAndTime() {
    Read read =
        read(
            new WriteMessage()
                .series(
                    List.of("__name__", "hits_total", "instance", "a:80", "job", "api"),
                    Map.of(1_000L, 1.0, 2_000L, 2.0))
                .series(
                    List.of("job", "api", "instance", "a:80", "__name__", "load"),
                    Map.of(1_000L, 0.5))
                .series(
                    List.of("__name__", "load", "instance", "b:80", "job", "api"),
                    Map.of(1_000L, 0.7)));
    assertEquals(
        Map.of(
            "hits_total{instance=\"a:80\", job=\"api\"} @1000", 1.0,
            "hits_total{instance=\"a:80\", job=\"api\"} @2000", 2.0,
            "load{instance=\"a:80\", job=\"api\"} @1000", 0.5,
            "load{instance=\"b:80\", job=\"api\"} @1000", 0.7),
        read.values());
    assertEquals(2, read.rows().size(), "one group for each target");
    assertEquals(4, read.reader().samples());
  }

  @Test
  void labelsThatMakeNoSenseAreRefusedAndTheRestIsTaken() {
    Read read =
        read(
            new WriteMessage()
                .series(List.of("job", "api"), Map.of(1_000L, 1.0, 2_000L, 1.0))
                .series(List.of("__name__", "hits", "", "x"), Map.of(1_000L, 1.0))
                .series(List.of("__name__", "hits", "a", "1", "a", "2"), Map.of(1_000L, 1.0))
                .series(List.of("__name__", "good"), Map.of(1_000L, 7.0)));
    assertEquals(Map.of("good @1000", 7.0), read.values());
    assertEquals(
        List.of(
            "series {job=\"api\"}: has no __name__",
            "give it one",
            "series {}: a label has no name",
            "give it one",
            "series {}: label \"a\" stands twice, as \"1\" and as \"2\""),
        read.refused());
    assertTrue(
        read.reader()
            .refusals()
            .message()
            .startsWith("3 series and 4 samples were refused, the rest was taken: "));
  }

  @Test
  void labelsBeyondTheTenantsLimitsAreRefused() {
    Read read =
        read(
            new WriteMessage()
                .series(
                    List.of("__name__", "hits", "a", "1", "b", "2", "c", "3", "d", "4"),
                    Map.of(1_000L, 1.0))
                .series(List.of("__name__", "hits", "a_much_too_long_name", "1"), Map.of(1L, 1.0))
                .series(List.of("__name__", "hits", "path", "/a/much/too/long/value"), Map.of()));
    assertEquals(
        List.of(
            "series hits{a=\"1\", b=\"2\", c=\"3\", d=\"4\"}: has 5 labels, more than"
                + " limits.max_labels_per_series allows: 4",
            "series hits{a_much_too_long_name=\"1\"}: has 20 bytes in the name of label"
                + " \"a_much_too_long_name\", more than limits.max_label_name_bytes allows: 16",
            "series hits{path=\"/a/much/too/long/value\"}: has 22 bytes in the value of label"
                + " \"path\", more than limits.max_label_value_bytes allows: 20"),
        read.refused());
  }

  @Test
  void samplesThatNobodyWouldKeepAreRefusedAndTheRestIsTaken() {
    series = series("retention: 15d");
    long now = clock.millis();
    long late = now - Duration.ofDays(14).toMillis();
    long old = now - Duration.ofDays(16).toMillis();
    Read read =
        read(
            new WriteMessage()
                .series(List.of("__name__", "hits"), Map.of(old, 1.0, late, 2.0, now, 3.0))
                .histogram(
                    LATENCY, old, HistogramNotation.parse("{{sum:3 count:2 buckets:[2]}}"), false)
                .exemplar(List.of("__name__", "hits"), now - 1, 4, List.of("trace_id", "x"), old));
    assertEquals(
        Map.of("hits @" + late, 2.0, "hits @" + (now - 1), 4.0, "hits @" + now, 3.0),
        read.values());
    assertEquals(
        List.of(
            "series hits: timestamp " + old + " is older than limits.retention allows: 15d",
            "series latency_seconds{instance=\"a:80\", job=\"api\"}: timestamp "
                + old
                + " is older than limits.retention allows: 15d"),
        read.refused());
    assertEquals(Map.of("invalid_exemplar", 1, "too_old", 2), read.reader().refusals().byReason());
  }

  @Test
  void whereNobodySaysHowLongSamplesAreKeptAnyAgeIsTaken() {
    assertEquals(
        Map.of("hits @1", 1.0),
        read(new WriteMessage().series(List.of("__name__", "hits"), Map.of(1L, 1.0))).values());
  }

  @Test
  void whatIsRefusedIsNamedInFewCharacters() {
    String name = "n".repeat(40_000);
    Read read =
        read(
            new WriteMessage()
                .series(List.of("__name__", "hits", name, "1"), Map.of(1L, 1.0))
                .series(List.of("__name__", "hits", name, "1", name, "2"), Map.of(1L, 1.0))
                .series(List.of("__name__", "hits", "path", name), Map.of(1L, 1.0)));
    assertEquals(
        "series hits{%s… (40010 characters): has 40000 bytes in the name of label \"%s… (40002 characters), more than limits.max_label_name_bytes allows: 16"
            .formatted("n".repeat(95), "n".repeat(99)),
        read.refused().getFirst());
    String message = read.reader().refusals().message();
    assertTrue(message.length() < 2_000, () -> message.length() + " characters");
  }

  @Test
  void samplesFromTheFarFutureAreRefused() {
    long late = clock.millis() + Duration.ofMinutes(11).toMillis();
    Read read =
        read(
            new WriteMessage()
                .series(List.of("__name__", "hits"), Map.of(clock.millis(), 1.0, late, 2.0)));
    assertEquals(Map.of("hits @" + clock.millis(), 1.0), read.values());
    assertEquals(
        List.of("series hits: timestamp " + late + " is more than 10 minutes in the future"),
        read.refused());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{schema:1 sum:3 count:22 buckets:[5 10 7]}}",
        "{{schema:-4 sum:-3 count:9 z_bucket:2 z_bucket_w:0.001 buckets:[1 2] offset:-3 n_buckets:[4]"
            + " n_offset:5 counter_reset_hint:gauge}}",
        "{{schema:-53 sum:7 count:6 custom_values:[5 10] buckets:[1 2 3]}}",
        "{{count:0 sum:0}}"
      })
  void nativeHistogramsBecomeRowsWhetherTheirCountsAreWholeOrNot(String notation) {
    NativeHistogram histogram = HistogramNotation.parse(notation);
    for (boolean integers : List.of(true, false)) {
      Row row = read(new WriteMessage().histogram(LATENCY, 5_000, histogram, integers)).row();
      assertEquals(5_000, row.timestampMillis());
      assertEquals(List.of(histogram), List.of(row.histograms().values()), notation);
    }
  }

  @Test
  void fractionsOfFloatHistogramsAreKept() {
    NativeHistogram histogram =
        HistogramNotation.parse("{{schema:0 sum:3.5 count:2.75 buckets:[0.25 0 2.5]}}");
    assertEquals(
        List.of(histogram),
        List.of(
            read(new WriteMessage().histogram(LATENCY, 5_000, histogram, false))
                .row()
                .histograms()
                .values()));
  }

  @Test
  void theEndOfAHistogramSeriesIsAHistogramItself() {
    NativeHistogram stale =
        new NativeHistogram(
            ResetHint.UNKNOWN,
            0,
            0,
            0,
            0,
            StalenessMarker.VALUE,
            NativeHistogram.Buckets.NONE,
            NativeHistogram.Buckets.NONE,
            new double[0]);
    Row row = read(new WriteMessage().histogram(LATENCY, 5_000, stale, true)).row();
    assertTrue(row.histograms().values()[0].isStale());
  }

  @Test
  void histogramsThatMakeNoSenseAreRefusedAndTheRestIsTaken() {
    ByteArrayOutputStream oneBucketForTwo = new ByteArrayOutputStream();
    ByteArrayOutputStream span = new ByteArrayOutputStream();
    WriteMessage.number(span, 2, 2);
    WriteMessage.bytes(oneBucketForTwo, 11, span.toByteArray());
    WriteMessage.zigzag(oneBucketForTwo, 12, 1);
    WriteMessage.number(oneBucketForTwo, 15, 1_000);
    ByteArrayOutputStream labelsAndIt = new ByteArrayOutputStream();
    ByteArrayOutputStream label = new ByteArrayOutputStream();
    WriteMessage.text(label, 1, "__name__");
    WriteMessage.text(label, 2, "bad");
    WriteMessage.bytes(labelsAndIt, 1, label.toByteArray());
    WriteMessage.bytes(labelsAndIt, 4, oneBucketForTwo.toByteArray());
    Read read =
        read(
            new WriteMessage()
                .raw(1, labelsAndIt.toByteArray())
                .series(List.of("__name__", "good"), Map.of(1_000L, 7.0)));
    assertEquals(
        List.of("series bad: native histogram spans cover 2 buckets, but there are 1 counts"),
        read.refused());
    assertEquals(Map.of("good @1000", 7.0), read.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{sum:3 count:2 buckets:[1 -2 3]}} | positive bucket 2 of a native histogram has -2 observations; counts are not negative
          {{sum:3 count:2 n_buckets:[-1 3]}} | negative bucket 1 of a native histogram has -1 observations; counts are not negative
          {{sum:3 count:-1}} | a native histogram has -1 observations; counts are not negative
          {{schema:-53 sum:3 count:3 custom_values:[5 10] buckets:[1 1 0 1]}} | spans of a native histogram reach to custom bucket 4, but its bounds make 3
          """)
  void histogramsWhoseCountsCannotBeAreRefused(String notation, String problem) {
    NativeHistogram parsed = HistogramNotation.parse(notation);
    // A whole count has no sign on the way.
    for (boolean integers : parsed.count() < 0 ? List.of(false) : List.of(true, false)) {
      assertEquals(List.of("series latency: " + problem), refused(parsed, integers));
    }
  }

  @Test
  void theCountOfAWholeHistogramIsThatOfItsBuckets() {
    NativeHistogram few = HistogramNotation.parse("{{sum:3 count:2 z_bucket:1 buckets:[2]}}");
    assertEquals(
        List.of(
            "series latency: a native histogram has 3 observations in its buckets, but a count of 2; they are equal"),
        refused(few, true));
    // Fractions add up to nearly the count.
    assertEquals(List.of(), refused(few, false));
    // What was no number is in no bucket.
    assertEquals(
        List.of(), refused(HistogramNotation.parse("{{sum:NaN count:4 buckets:[3]}}"), true));
    assertEquals(
        List.of(
            "series latency: a native histogram has 3 observations in its buckets, but a count of 2; the count is not less"),
        refused(HistogramNotation.parse("{{sum:NaN count:2 buckets:[3]}}"), true));
  }

  /// Of one series at most.
  private List<String> refused(NativeHistogram histogram, boolean integers) {
    List<String> refused =
        read(new WriteMessage()
                .histogram(List.of("__name__", "latency"), 5_000, histogram, integers))
            .refused();
    return refused.isEmpty() ? refused : List.of(String.join("; ", refused));
  }

  /// Any histogram arrives as it was, but for what its sender knows of counter resets.
  @Property(tries = 300)
  void randomHistogramsArriveAsTheyWere(@ForAll long seed) {
    Random random = new Random(seed);
    boolean integers = random.nextBoolean();
    ResetHint hint = ResetHint.ofCode(random.nextInt(4));
    NativeHistogram.Buckets positive = buckets(random, integers);
    NativeHistogram.Buckets negative = buckets(random, integers);
    double zeroCount = count(random, integers);
    NativeHistogram histogram =
        new NativeHistogram(
            hint,
            random.nextInt(13) - 4,
            random.nextDouble(),
            zeroCount,
            zeroCount
                + Arrays.stream(positive.counts()).sum()
                + Arrays.stream(negative.counts()).sum(),
            random.nextGaussian() * 1e6,
            positive,
            negative,
            new double[0]);
    Row row =
        read(new WriteMessage().histogram(LATENCY, clock.millis(), histogram, integers)).row();
    ResetHint kept = hint == ResetHint.GAUGE ? ResetHint.GAUGE : ResetHint.UNKNOWN;
    assertEquals(List.of(histogram.withResetHint(kept)), List.of(row.histograms().values()));
  }

  private static double count(Random random, boolean integers) {
    return integers ? random.nextInt(1_000_000) : random.nextDouble() * 1e6;
  }

  private static NativeHistogram.Buckets buckets(Random random, boolean integers) {
    int spans = random.nextInt(4);
    int[] offsets = new int[spans];
    int[] lengths = new int[spans];
    List<Double> counts = new ArrayList<>();
    for (int span = 0; span < spans; span++) {
      offsets[span] = span == 0 ? random.nextInt(200) - 100 : random.nextInt(50);
      lengths[span] = random.nextInt(10);
      for (int i = 0; i < lengths[span]; i++) {
        counts.add(count(random, integers));
      }
    }
    return new NativeHistogram.Buckets(
        offsets, lengths, counts.stream().mapToDouble(Double::doubleValue).toArray());
  }

  @Test
  void exemplarsGoIntoTheRowOfTheirSample() {
    Row row =
        read(new WriteMessage()
                .exemplar(LATENCY, 5_000, 0.25, List.of("trace_id", "4bf92f35"), 4_200))
            .row();
    assertEquals(
        List.of(
            new Row.ColumnExemplar(
                0, new Exemplar(Labels.of("trace_id", "4bf92f35"), 0.25, OptionalLong.of(4_200)))),
        row.exemplars());
  }

  @Test
  void exemplarsThatMakeNoSenseAreLeftOutAndTheirSamplesAreTaken() {
    Read read =
        read(
            new WriteMessage()
                .exemplar(LATENCY, 1_000, 1, List.of("", "4bf92f35"), 900)
                .exemplar(LATENCY, 2_000, 2, List.of("trace_id", "a", "trace_id", "b"), 1_900)
                .exemplar(LATENCY, 3_000, 3, List.of("trace_id", "c"), 2_900)
                .exemplar(LATENCY, 4_000, 4, List.of("trace_id", "é".repeat(121)), 3_900)
                .exemplar(LATENCY, 5_000, 5, List.of("trace_id", "d"), Long.MAX_VALUE));
    assertEquals(5, read.values().size());
    assertEquals(
        List.of(0, 0, 1, 0, 0),
        read.rows().getFirst().rows().stream().map(row -> row.exemplars().size()).toList());
    assertTrue(read.reader().refusals().isEmpty(), "they do not fail the request");
    assertEquals(Map.of("invalid_exemplar", 4), read.reader().refusals().byReason());
  }

  @Test
  void metadataThatMakesNoSenseIsLeftOut() {
    byte[] notUtf8 = {2 << 3 | 2, 1, (byte) 0xff};
    Read read =
        read(
            new WriteMessage()
                .metadata(1, "hits_total", "Hits.", "")
                .raw(3, notUtf8)
                .series(LATENCY, Map.of(5_000L, 0.25)));
    assertEquals(1, read.reader().metadata().size());
    assertEquals(1, read.values().size());
    assertTrue(read.reader().refusals().isEmpty(), "it does not fail the request");
    assertEquals(Map.of("invalid_metadata", 1), read.reader().refusals().byReason());
  }

  @Test
  void metadataIsReadByFamily() {
    Read read =
        read(
            new WriteMessage()
                .metadata(1, "hits_total", "Hits.", "")
                .metadata(99, "odd", "", "seconds")
                .metadata(2, "", "Nothing's.", ""));
    assertEquals(
        List.of(
            new MetricMetadata(Tenant.DEFAULT, "hits_total", MetricType.COUNTER, "Hits.", ""),
            new MetricMetadata(Tenant.DEFAULT, "odd", MetricType.UNKNOWN, "", "seconds")),
        read.reader().metadata());
  }

  @Test
  void aRequestHasABoundedNumberOfSamples() {
    Map<Long, Double> samples = new TreeMap<>();
    for (long i = 0; i < 101; i++) {
      samples.put(1_000 * i, 1.0);
    }
    assertEquals(
        "request has more than 100 samples and exemplars; send smaller requests",
        assertThrows(
                WeirException.LimitExceeded.class,
                () -> read(new WriteMessage().series(List.of("__name__", "hits"), samples)))
            .getMessage());
  }

  @ParameterizedTest
  @ValueSource(strings = {"not protobuf at all", "\n\u007f", "\n\u0004\n\u0005\n\u00ff", "\u000f"})
  void whatIsNoProtobufIsRefusedAsAWhole(String text) {
    WriteMessage message = new WriteMessage();
    byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    RowAssembler rows = series.pushed().assembler();
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () ->
                new WriteRequestReader(
                        bytes,
                        Tenant.DEFAULT,
                        series.limits(),
                        series.pushed(),
                        rows,
                        series.acceptedTimes(clock.millis()))
                    .read());
    assertTrue(problem.getMessage().startsWith("not a protobuf message: "), problem::getMessage);
    assertEquals(0, message.toBytes().length);
  }

  /// Damaged messages are refused with a reason, never with a crash.
  @Property(tries = 2_000)
  void damagedMessagesAreRefusedWithAReason(@ForAll long seed) {
    Random random = new Random(seed);
    byte[] bytes =
        new WriteMessage()
            .series(
                List.of("__name__", "hits_total", "job", "api"), Map.of(1_000L, 1.0, 2_000L, 2.0))
            .histogram(
                LATENCY,
                1_000,
                HistogramNotation.parse("{{sum:3 count:22 buckets:[5 10 7]}}"),
                true)
            .exemplar(LATENCY, 5_000, 0.25, List.of("trace_id", "x"), 4_200)
            .metadata(1, "hits_total", "Hits.", "")
            .toBytes();
    for (int damage = random.nextInt(4); damage >= 0; damage--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(bytes.length) : bytes.length;
    WriteRequestReader reader =
        new WriteRequestReader(
            Arrays.copyOf(bytes, length),
            Tenant.DEFAULT,
            series.limits(),
            series.pushed(),
            series.pushed().assembler(),
            new AcceptedTimes(Long.MIN_VALUE, Long.MAX_VALUE));
    try {
      reader.read();
    } catch (WeirException.BadData | WeirException.LimitExceeded e) {
      assertTrue(!e.getMessage().isEmpty());
    }
  }
}
