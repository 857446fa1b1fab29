package dev.weir.model.notation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.model.notation.SeriesNotation.Sample;
import dev.weir.model.notation.SeriesNotation.Value;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SeriesNotationTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0+15x4        | 0 15 30 45 60
          5 2+3x2 _ 7   | 5 2 5 8 _ 7
          1-2x3         | 1 -1 -3 -5
          -1.5e2-50x1   | -150 -200
          1x2           | 1 1 1
          _x3 1         | _ _ _ 1
          NaN +Inf -inf | NaN +Inf -Inf
          .5 2. 1e3     | 0.5 2 1000
          stale 1 stalex1 | stale 1 stale stale
          """)
  void expandsValues(String items, String expected) {
    assertEquals(
        expected,
        SeriesNotation.parse("http_requests_total " + items).values().stream()
            .map(SeriesNotationTest::format)
            .collect(Collectors.joining(" ")));
  }

  private static String format(Value value) {
    return switch (value) {
      case Value.Omitted _ -> "_";
      case Value.Scalar(double number) ->
          StalenessMarker.is(number) ? "stale" : HistogramNotation.formatNumber(number);
      case Value.Histogram(NativeHistogram histogram, _) -> HistogramNotation.format(histogram);
    };
  }

  @Test
  void readsLabelsInAllTheirForms() {
    assertEquals(Labels.of(Labels.NAME, "up"), SeriesNotation.parseLabels("up"));
    assertEquals(Labels.EMPTY, SeriesNotation.parseLabels("{}"));
    assertEquals(
        Labels.of(Labels.NAME, "job:up:sum", "job", "a, b", "instance", "x"),
        SeriesNotation.parseLabels("job:up:sum{ job = \"a, b\" , instance='x', }"));
    assertEquals(
        Labels.of(Labels.NAME, "http.requests", "http.status", "200"),
        SeriesNotation.parseLabels("{\"http.requests\", \"http.status\"=\"200\"}"));
  }

  @Test
  void readsHistograms() {
    NativeHistogram histogram =
        HistogramNotation.parse(
            "{{schema:1 sum:-3.5 count:22 z_bucket:2 z_bucket_w:0.001 buckets:[5 10 7 ] offset:-2"
                + " n_buckets:[1] n_offset:3 counter_reset_hint:gauge}}");
    assertEquals(1, histogram.schema());
    assertEquals(-3.5, histogram.sum());
    assertEquals(22, histogram.count());
    assertEquals(2, histogram.zeroCount());
    assertEquals(0.001, histogram.zeroThreshold());
    assertEquals(ResetHint.GAUGE, histogram.resetHint());
    assertEquals(
        new NativeHistogram.Buckets(new int[] {-2}, new int[] {3}, new double[] {5, 10, 7}),
        histogram.positive());
    assertEquals(
        new NativeHistogram.Buckets(new int[] {3}, new int[] {1}, new double[] {1}),
        histogram.negative());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {{sum:1 count:1}}x1                     | {{schema:0 count:1 sum:1}} {{schema:0 count:1 sum:1}}
          {{buckets:[1]}}+{{buckets:[0 2]}}x2     | {{schema:0 buckets:[1]}} {{schema:0 buckets:[1 2]}} {{schema:0 buckets:[1 4]}}
          {{count:9}}-{{count:2}}x1               | {{schema:0 count:9}} {{schema:0 count:7}}
          {{schema:0}}+{{schema:1 buckets:[1 1 1]}}x1 | {{schema:0}} {{schema:0 buckets:[1 2]}}
          {{schema:-53 custom_values:[1 2] buckets:[3]}}+{{schema:-53 custom_values:[1 2] buckets:[1 1]}}x1 | {{schema:-53 custom_values:[1 2] buckets:[3]}} {{schema:-53 custom_values:[1 2] buckets:[4 1]}}
          {{z_bucket:1 z_bucket_w:0.1}}+{{}}x1    | {{schema:0 z_bucket:1 z_bucket_w:0.1}} {{schema:0 z_bucket:1 z_bucket_w:0.1}}
          """)
  void expandsHistograms(String items, String expected) {
    assertEquals(
        expected,
        SeriesNotation.parse("request_duration_seconds " + items).values().stream()
            .map(SeriesNotationTest::format)
            .collect(Collectors.joining(" ")));
  }

  @Test
  void tellsWhetherTheResetHintIsGiven() {
    List<Value> values =
        SeriesNotation.parse("latency {{count:1}} {{count:1 counter_reset_hint:unknown}}").values();
    assertTrue(values.get(0) instanceof Value.Histogram(_, boolean given) && !given);
    assertTrue(values.get(1) instanceof Value.Histogram(_, boolean given) && given);
  }

  @Test
  void takesTheResetHintOfAProgressionFromItsStep() {
    for (Value value :
        SeriesNotation.parse("latency {{count:1}}+{{count:1 counter_reset_hint:unknown}}x2")
            .values()) {
      assertTrue(value instanceof Value.Histogram(_, boolean given) && given);
    }
    for (Value value :
        SeriesNotation.parse("latency {{count:1 counter_reset_hint:gauge}}+{{count:1}}x2")
            .values()) {
      assertTrue(value instanceof Value.Histogram(_, boolean given) && !given);
    }
  }

  @Test
  void putsValuesAtMultiplesOfTheInterval() {
    List<SeriesNotation.LoadedSeries> loaded =
        SeriesNotation.load(
            15_000, List.of("# two scrapes, one lost", "", "  up{job=\"api\"} 1 _ 0"));
    assertEquals(
        List.of(
            new SeriesNotation.LoadedSeries(
                Labels.of(Labels.NAME, "up", "job", "api"),
                List.of(new Sample(0, 1, null, 0), new Sample(30_000, 0, null, 0)))),
        loaded);
  }

  @Test
  void takesTheLastOfSeveralLinesForOneSeries() {
    List<SeriesNotation.LoadedSeries> loaded =
        SeriesNotation.load(1000, List.of("up 1 2 3", "down 1", "up 4"));
    assertEquals(2, loaded.size());
    assertEquals(List.of(new Sample(0, 4, null, 0)), loaded.getFirst().samples());
  }

  @Test
  void readsStartTimestampsAsDistancesFromTheSamples() {
    List<Sample> samples =
        SeriesNotation.load(60_000, List.of("jobs_total@st _ -30s-1mx1 *", "jobs_total 1 2 3 4"))
            .getFirst()
            .samples();
    assertEquals(
        List.of(0L, 30_000L, 30_000L, 90_000L),
        samples.stream().map(Sample::startTimestampMillis).toList());
  }

  @Test
  void repeatsStartTimestampsWithoutLabelsForAllSeries() {
    List<Sample> samples =
        SeriesNotation.load(60_000, List.of("@st _ -1s", "jobs_total 1 2 3 4"))
            .getFirst()
            .samples();
    assertEquals(
        List.of(0L, 59_000L, 0L, 179_000L),
        samples.stream().map(Sample::startTimestampMillis).toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          up 1+2          | series notation, column 7: expected "x" after the step between values, found the end
          up one          | series notation, column 4: expected a number, "stale" or "_", found one
          up{job=api} 1   | series notation, column 8: expected a label's value in quotes, found api} 1
          up{job="api 1   | series notation, column 8: the quote that opens here is not closed, found "api 1
          up 1x2000000    | series notation, column 13: 2000000 repetitions; at most 1000000 are possible, found the end
          up {{sums:1}}   | series notation, column 11: key "sums" of a histogram is not known, found 1}}
          = 1             | series notation, column 1: expected a metric's name or "{", found = 1
          up 0x1f         | series notation, column 7: expected a space before the next value, found f
          """)
  void saysWhatIsWrong(String line, String message) {
    WeirException.BadData error =
        assertThrows(WeirException.BadData.class, () -> SeriesNotation.parse(line));
    assertEquals(message, error.getMessage());
  }

  @Test
  void refusesStartTimesThatFitNoSeries() {
    for (List<String> lines :
        List.of(
            List.of("jobs_total@st -1s"),
            List.of("jobs_total@st -1s", "up 1"),
            List.of("jobs_total@st -1s", "jobs_total 1 2"),
            List.of("jobs_total@st -1s", "jobs_total@st -1s", "jobs_total 1"))) {
      assertThrows(WeirException.BadData.class, () -> SeriesNotation.load(1000, lines));
    }
  }
}
