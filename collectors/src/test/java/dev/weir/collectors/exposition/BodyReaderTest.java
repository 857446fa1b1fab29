package dev.weir.collectors.exposition;

import static dev.weir.collectors.exposition.ExpositionFormat.OPEN_METRICS;
import static dev.weir.collectors.exposition.ExpositionFormat.PROMETHEUS_TEXT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BodyReaderTest {
  /// Numbers series in the order in which they are met, and drops those named `debug_...`.
  private static final class Met implements BodyReader.Series, BodyReader.Declarations {
    private final List<SeriesMeta> series = new ArrayList<>();
    private final List<String> declared = new ArrayList<>();
    private int asked;

    @Override
    public int number(Labels labels, Set<String> blank, MetricType type) {
      asked++;
      if (labels.metricName().startsWith("debug_")) {
        return BodyReader.DROPPED;
      }
      SeriesMeta meta = new SeriesMeta(labels, type);
      if (!series.contains(meta)) {
        series.add(meta);
      }
      return series.indexOf(meta);
    }

    @Override
    public void type(String family, MetricType type) {
      declared.add(family + " is a " + type.text());
    }

    @Override
    public void help(String family, String text) {
      declared.add(family + " means " + text);
    }

    @Override
    public void unit(String family, String unit) {
      declared.add(family + " is in " + unit);
    }
  }

  private final Met met = new Met();
  private final BodyMemory memory = new BodyMemory(2_000);
  private final BodyReader reader = new BodyReader(met, met, memory);

  private boolean read(ExpositionFormat format, String body) throws ExpositionException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, bytes.length, format);
  }

  private List<String> samples() {
    List<String> samples = new ArrayList<>();
    for (int i = 0; i < reader.values().count(); i++) {
      int number = reader.number(i);
      samples.add(
          (number == BodyReader.DROPPED ? "-" : met.series.get(number).labels())
              + " "
              + reader.values().value(i));
    }
    return samples;
  }

  @Test
  void onlyValuesAreReadWhereNothingElseChanged() throws ExpositionException {
    String body =
        """
        # HELP hits_total Hits.
        # TYPE hits_total counter
        hits_total{path="/"} %s
        hits_total{path="/login"} %s
        # TYPE temperature_celsius gauge
        temperature_celsius %s
        """;
    assertFalse(read(PROMETHEUS_TEXT, body.formatted("1", "2", "21.5")));
    assertEquals(3, met.asked);
    assertTrue(read(PROMETHEUS_TEXT, body.formatted("1000", "2", "-3")));
    assertEquals(3, met.asked);
    assertEquals(
        List.of(
            "hits_total{path=\"/\"} 1000.0",
            "hits_total{path=\"/login\"} 2.0",
            "temperature_celsius -3.0"),
        samples());
  }

  @Test
  void aBodyForWhichThereIsNoMemoryIsNotKeptAndReadWholeAgain() throws ExpositionException {
    String large = "# HELP a %s\na 1\n".formatted("long ".repeat(200));
    BodyReader other = new BodyReader(met, met, memory);
    byte[] body = large.getBytes(StandardCharsets.UTF_8);
    assertFalse(read(PROMETHEUS_TEXT, large));
    assertTrue(memory.taken() > large.length());
    assertFalse(other.read(body, body.length, PROMETHEUS_TEXT));
    assertFalse(other.read(body, body.length, PROMETHEUS_TEXT), "it was not kept");
    assertEquals(1, other.values().count());
    reader.forgetSeries();
    assertEquals(0, memory.taken());
    assertFalse(other.read(body, body.length, PROMETHEUS_TEXT));
    assertTrue(other.read(body, body.length, PROMETHEUS_TEXT), "now there is room");
  }

  @Test
  void aSeriesThatComesOrGoesIsNoticedAndTheOthersAreNotReadAgain() throws ExpositionException {
    read(PROMETHEUS_TEXT, "a 1\nb 2\nc 3\n");
    assertFalse(read(PROMETHEUS_TEXT, "a 1\nc 3\n"));
    assertEquals(List.of("a 1.0", "c 3.0"), samples());
    assertFalse(read(PROMETHEUS_TEXT, "a 1\nb 4\nc 3\nd 5\n"));
    assertEquals(List.of("a 1.0", "b 4.0", "c 3.0", "d 5.0"), samples());
    assertEquals(4, met.asked);
  }

  @Test
  void aBodyThatEndsEarlierOrLaterDoesNotFit() throws ExpositionException {
    read(PROMETHEUS_TEXT, "a 1\nb 2\n");
    assertFalse(read(PROMETHEUS_TEXT, "a 1\n"));
    assertFalse(read(PROMETHEUS_TEXT, "a 1\nb 2\n"));
    assertFalse(read(PROMETHEUS_TEXT, "a 1\nb 2\n# more\n"));
    assertTrue(read(PROMETHEUS_TEXT, "a 7\nb 8\n# more\n"));
  }

  @Test
  void changedCommentsAreReadAgain() throws ExpositionException {
    read(PROMETHEUS_TEXT, "# HELP a First.\na 1\n");
    assertFalse(read(PROMETHEUS_TEXT, "# HELP a Second.\na 1\n"));
    assertEquals(List.of("a means First.", "a means Second."), met.declared);
  }

  @Test
  void timestampsAndExemplarsMayComeAndGoInABodyThatFits() throws ExpositionException {
    read(OPEN_METRICS, "a_total 1\nb 2\n# EOF\n");
    assertTrue(read(OPEN_METRICS, "a_total 1 5 # {id=\"x\"} 1\nb 2\n# EOF\n"));
    assertEquals(5000, reader.values().timestampMillis(0));
    assertEquals(ExpositionReader.NO_TIMESTAMP, reader.values().timestampMillis(1));
    assertTrue(reader.values().hasExemplars());
    assertTrue(read(OPEN_METRICS, "a_total 2\nb 2\n# EOF\n"));
    assertFalse(reader.values().hasTimestamps());
    assertFalse(reader.values().hasExemplars());
    assertEquals(null, reader.values().exemplar(0));
  }

  @Test
  void aSeriesBelongsToTheFamilyThatWasDeclaredLastIfItsNameSaysSo() throws ExpositionException {
    read(
        PROMETHEUS_TEXT,
        """
        # TYPE latency histogram
        latency_bucket{le="+Inf"} 1
        latency_sum 1
        latency_count 1
        latency_max 1
        # TYPE hits_total counter
        hits_total 1
        # TYPE misses counter
        misses_total 1
        misses 1
        other 1
        """);
    assertEquals(
        List.of(
            MetricType.HISTOGRAM,
            MetricType.HISTOGRAM,
            MetricType.HISTOGRAM,
            MetricType.UNKNOWN,
            MetricType.COUNTER,
            MetricType.COUNTER,
            MetricType.COUNTER,
            MetricType.UNKNOWN),
        met.series.stream().map(SeriesMeta::type).toList());
  }

  @Test
  void anotherTypeMakesAnotherAnswer() throws ExpositionException {
    read(PROMETHEUS_TEXT, "# TYPE a gauge\na 1\n");
    read(PROMETHEUS_TEXT, "# TYPE a counter\na 1\n");
    assertEquals(2, met.asked);
    assertEquals(MetricType.COUNTER, met.series.get(1).type());
  }

  @Test
  void droppedSeriesAreAskedForOnce() throws ExpositionException {
    read(PROMETHEUS_TEXT, "debug_a 1\nb 2\n");
    read(PROMETHEUS_TEXT, "b 2\ndebug_a 1\n");
    assertEquals(2, met.asked);
    assertEquals(List.of("b 2.0", "- 1.0"), samples());
  }

  @Test
  void aBadValueInABodyThatElseFitsIsAnErrorWithItsLine() throws ExpositionException {
    read(PROMETHEUS_TEXT, "a 1\nb 2\n");
    ExpositionException problem =
        assertThrows(ExpositionException.class, () -> read(PROMETHEUS_TEXT, "a 1\nb x\n"));
    assertEquals("line 2, column 3: value \"x\" is no float, in \"b x\"", problem.getMessage());
    assertFalse(read(PROMETHEUS_TEXT, "a 1\nb 2\n"));
    assertTrue(read(PROMETHEUS_TEXT, "a 1\nb 3\n"));
  }

  @Test
  void afterSeriesAreForgottenAllAreAskedForAgain() throws ExpositionException {
    read(PROMETHEUS_TEXT, "a 1\n");
    reader.forgetSeries();
    assertFalse(read(PROMETHEUS_TEXT, "a 1\n"));
    assertEquals(2, met.asked);
  }

  @Test
  void textsThatAreNoLongerExposedAreForgotten() throws ExpositionException {
    for (int body = 0; body < 50; body++) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < 100; i++) {
        text.append("requests{id=\"%d-%d\"} 1\n".formatted(body, i));
      }
      read(PROMETHEUS_TEXT, text.toString());
    }
    assertEquals(5_000, met.asked);
    assertTrue(reader.textCount() <= 1_200, () -> reader.textCount() + " texts are kept");
  }
}
