package dev.weir.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.testing.Await;
import dev.weir.testing.WebhookServer;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class AlertmanagerQueueTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final WebhookServer alertmanager = new WebhookServer();
  private final PrometheusRegistry registry = new PrometheusRegistry();
  private final AlertmanagerQueue queue =
      new AlertmanagerQueue(
          new AlertmanagersConfig.Destination(
              URI.create(alertmanager.url("/api/v2/alerts")),
              Duration.ofSeconds(10),
              HttpClientConfig.DEFAULT,
              List.of()),
          3,
          new AlertingMetrics(registry));

  @AfterEach
  void stop() {
    queue.close();
    alertmanager.close();
  }

  private double counter(String name) {
    return registry.scrape(name::equals).stream()
        .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
        .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
        .sum();
  }

  @Test
  void whatWaitsIsSentTogetherAndTheOldestGiveWay() {
    for (int i = 1; i <= 5; i++) {
      queue.offer("{\"n\":%d}".formatted(i));
    }
    queue.start();
    Await.until(
        () -> !alertmanager.bodies("/api/v2/alerts").isEmpty(),
        DEADLINE,
        () -> "the alerts to arrive");
    assertEquals(List.of("[{\"n\":3},{\"n\":4},{\"n\":5}]"), alertmanager.bodies("/api/v2/alerts"));
    assertEquals(2, counter("weir_alerting_alertmanager_dropped"));
  }

  @Test
  void whatIsNotTakenIsCountedAndNotTriedAgain() {
    alertmanager.answer(500);
    queue.offer("{\"n\":1}");
    queue.start();
    Await.until(
        () -> counter("weir_alerting_alertmanager_errors") == 1, DEADLINE, () -> "the error");
    queue.offer("{\"n\":2}");
    Await.until(() -> counter("weir_alerting_alertmanager_sent") == 1, DEADLINE, () -> "the next");
    assertEquals(List.of("[{\"n\":2}]"), alertmanager.bodies("/api/v2/alerts"));
  }
}
