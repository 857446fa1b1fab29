package dev.weir.collectors.exposition;

import static dev.weir.collectors.exposition.Exposed.sample;
import static dev.weir.collectors.exposition.Exposed.sampleAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.MetricType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PrometheusTextReaderTest {
  private static List<Exposed> read(String body) throws ExpositionException {
    return Exposed.read(ExpositionFormat.PROMETHEUS_TEXT, body);
  }

  @Test
  void readsWhatANodeExporterExposes() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Help("node_cpu_seconds_total", "Seconds the CPUs spent in each mode."),
            new Exposed.Type("node_cpu_seconds_total", MetricType.COUNTER),
            sample(97013.52, "__name__", "node_cpu_seconds_total", "cpu", "0", "mode", "idle"),
            sample(1.445745e+06, "__name__", "node_cpu_seconds_total", "cpu", "0", "mode", "user"),
            new Exposed.Type("node_load1", MetricType.GAUGE),
            sample(0.21, "__name__", "node_load1")),
        read(
            """
            # HELP node_cpu_seconds_total Seconds the CPUs spent in each mode.
            # TYPE node_cpu_seconds_total counter
            node_cpu_seconds_total{cpu="0",mode="idle"} 97013.52
            node_cpu_seconds_total{cpu="0",mode="user"} 1.445745e+06
            # TYPE node_load1 gauge
            node_load1 0.21
            """));
  }

  @Test
  void spacesAndTabsMayStandAlmostAnywhere() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Type("up", MetricType.GAUGE),
            sampleAt(1700000000123L, 1, "__name__", "up", "job", "node", "host", "a"),
            sample(2, "__name__", "up", "job", "node")),
        read(
            """

              #  TYPE \tup gauge
            up \t{ job = "node" ,\thost="a" , } \t1  1700000000123\t
            up{job="node"}2
            """));
  }

  @Test
  void commasBetweenLabelsMayBeMissing() throws ExpositionException {
    assertEquals(
        List.of(sample(1, "__name__", "up", "host", "a", "job", "node")),
        read("up{job=\"node\" host=\"a\"} 1\n"));
  }

  @Test
  void theLastLineBreakMayBeMissing() throws ExpositionException {
    assertEquals(List.of(sample(1, "__name__", "up")), read("up 1"));
    assertEquals(List.of(sampleAt(5, 1, "__name__", "up")), read("up 1 5"));
    assertEquals(List.of(), read("# no line break"));
  }

  @Test
  void commentsSayNothing() throws ExpositionException {
    assertEquals(
        List.of(sample(1, "__name__", "up")),
        read("# plain\n#\n#HELP up not a help\n# HELPS up neither\n# TYPE\nup 1\n"));
  }

  @Test
  void escapesAreResolved() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Help("up", "a \\ b \n c \\\" d"),
            sample(1, "__name__", "up", "path", "C:\\dir", "text", "\"a\nb\" \\t")),
        read(
            """
            # HELP up a \\\\ b \\n c \\" d
            up{path="C:\\\\dir",text="\\"a\\nb\\" \\t"} 1
            """));
  }

  @Test
  void namesInQuotesMayBeAnyText() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Type("http.requests", MetricType.COUNTER),
            sample(1, "__name__", "http.requests", "http.status", "200", "région", "île"),
            sample(2, "__name__", "http.requests"),
            sample(3, "__name__", "up", "a.b", "c")),
        read(
            """
            # TYPE "http.requests" counter
            {"http.requests","http.status"="200",région="île"} 1
            {"http.requests"} 2
            up{"a.b"="c"} 3
            """
                .replace(",région", ",\"région\"")));
  }

  @Test
  void labelsWithAnEmptyValueAreLeftOut() throws ExpositionException {
    assertEquals(
        List.of(sample(1, "__name__", "up", "job", "node")),
        read("up{job=\"node\",host=\"\"} 1\n"));
  }

  @Test
  void valuesMayBeAnyFloat() throws ExpositionException {
    assertEquals(
        List.of(
            sample(Double.POSITIVE_INFINITY, "__name__", "a"),
            sample(Double.NEGATIVE_INFINITY, "__name__", "b"),
            sample(Double.longBitsToDouble(0x7ff8000000000001L), "__name__", "c"),
            sample(-0.0, "__name__", "d"),
            sample(0.5, "__name__", "e")),
        read("a +Inf\nb -inf\nc NaN\nd -0\ne .5\n"));
  }

  @Test
  void helpMayBeEmptyOrStartWithSpaces() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Help("a", ""),
            new Exposed.Help("b", ""),
            new Exposed.Help("c", "  indented")),
        read("# HELP a\n# HELP b  \n# HELP c   indented\n"));
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        Arguments.of(
            "up", "line 1, column 3: expected a value, found the end of the body, in \"up\""),
        Arguments.of(
            "ok 1\nup \n",
            "line 2, column 4: expected a value, found the end of the line, in \"up \""),
        Arguments.of("up x\n", "line 1, column 4: value \"x\" is no float, in \"up x\""),
        Arguments.of("up 1_0\n", "line 1, column 4: value \"1_0\" is no float, in \"up 1_0\""),
        Arguments.of(
            "up 0x1p3\n", "line 1, column 4: value \"0x1p3\" is no float, in \"up 0x1p3\""),
        Arguments.of(
            "up 1e999\n", "line 1, column 4: value \"1e999\" is no float, in \"up 1e999\""),
        Arguments.of(
            "up 1 a\n",
            "line 1, column 6: expected a timestamp or the end of the line, found \"a\", in \"up 1 a\""),
        Arguments.of(
            "up 1 -5\n",
            "line 1, column 6: expected a timestamp or the end of the line, found \"-5\","
                + " in \"up 1 -5\""),
        Arguments.of(
            "up 1 5 6\n",
            "line 1, column 8: expected the end of the line, found \"6\", in \"up 1 5 6\""),
        Arguments.of(
            "up 1 99999999999999999999\n",
            "line 1, column 6: timestamp \"99999999999999999999\" is out of range, in"
                + " \"up 1 99999999999999999999\""),
        Arguments.of(
            "9up 1\n",
            "line 1, column 1: expected a metric name, \"{\" or \"#\", found \"9up\", in \"9up 1\""),
        Arguments.of(
            "up{job} 1\n",
            "line 1, column 7: expected \"=\" after a label name, found \"}\", in \"up{job} 1\""),
        Arguments.of(
            "up{job=node} 1\n",
            "line 1, column 8: expected label value in quotes, found \"node\", in \"up{job=node} 1\""),
        Arguments.of(
            "up{job=\"node} 1\n",
            "line 1, column 8: label value has no closing quote, in \"up{job=\\\"node} 1\""),
        Arguments.of(
            "up{,} 1\n",
            "line 1, column 4: expected a label name or \"}\", found \",\", in \"up{,} 1\""),
        Arguments.of(
            "up{a=\"1\",a=\"2\"} 1\n",
            "line 1, column 10: label \"a\" stands twice, in \"up{a=\\\"1\\\",a=\\\"2\\\"} 1\""),
        Arguments.of(
            "up{__name__=\"down\"} 1\n",
            "line 1, column 4: label \"__name__\" stands twice, in \"up{__name__=\\\"down\\\"} 1\""),
        Arguments.of(
            "up{\"down\"} 1\n",
            "line 1, column 4: expected \"=\" after a label name: the metric has its name already, in"
                + " \"up{\\\"down\\\"} 1\""),
        Arguments.of(
            "{a=\"b\"} 1\n",
            "line 1, column 1: expected a metric name in quotes between the braces, in"
                + " \"{a=\\\"b\\\"} 1\""),
        Arguments.of(
            "up{a=\"b\"}{c=\"d\"} 1\n",
            "line 1, column 10: expected a value, found \"{c\", in \"up{a=\\\"b\\\"}{c=\\\"d\\\"} 1\""),
        Arguments.of(
            "# TYPE up guage\n",
            "line 1, column 11: type \"guage\" is not known; expected counter, gauge, histogram,"
                + " summary or untyped, in \"# TYPE up guage\""),
        Arguments.of(
            "# TYPE 9up gauge\n",
            "line 1, column 8: expected a metric name, found \"9up\", in \"# TYPE 9up gauge\""));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void saysWhereABodyIsWrongAndWhatWouldBeRight(String body, String message) {
    assertEquals(
        message, assertThrows(ExpositionException.class, () -> read(body)).getMessage(), body);
  }

  @Test
  void labelValuesMustBeUtf8() {
    byte[] body = "up{a=\"\u00ff\"} 1\n".getBytes(StandardCharsets.ISO_8859_1);
    ExpositionException problem =
        assertThrows(
            ExpositionException.class, () -> Exposed.read(ExpositionFormat.PROMETHEUS_TEXT, body));
    assertEquals(
        "line 1, column 7: label value is not UTF-8, in \"up{a=\\\"\ufffd\\\"} 1\"",
        problem.getMessage());
  }
}
