package dev.weir.collectors.exposition;

import static dev.weir.collectors.exposition.Exposed.sample;
import static dev.weir.collectors.exposition.Exposed.sampleAt;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenMetricsReaderTest {
  private static List<Exposed> read(String body) throws ExpositionException {
    return Exposed.read(ExpositionFormat.OPEN_METRICS, body);
  }

  private static Exposed.Sample exemplified(
      double value, Exemplar exemplar, long timestampMillis, String... labels) {
    return new Exposed.Sample(
        Labels.of(labels), Double.doubleToRawLongBits(value), timestampMillis, exemplar);
  }

  @Test
  void readsTypesUnitsTimestampsAndExemplars() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Type("http_request_seconds", MetricType.HISTOGRAM),
            new Exposed.Unit("http_request_seconds", "seconds"),
            new Exposed.Help("http_request_seconds", "How long a \"request\" takes."),
            exemplified(
                3,
                new Exemplar(
                    Labels.of("trace_id", "4bf92f35"), 0.067, OptionalLong.of(1_700_000_000_123L)),
                ExpositionReader.NO_TIMESTAMP,
                "__name__",
                "http_request_seconds_bucket",
                "le",
                "0.1"),
            exemplified(
                4,
                new Exemplar(Labels.EMPTY, 1.5, OptionalLong.empty()),
                1_700_000_001_500L,
                "__name__",
                "http_request_seconds_bucket",
                "le",
                "+Inf"),
            sampleAt(-500, 4, "__name__", "http_request_seconds_count"),
            sample(1.7e9, "__name__", "http_request_seconds_created")),
        read(
            """
            # TYPE http_request_seconds histogram
            # UNIT http_request_seconds seconds
            # HELP http_request_seconds How long a \\"request\\" takes.
            http_request_seconds_bucket{le="0.1"} 3 # {trace_id="4bf92f35"} 0.067 1700000000.123
            http_request_seconds_bucket{le="+Inf"} 4 1700000001.5 # {} 1.5
            http_request_seconds_count 4 -0.5
            http_request_seconds_created 1.7e+09
            # EOF
            """));
  }

  @ParameterizedTest
  @EnumSource(MetricType.class)
  void knowsEveryType(MetricType type) throws ExpositionException {
    assertEquals(
        List.of(new Exposed.Type("build", type)),
        read("# TYPE build " + type.text() + "\n# EOF\n"));
  }

  @Test
  void anExemplarDoesNotHideTheLabelsOfItsSeries() throws ExpositionException {
    assertEquals(
        List.of(
            exemplified(
                1,
                new Exemplar(Labels.of("a", "x", "span", "y"), 2, OptionalLong.empty()),
                ExpositionReader.NO_TIMESTAMP,
                "__name__",
                "hits_total",
                "a",
                "b",
                "c",
                "d")),
        read("hits_total{a=\"b\",c=\"d\"} 1 # {a=\"x\",span=\"y\"} 2\n# EOF"));
  }

  @Test
  void namesInQuotesMayBeAnyText() throws ExpositionException {
    assertEquals(
        List.of(
            new Exposed.Help("http.requests", ""),
            sample(1, "__name__", "http.requests", "http.status", "200")),
        read("# HELP \"http.requests\" \n{\"http.requests\",\"http.status\"=\"200\",} 1\n# EOF\n"));
  }

  @Test
  void aBodyMayHoldNothing() throws ExpositionException {
    assertEquals(List.of(), read("# EOF"));
    assertEquals(List.of(), read("# EOF\n"));
  }

  static Stream<Arguments> badBodies() {
    return Stream.of(
        Arguments.of("up 1\n", "line 2, column 1: expected \"# EOF\" at the end, in \"\""),
        Arguments.of(
            "up 1",
            "line 1, column 5: expected the end of the line, and \"# EOF\" at the end of the body, in"
                + " \"up 1\""),
        Arguments.of(
            "# EOF\nup 1\n", "line 2, column 1: expected nothing after \"# EOF\", in \"up 1\""),
        Arguments.of(
            "# EOF \n", "line 1, column 6: expected nothing after \"# EOF\", in \"# EOF \""),
        Arguments.of(
            "\nup 1\n# EOF\n",
            "line 1, column 1: expected a metric name, \"{\" or \"#\", found the end of the line, in"
                + " \"\""),
        Arguments.of(
            "up 1\n\n# EOF\n",
            "line 2, column 1: expected a metric name, \"{\" or \"#\", found the end of the line, in"
                + " \"\""),
        Arguments.of(
            "# a comment\n# EOF\n",
            "line 1, column 1: expected \"# HELP\", \"# TYPE\", \"# UNIT\" or \"# EOF\", in"
                + " \"# a comment\""),
        Arguments.of(
            "up  1\n# EOF\n", "line 1, column 4: expected a value, found \" 1\", in \"up  1\""),
        Arguments.of(
            "up{a=\"b\"}1\n# EOF\n",
            "line 1, column 10: expected a space and a value, found \"1\", in \"up{a=\\\"b\\\"}1\""),
        Arguments.of(
            "up{ a=\"b\"} 1\n# EOF\n",
            "line 1, column 4: expected a label name or \"}\", found \" a\", in"
                + " \"up{ a=\\\"b\\\"} 1\""),
        Arguments.of(
            "up{a=\"b\" c=\"d\"} 1\n# EOF\n",
            "line 1, column 9: expected \",\" or \"}\", found \" c\", in"
                + " \"up{a=\\\"b\\\" c=\\\"d\\\"} 1\""),
        Arguments.of(
            "up 1 \n# EOF\n",
            "line 1, column 6: expected a timestamp, found the end of the line, in \"up 1 \""),
        Arguments.of(
            "up 1 NaN\n# EOF\n", "line 1, column 6: timestamp \"NaN\" is no time, in \"up 1 NaN\""),
        Arguments.of(
            "up 1 5 6\n# EOF\n",
            "line 1, column 7: expected an exemplar (\" # {\") or the end of the line, found \" 6\","
                + " in \"up 1 5 6\""),
        Arguments.of(
            "up 1 # {\"a\"} 1\n# EOF\n",
            "line 1, column 12: expected \"=\" after a label name, found \"}\", in"
                + " \"up 1 # {\\\"a\\\"} 1\""),
        Arguments.of(
            "up 1 # {a=\"b\"}\n# EOF\n",
            "line 1, column 15: expected a space and the exemplar's value, found the end of the line,"
                + " in \"up 1 # {a=\\\"b\\\"}\""),
        Arguments.of(
            "# TYPE up untyped\n# EOF\n",
            "line 1, column 11: type \"untyped\" is not known; expected counter, gauge, histogram,"
                + " gaugehistogram, summary, info, stateset or unknown, in \"# TYPE up untyped\""),
        Arguments.of(
            "# UNIT up seconds\n# EOF\n",
            "line 1, column 11: unit \"seconds\" is no suffix of the metric's name, in"
                + " \"# UNIT up seconds\""),
        Arguments.of(
            "# HELP up\n# EOF\n",
            "line 1, column 10: expected a space, the help text and the end of the line, found the"
                + " end of the line, in \"# HELP up\""));
  }

  @ParameterizedTest
  @MethodSource("badBodies")
  void saysWhereABodyIsWrongAndWhatWouldBeRight(String body, String message) {
    assertEquals(
        message, assertThrows(ExpositionException.class, () -> read(body)).getMessage(), body);
  }
}
