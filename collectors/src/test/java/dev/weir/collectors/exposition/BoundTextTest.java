package dev.weir.collectors.exposition;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BoundTextTest {
  @ParameterizedTest
  @CsvSource({
    "0,0.0",
    "1,1.0",
    "-1,-1.0",
    "0.25,0.25",
    "1e6,1e+06",
    "123456,123456.0",
    "1234567,1.234567e+06",
    "0.0001,0.0001",
    "0.00001,1e-05",
    "+Inf,+Inf",
    "inf,+Inf",
    "-Inf,-Inf",
    "1.0,1.0",
    "100000,100000.0",
    "1e21,1e+21"
  })
  void boundsAreWrittenAsPrometheus3Does(String exposed, String written) {
    Labels labels = Labels.of("__name__", "latency_bucket", "le", exposed);
    assertEquals(written, BoundText.normalize(labels, MetricType.HISTOGRAM).get("le"));
  }

  @Test
  void onlyBoundsOfTheirTypeAreTouched() {
    Labels labels = Labels.of("__name__", "latency", "le", "1", "quantile", "1");
    assertEquals("1", BoundText.normalize(labels, MetricType.GAUGE).get("le"));
    assertEquals("1", BoundText.normalize(labels, MetricType.SUMMARY).get("le"));
    assertEquals("1.0", BoundText.normalize(labels, MetricType.SUMMARY).get("quantile"));
  }

  @Test
  void whatIsNoFloatStaysAsItIs() {
    Labels labels = Labels.of("__name__", "latency_bucket", "le", "large");
    assertEquals(labels, BoundText.normalize(labels, MetricType.HISTOGRAM));
  }
}
