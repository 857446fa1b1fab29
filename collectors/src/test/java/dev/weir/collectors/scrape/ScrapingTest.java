package dev.weir.collectors.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.TargetState;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What becomes of targets when the configuration changes, with a real target and a held clock.
class ScrapingTest {
  private static final Duration DEADLINE = Duration.ofSeconds(30);

  private final HeldScrapeClock clock = new HeldScrapeClock("2026-03-01T12:00:00Z");
  private final CapturedOutput output = new CapturedOutput();
  private final WeirConfig weir = WeirConfig.of("weir.yml", "");
  private final TenantSeries tenant =
      new SeriesByTenant(weir.tenants(), clock, 10, 1_000, _ -> {}).of(Tenant.DEFAULT);
  private final Scraping scraping =
      new Scraping(
          new Scraping.Identity("collector-1", "node-1", "Weir/test", 7, false),
          weir.collector(),
          tenant,
          output,
          new ScrapeMetrics(new PrometheusRegistry()),
          clock);
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/metrics",
        exchange -> {
          byte[] body = "hits_total 3\n".getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    scraping.close();
    server.stop(0);
  }

  /// Jobs that scrape the target every 10 s, each under an instance of its own.
  private void apply(String... jobs) throws InterruptedException {
    StringBuilder yaml = new StringBuilder("scrape_configs:\n");
    for (String job : jobs) {
      yaml.append(
          """
          - job_name: %s
            scrape_interval: 10s
            static_configs: [{targets: ["127.0.0.1:%d"], labels: {instance: %s}}]
          """
              .formatted(job, server.getAddress().getPort(), job));
    }
    applyYaml(yaml.toString());
  }

  private void applyYaml(String yaml) throws InterruptedException {
    scraping.apply(PrometheusConfig.of("prometheus.yml", yaml));
  }

  /// Lets every target be scraped once more.
  private void scrapeAll(int targets) {
    Instant last = clock.awaitSleepers(targets).getLast();
    clock.set(last);
    clock.awaitSleepers(targets);
  }

  private static String hits(String job) {
    return "hits_total{instance=\"%s\", job=\"%s\"}".formatted(job, job);
  }

  /// Values of the samples since the last call, by series, without those about the scrape.
  private Map<String, String> samples() {
    return output.takeSamples().entrySet().stream()
        .collect(
            Collectors.toMap(
                entry -> entry.getKey().split(" @", 2)[0],
                Map.Entry::getValue,
                (earlier, later) -> earlier + " " + later));
  }

  private List<String> states(List<TargetState> states) {
    return states.stream().map(TargetState::scrapePool).distinct().toList();
  }

  @Test
  void aTargetThatIsGoneIsMarkedAfterTwoIntervalsAndOthersGoOn() throws InterruptedException {
    apply("api", "edge");
    scrapeAll(2);
    assertEquals(Map.of(hits("api"), "3.0", hits("edge"), "3.0"), samples());
    apply("api");
    assertEquals(List.of("edge"), states(output.gone()));
    // The loop of the one that stays, and the end of the one that is gone.
    Instant end = clock.awaitSleepers(2).getLast();
    clock.set(end.minusMillis(1));
    clock.awaitSleepers(2);
    assertTrue(samples().keySet().stream().noneMatch(hits("edge")::equals));
    clock.set(end);
    Await.untilPasses(() -> assertEquals("stale", samples().get(hits("edge"))), DEADLINE);
    Await.untilPasses(
        () -> assertEquals(6, tenant.active(), "series that are gone no longer count"), DEADLINE);
  }

  @Test
  void aTargetThatComesBackBeforeItsEndIsNotMarked() throws InterruptedException {
    apply("api");
    scrapeAll(1);
    samples();
    applyYaml("");
    clock.awaitSleepers(1);
    apply("api");
    clock.awaitSleepers(2);
    for (int i = 0; i < 4; i++) {
      clock.set(clock.awaitSleepers(i < 2 ? 2 : 1).getFirst());
    }
    clock.awaitSleepers(1);
    assertTrue(samples().getOrDefault(hits("api"), "nothing").matches("3.0( 3.0)*"), "no marker");
  }

  @Test
  void stoppingMarksNothing() throws InterruptedException {
    apply("api", "edge");
    scrapeAll(2);
    output.takeRows();
    scraping.close();
    assertEquals(List.of(), output.takeRows());
    assertEquals(List.of(), output.gone());
  }

  @Test
  void stoppingLeavesOutTheEndsThatWereToCome() throws InterruptedException {
    apply("api");
    scrapeAll(1);
    output.takeRows();
    applyYaml("");
    Instant end = clock.awaitSleepers(1).getLast();
    scraping.close();
    clock.awaitSleepers(0);
    clock.set(end);
    assertEquals(List.of(), output.takeRows());
  }

  @Test
  void anotherConfigurationOfATargetKeepsItsSeriesAndItsPlace() throws InterruptedException {
    apply("api");
    scrapeAll(1);
    samples();
    Instant next = clock.awaitSleepers(1).getFirst();
    applyYaml(
        """
        scrape_configs:
        - job_name: api
          scrape_interval: 10s
          sample_limit: 5
          static_configs: [{targets: ["127.0.0.1:%d"], labels: {instance: api}}]
        """
            .formatted(server.getAddress().getPort()));
    assertEquals(List.of(next), clock.awaitSleepers(1));
    clock.set(next);
    clock.awaitSleepers(1);
    assertEquals(Map.of(hits("api"), "3.0"), samples());
    assertEquals(List.of(), output.gone());
  }

  @Test
  void aConfigurationThatCannotBeUsedChangesNothing() throws InterruptedException {
    apply("api", "edge");
    scrapeAll(2);
    samples();
    String broken =
        """
        scrape_configs:
        - job_name: added
          static_configs: [{targets: ["127.0.0.1:%1$d"]}]
        - job_name: api
          scrape_interval: 10s
          static_configs: [{targets: ["127.0.0.1:%1$d"], labels: {instance: renamed}}]
        - job_name: secure
          tls_config: {ca_file: /does/not/exist.pem}
          static_configs: [{targets: ["127.0.0.1:%1$d"]}]
        """
            .formatted(server.getAddress().getPort());
    assertThrows(WeirException.BadData.class, () -> applyYaml(broken));
    scrapeAll(2);
    assertEquals(Map.of(hits("api"), "3.0", hits("edge"), "3.0"), samples());
    assertEquals(List.of(), output.gone());
    apply("api");
    assertEquals(List.of("edge"), states(output.gone()), "the next one is applied as a whole");
  }

  /// A collector with a weir.yml of its own.
  private Scraping collector(String weirYml, CapturedOutput rows) {
    return new Scraping(
        new Scraping.Identity("collector-1", "node-1", "Weir/test", 7, false),
        WeirConfig.of("weir.yml", weirYml).collector(),
        tenant,
        rows,
        new ScrapeMetrics(new PrometheusRegistry()),
        clock);
  }

  @Test
  void otherAttachedLabelsMakeOtherTargets() throws InterruptedException {
    CapturedOutput labelled = new CapturedOutput();
    try (Scraping other = collector("collector: {attach_external_labels: true}", labelled)) {
      String job =
          """
          global: {external_labels: {zone: %%s}}
          scrape_configs:
          - job_name: api
            scrape_interval: 10s
            static_configs: [{targets: ["127.0.0.1:%d"], labels: {instance: api}}]
          """
              .formatted(server.getAddress().getPort());
      other.apply(PrometheusConfig.of("prometheus.yml", job.formatted("west")));
      scrapeAll(1);
      String west = "hits_total{instance=\"api\", job=\"api\", zone=\"west\"}";
      assertEquals(List.of(west + " 3.0"), seriesOf(labelled));
      other.apply(PrometheusConfig.of("prometheus.yml", job.formatted("east")));
      assertEquals(List.of("api"), states(labelled.gone()));
      // The new target's loop, and the end of the one that is gone.
      clock.set(clock.awaitSleepers(2).getLast());
      Await.untilPasses(
          () -> {
            List<String> series = seriesOf(labelled);
            assertTrue(series.contains(west + " stale"), series::toString);
          },
          DEADLINE);
    }
  }

  @Test
  void collectorsThatScrapeTheirOwnMachineHaveTargetsOfTheirOwn() throws InterruptedException {
    CapturedOutput onA = new CapturedOutput();
    CapturedOutput onB = new CapturedOutput();
    String attach = "collector: {attach_external_labels: true, name_local_targets: true}";
    String job =
        """
        global: {external_labels: {node: %%s}}
        scrape_configs:
        - job_name: node
          scrape_interval: 10s
          static_configs: [{targets: ["127.0.0.1:%d"]}]
        """
            .formatted(server.getAddress().getPort());
    try (Scraping a = collector(attach, onA);
        Scraping b = collector(attach, onB)) {
      a.apply(PrometheusConfig.of("prometheus.yml", job.formatted("a")));
      b.apply(PrometheusConfig.of("prometheus.yml", job.formatted("b")));
      TargetState ofA = onA.states().getFirst();
      TargetState ofB = onB.states().getFirst();
      assertNotEquals(ofA.target(), ofB.target(), "of one, a reader would drop the other's rows");
      assertEquals(
          Labels.of(
              "instance", "node-1:" + server.getAddress().getPort(), "job", "node", "node", "a"),
          ofA.scraped().orElseThrow().labels());
    }
  }

  private static List<String> seriesOf(CapturedOutput output) {
    return output.takeSamples().entrySet().stream()
        .map(sample -> sample.getKey().split(" @", 2)[0] + " " + sample.getValue())
        .sorted()
        .toList();
  }

  @Test
  void tooManyTargetsFailAllOfTheJob() throws InterruptedException {
    applyYaml(
        """
        scrape_configs:
        - job_name: api
          scrape_interval: 10s
          target_limit: 1
          static_configs: [{targets: ["127.0.0.1:1", "127.0.0.1:2"]}]
        """);
    scrapeAll(2);
    assertEquals(
        List.of("target_limit exceeded (number of targets: 2, limit: 1)"),
        output.states().stream()
            .flatMap(state -> state.scraped().stream())
            .flatMap(scraped -> scraped.lastScrape().stream())
            .map(TargetState.Outcome::error)
            .distinct()
            .toList());
  }
}
