package dev.weir.rules.group;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.rules.RuleGroup;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvaluationTimesTest {
  private static final EvaluationTimes TIMES = new EvaluationTimes(60_000, 7_000);

  @Test
  void areAnIntervalApart() {
    assertEquals(67_000, TIMES.atOrBefore(67_000));
    assertEquals(67_000, TIMES.atOrBefore(126_999));
    assertEquals(127_000, TIMES.after(67_000));
    assertEquals(67_000, TIMES.after(66_999));
    assertEquals(-53_000, TIMES.atOrBefore(0));
    assertTrue(TIMES.isDue(127_000));
    assertFalse(TIMES.isDue(127_001));
  }

  @ParameterizedTest
  @CsvSource({
    "alpha, 7000, 1795264835140",
    "node exporter, 60000, 1795264881547",
    "gamma, 30000, 1795264858854",
  })
  void areThoseAtWhichPrometheusRecords(String name, long intervalMillis, long recordedMillis) {
    RuleGroup group = new RuleGroup("node.yml", name, intervalMillis, 0, 0, Map.of(), List.of());
    assertTrue(EvaluationTimes.of(group).isDue(recordedMillis));
  }

  @Test
  void ofAShadowGroupAreThoseOfTheLiveOne() {
    RuleGroup live = new RuleGroup("node.yml", "alpha", 7_000, 0, 0, Map.of(), List.of());
    RuleGroup shadow = live.asShadow();
    assertNotEquals(live.file(), shadow.file());
    assertEquals("node.yml", shadow.origin());
    assertEquals(EvaluationTimes.of(live), EvaluationTimes.of(shadow));
  }
}
