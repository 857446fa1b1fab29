package dev.weir.standalone.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.service.config.PrometheusConfig;
import java.time.Clock;
import org.junit.jupiter.api.Test;

class CurrentConfigTest {
  private String text = "scrape_configs: [{job_name: api}]";
  private final CurrentConfig current =
      new CurrentConfig(() -> PrometheusConfig.of("prometheus.yml", text), Clock.systemUTC());

  @Test
  void aReloadThatFailsLeavesTheOneBefore() {
    text = "scrape_configs: [{job_name: edge}]";
    current.handTo(_ -> {
      throw new WeirException.BadData("no such key");
    });
    assertEquals(500, current.reload().status());
    assertFalse(current.status().lastReloadSucceeded());
    assertEquals("api", current.get().scrapeConfigs().getFirst().jobName());
    current.handTo(_ -> {});
    assertEquals(200, current.reload().status());
    assertTrue(current.status().lastReloadSucceeded());
    assertEquals("edge", current.get().scrapeConfigs().getFirst().jobName());
  }

  @Test
  void soDoesOneThatFailsBecauseOfADefect() {
    current.handTo(_ -> {
      throw new IllegalStateException("a defect");
    });
    assertEquals(500, current.reload().status());
    assertFalse(current.status().lastReloadSucceeded());
  }

  @Test
  void soDoesOneBeforeAnythingRuns() {
    assertEquals(500, current.reload().status());
    assertFalse(current.status().lastReloadSucceeded());
  }
}
