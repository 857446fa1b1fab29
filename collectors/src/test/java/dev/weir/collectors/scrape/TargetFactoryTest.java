package dev.weir.collectors.scrape;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import dev.weir.model.Labels;
import dev.weir.service.config.ScrapeConfig;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TargetFactoryTest {
  private static Target target(String address, String job) {
    return ScraperFixture.target(ScraperFixture.config("node", address, job));
  }

  private static DiscoveredTarget discovered(String job) {
    ScrapeConfig config = ScraperFixture.config("node", "10.0.0.1:9100", job);
    return new TargetFactory(config, Labels.EMPTY, Optional.empty())
        .targets(config.staticConfigs())
        .getFirst();
  }

  @Test
  void aTargetIsScrapedAsItsJobSays() {
    Target target =
        target(
            "10.0.0.1:9100",
            """
            scheme: https
            metrics_path: /federate
            params: {'match[]': ['{job="node"}', up], x: [1]}
            scrape_interval: 30s
            scrape_timeout: 5s
            """);
    assertEquals(
        "https://10.0.0.1:9100/federate?match%5B%5D=%7Bjob%3D%22node%22%7D&match%5B%5D=up&x=1",
        target.url().toString());
    assertEquals(Labels.of("instance", "10.0.0.1:9100", "job", "node"), target.labels());
    assertEquals(Duration.ofSeconds(30), target.interval());
    assertEquals(Duration.ofSeconds(5), target.timeout());
    assertEquals("https", target.discoveredLabels().get("__scheme__"));
    assertEquals("30s", target.discoveredLabels().get("__scrape_interval__"));
  }

  @Test
  void relabellingMayChangeHowATargetIsScraped() {
    Target target =
        target(
            "10.0.0.1:9100",
            """
            params: {module: [http_2xx]}
            relabel_configs:
            - {source_labels: [__address__], target_label: __param_target}
            - {target_label: __address__, replacement: 'blackbox:9115'}
            - {target_label: __metrics_path__, replacement: probe}
            - {target_label: __scrape_interval__, replacement: 5s}
            - {target_label: __scrape_timeout__, replacement: 1s}
            - {source_labels: [__param_target], target_label: instance}
            - {target_label: __tmp_note, replacement: x}
            """);
    assertEquals(
        "http://blackbox:9115/probe?module=http_2xx&target=10.0.0.1%3A9100",
        target.url().toString());
    assertEquals(Labels.of("instance", "10.0.0.1:9100", "job", "node"), target.labels());
    assertEquals(Duration.ofSeconds(5), target.interval());
    assertEquals(Duration.ofSeconds(1), target.timeout());
  }

  @ParameterizedTest
  @CsvSource({
    "node.example.org, http://node.example.org/metrics",
    "[::1]:9100, http://[::1]:9100/metrics",
    "my_container:80, http://my_container:80/metrics"
  })
  void addressesMayHaveNoPortOrOddHosts(String address, String url) {
    assertEquals(url, target(address, "").url().toString());
    assertEquals(address, target(address, "").labels().get("instance"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{target_label: __address__, replacement: ''} | has no __address__ after relabelling; set"
            + " one",
        "{target_label: __address__, replacement: 'a/b'} | __address__ \"a/b\" is not a valid"
            + " hostname; write host:port",
        "{target_label: __scheme__, replacement: ftp} | __scheme__ \"ftp\" is not known; use"
            + " \"http\" or \"https\"",
        "{target_label: __scrape_interval__, replacement: 0s} | __scrape_interval__ is 0; use a"
            + " duration of more than 0",
        "{target_label: __scrape_timeout__, replacement: 2m} | __scrape_timeout__ 2m is longer than"
            + " __scrape_interval__ 1m; lower the timeout or raise the interval"
      })
  void saysWhyATargetCannotBeScraped(String rule, String reason) {
    DiscoveredTarget.Unusable unusable =
        assertInstanceOf(
            DiscoveredTarget.Unusable.class, discovered("relabel_configs: [" + rule + "]"));
    assertEquals(reason, unusable.reason());
    assertEquals("10.0.0.1:9100", unusable.discoveredLabels().get("__address__"));
  }

  @Test
  void aTargetThatRelabellingDropsIsStillKnown() {
    DiscoveredTarget.Dropped dropped =
        assertInstanceOf(
            DiscoveredTarget.Dropped.class,
            discovered("relabel_configs: [{source_labels: [job], regex: node, action: drop}]"));
    assertEquals("node", dropped.scrapePool());
    assertEquals("10.0.0.1:9100", dropped.discoveredLabels().get("__address__"));
  }

  @Test
  void targetsAreToldApartByPoolLabelsAndUrl() {
    Target one = target("10.0.0.1:9100", "");
    assertEquals(one.id(), target("10.0.0.1:9100", "scrape_interval: 5s").id());
    for (Target other :
        List.of(
            target("10.0.0.2:9100", ""),
            target("10.0.0.1:9100", "metrics_path: /other"),
            target("10.0.0.1:9100", "relabel_configs: [{target_label: dc, replacement: ams}]"),
            ScraperFixture.target(
                ScraperFixture.config(
                    "other",
                    "10.0.0.1:9100",
                    "relabel_configs: [{target_label: job, replacement: node}]")))) {
      assertNotEquals(one.id(), other.id(), other.toString());
    }
  }

  private static String instance(String address, Optional<String> machine) {
    ScrapeConfig config = ScraperFixture.config("node", address, "");
    return switch (new TargetFactory(config, Labels.EMPTY, machine)
        .targets(config.staticConfigs())
        .getFirst()) {
      case DiscoveredTarget.Active(Target target) -> target.labels().get("instance");
      case DiscoveredTarget other -> other.toString();
    };
  }

  @ParameterizedTest
  @CsvSource({
    "localhost:9100, node-1:9100",
    "localhost, node-1",
    "127.0.0.1:9100, node-1:9100",
    "[::1]:9100, node-1:9100",
    "localhost.example.org:9100, localhost.example.org:9100",
    "10.127.0.1:9100, 10.127.0.1:9100",
  })
  void aNamedMachineStandsForLoopbackInInstances(String address, String instance) {
    assertEquals(instance, instance(address, Optional.of("node-1")));
    assertEquals(address, instance(address, Optional.empty()));
  }
}
