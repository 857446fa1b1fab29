package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class LayoutTest {
  private static final SeriesMeta LOAD = gauge("node_load1");
  private static final SeriesMeta TIME = gauge("node_time_seconds");

  private static SeriesMeta gauge(String name) {
    return new SeriesMeta(Labels.of("__name__", name, "instance", "a:9100"), MetricType.GAUGE);
  }

  @Test
  void equalSetsHaveEqualHashesInAnyOrder() {
    assertEquals(Layout.of(List.of(LOAD, TIME)), Layout.of(List.of(TIME, LOAD)));
    assertEquals(List.of(LOAD, TIME), Layout.of(List.of(TIME, LOAD)).series(), "canonical order");
  }

  @Test
  void hashCoversTypes() {
    SeriesMeta untyped = new SeriesMeta(LOAD.labels(), MetricType.UNKNOWN);

    assertNotEquals(Layout.of(List.of(LOAD)).hash(), Layout.of(List.of(untyped)).hash());
  }

  @Test
  void growsInCanonicalOrder() {
    assertEquals(Layout.of(List.of(LOAD, TIME)), Layout.of(List.of(TIME)).plus(List.of(LOAD)));
  }

  @Test
  void refusesASeriesThatStandsTwice() {
    assertThrows(WeirException.BadData.class, () -> Layout.of(List.of(LOAD, LOAD)));
  }
}
