package dev.weir.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrometheusConfigTest {
  private static PrometheusConfig read(String yaml) {
    return PrometheusConfig.of("prometheus.yml", yaml);
  }

  private static List<String> problems(String yaml) {
    WeirException.BadData problem =
        assertThrows(WeirException.BadData.class, () -> read(yaml), "the file is refused");
    return problem.getMessage().lines().toList();
  }

  private static ScrapeConfig job(String yaml) {
    return read(yaml).scrapeConfigs().getFirst();
  }

  @Test
  void anEmptyFileHasPrometheusDefaults() {
    PrometheusConfig config = read("");
    assertEquals(GlobalConfig.DEFAULT, config.global());
    assertEquals(List.of(), config.scrapeConfigs());
    assertEquals(List.of(), config.warnings());
  }

  @Test
  void anEmptyGlobalSectionHasPrometheusDefaults() {
    assertEquals(GlobalConfig.DEFAULT, read("global:\n").global());
  }

  @Test
  void aJobInheritsFromGlobalWhatItLeavesOut() {
    ScrapeConfig job =
        job(
            """
            global:
              scrape_interval: 15s
              scrape_timeout: 5s
              sample_limit: 1000
              body_size_limit: 10MB
              extra_scrape_metrics: true
              scrape_protocols: [PrometheusText0.0.4]
            scrape_configs:
              - job_name: node
                sample_limit: 50
            """);
    assertEquals(Duration.ofSeconds(15), job.scrapeInterval());
    assertEquals(Duration.ofSeconds(5), job.scrapeTimeout());
    assertEquals(50, job.limits().samples());
    assertEquals(10L << 20, job.limits().bodyBytes());
    assertTrue(job.extraScrapeMetrics());
    assertEquals(List.of(ScrapeProtocol.PROMETHEUS_TEXT_0_0_4), job.protocols());
    assertEquals("/metrics", job.metricsPath());
    assertEquals("http", job.scheme());
    assertTrue(job.honorTimestamps());
  }

  @Test
  void aShortIntervalShortensTheDefaultTimeout() {
    ScrapeConfig job = job("scrape_configs: [{job_name: node, scrape_interval: 2s}]");
    assertEquals(Duration.ofSeconds(2), job.scrapeTimeout());
  }

  @Test
  void aJobIsReadWhole() {
    ScrapeConfig job =
        job(
            """
            scrape_configs:
              - job_name: edge
                honor_labels: yes
                honor_timestamps: false
                track_timestamps_staleness: true
                scheme: https
                metrics_path: /federate
                params:
                  match[]: ['{job="node"}', up]
                enable_compression: false
                fallback_scrape_protocol: PrometheusText0.0.4
                basic_auth: {username: weir, password: s3cret}
                tls_config: {insecure_skip_verify: true}
                static_configs:
                  - targets: [10.0.0.1:9100, 10.0.0.2:9100]
                    labels: {dc: ams, rack: 4}
                  - targets: ["[::1]:9100"]
                relabel_configs:
                  - source_labels: [__address__]
                    regex: (.*):9100
                    target_label: host
                metric_relabel_configs:
                  - {action: labeldrop, regex: tmp_.*}
            """);
    assertTrue(job.honorLabels());
    assertEquals(false, job.honorTimestamps());
    assertTrue(job.trackTimestampsStaleness());
    assertEquals(Optional.of(false), job.enableCompression());
    assertEquals(Map.of("match[]", List.of("{job=\"node\"}", "up")), job.params());
    assertEquals(Optional.of(ScrapeProtocol.PROMETHEUS_TEXT_0_0_4), job.fallbackProtocol());
    assertEquals(
        List.of(
            new TargetGroup(
                List.of("10.0.0.1:9100", "10.0.0.2:9100"), Labels.of("dc", "ams", "rack", "4")),
            new TargetGroup(List.of("[::1]:9100"), Labels.EMPTY)),
        job.staticConfigs());
    assertEquals(1, job.relabelConfigs().size());
    assertEquals(Optional.of("labeldrop"), job.metricRelabelConfigs().getFirst().action());
    assertEquals(
        Optional.of(
            new HttpClientConfig.Credentials.Basic(
                new HttpClientConfig.Secret.Inline("weir"),
                new HttpClientConfig.Secret.Inline("s3cret"))),
        job.httpClient().credentials());
    assertTrue(job.httpClient().tls().insecureSkipVerify());
  }

  @Test
  void anchorsAndMergeKeysAreResolved() {
    PrometheusConfig config =
        read(
            """
            scrape_configs:
              - &base
                job_name: node
                scrape_interval: 5s
                scrape_timeout: 1s
              - <<: *base
                job_name: edge
                scrape_timeout: 2s
            """);
    ScrapeConfig edge = config.scrapeConfigs().get(1);
    assertEquals("edge", edge.jobName());
    assertEquals(Duration.ofSeconds(5), edge.scrapeInterval());
    assertEquals(Duration.ofSeconds(2), edge.scrapeTimeout());
  }

  @Test
  void everyProblemIsReportedAtOnceByLine() {
    assertEquals(
        List.of(
            "prometheus.yml:2: global: scrape_interval: \"15 s\" is no duration; write numbers with"
                + " units from the largest to the smallest of y, w, d, h, m, s, ms, such as 1h30m",
            "prometheus.yml:3: global: key \"scrape_intervall\" is not known; did you mean"
                + " \"scrape_interval\"?",
            "prometheus.yml:7: job \"node\": scrape_timeout 30s is longer than scrape_interval 15s;"
                + " lower the timeout or raise the interval",
            "prometheus.yml:8: job \"node\": scheme \"htps\" is not known; use \"http\" or"
                + " \"https\"",
            "prometheus.yml:10: job \"node\": static_configs: targets: \"http://10.0.0.1:9100/x\""
                + " is not a valid hostname; write host:port, and use scheme and metrics_path for"
                + " the rest",
            "prometheus.yml:12: job \"node\": metric_relabel_configs: error parsing regexp: missing"
                + " closing ): `^(?s:()$`",
            "prometheus.yml:13: job name \"node\" stands already in line 5; give each job a name of"
                + " its own",
            "prometheus.yml:14: entry 3 of scrape_configs: has no job_name; give it one"),
        problems(
            """
            global:
              scrape_interval: 15 s
              scrape_intervall: 15s
            scrape_configs:
              - job_name: node
                scrape_interval: 15s
                scrape_timeout: 30s
                scheme: htps
                static_configs:
                  - targets: ["http://10.0.0.1:9100/x"]
                metric_relabel_configs:
                  - {regex: (, target_label: host}
              - job_name: node
              - metrics_path: /x
            """));
  }

  @Test
  void aDuplicateKeyIsAProblem() {
    assertEquals(
        List.of(
            "prometheus.yml:3: global: key \"scrape_interval\" stands already in line 2; keep one"
                + " of them"),
        problems("global:\n  scrape_interval: 5s\n  scrape_interval: 6s\n"));
  }

  @Test
  void textThatIsNoYamlIsRefusedWithItsLine() {
    List<String> problems = problems("global:\n  scrape_interval: [5s\nfoo: bar\n");
    assertEquals(1, problems.size());
    assertTrue(problems.getFirst().startsWith("prometheus.yml:3: not YAML: "), problems::toString);
  }

  @Test
  void aListWhereAMappingBelongsIsRefused() {
    assertEquals(
        List.of(
            "prometheus.yml:1: global: found no mapping; write it as \"key: value\" lines",
            "prometheus.yml:2: scrape_configs: found no list; start each element with \"- \""),
        problems("global: [15s]\nscrape_configs: {job_name: node}\n"));
  }

  @Test
  void labelNamesFollowTheValidationScheme() {
    assertEquals(
        Labels.of("data.center", "ams"),
        read("global: {external_labels: {data.center: ams}}").global().externalLabels());
    assertEquals(
        List.of(
            "prometheus.yml:3: external_labels: \"data.center\" is not a valid label name; use"
                + " letters, digits and underscores, and no digit first"),
        problems(
            """
            global:
              metric_name_validation_scheme: legacy
              external_labels: {data.center: ams}
            """));
  }

  @Test
  void externalLabelsExpandEnvironmentVariables() {
    ConfigFile file =
        ConfigFile.of(
            "prometheus.yml",
            """
            global:
              external_labels: {region: "${REGION}-$ZONE", price: 5$$, empty: $NOTHING}
            """);
    Map<String, String> environment = Map.of("REGION", "eu", "ZONE", "a1");
    PrometheusConfig config =
        new PrometheusConfigReader(file, name -> environment.getOrDefault(name, "")).read();
    assertEquals(Labels.of("region", "eu-a1", "price", "5$"), config.global().externalLabels());
    assertEquals(
        List.of(
            "prometheus.yml:2: external_labels: the environment variable NOTHING is empty; set it,"
                + " or write $$ for a dollar"),
        config.warnings());
  }

  @Test
  void alertmanagersHaveTheirAddresses() {
    AlertmanagersConfig alerting =
        read("""
        alerting:
          alert_relabel_configs:
            - {regex: replica, action: labeldrop}
          alertmanagers:
            - static_configs:
                - targets: ["am-1:9093", "am-2:9093"]
              path_prefix: /alertmanager/
              scheme: https
              timeout: 3s
              relabel_configs:
                - {source_labels: [__address__], regex: am-2.*, action: drop}
            - static_configs:
                - targets: ["localhost:9093"]
        """)
            .alertmanagers();
    assertEquals(
        List.of(
            "https://am-1:9093/alertmanager/api/v2/alerts", "http://localhost:9093/api/v2/alerts"),
        alerting.destinations().stream().map(found -> found.url().toString()).toList());
    assertEquals(Duration.ofSeconds(3), alerting.destinations().get(0).timeout());
    assertEquals(Duration.ofSeconds(10), alerting.destinations().get(1).timeout());
    assertEquals(1, alerting.alertRelabelConfigs().size());
  }

  @Test
  void alertmanagersAreReportedWithTheirLines() {
    WeirException.BadData refused =
        assertThrows(
            WeirException.BadData.class,
            () ->
                read(
                    """
                    alerting:
                      alertmanagers:
                        - api_version: v1
                          scheme: ftp
                          static_configs:
                            - targets: ["http://am:9093"]
                        - static_config: []
                    """));
    assertEquals(
        """
        prometheus.yml:3: alerting: alertmanagers: api_version "v1" is not known; use "v2", which every Alertmanager since 0.16 has
        prometheus.yml:4: alerting: alertmanagers: scheme "ftp" is not known; use "http" or "https"
        prometheus.yml:6: alerting: alertmanagers: static_configs: targets: "http://am:9093" is no address; write host:port, and use scheme and path_prefix for the rest
        prometheus.yml:7: alerting: alertmanagers: key "static_config" is not known; did you mean "static_configs"?\
        """
            .strip(),
        refused.getMessage());
  }

  @Test
  void relativeRuleFilesStandBesideTheConfigurationFile(@TempDir Path directory)
      throws IOException {
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(
        file,
        """
        global: {evaluation_interval: 20s, rule_query_offset: 30s}
        rule_files: [rules/*.yml, /etc/weir/rules.yml]
        """);
    PrometheusConfig config = PrometheusConfig.read(file);
    assertEquals(List.of(directory + "/rules/*.yml", "/etc/weir/rules.yml"), config.ruleFiles());
    assertEquals(Duration.ofSeconds(30), config.global().ruleQueryOffset());
    assertEquals(List.of(), config.warnings());
  }

  @Test
  void whatIsNotSupportedYetIsNamedInOneWarningEach() {
    PrometheusConfig config =
        read(
            """
            tracing: {endpoint: x}
            global: {scrape_interval: 30s}
            alerting:
              alertmanagers: [{static_configs: [{targets: [am:9093]}]}]
            remote_write: [{url: http://x/}]
            scrape_configs:
              - job_name: pods
                kubernetes_sd_configs: [{role: pod}]
                consul_sd_configs: [{server: x}]
                scrape_protocols: [PrometheusProto, PrometheusText0.0.4]
                native_histogram_bucket_limit: 100
                scrape_native_histograms: true
                tls_config: {server_name: x}
            """);
    assertEquals(
        List.of(
            "prometheus.yml:1: tracing is not supported yet; no traces are exported",
            "prometheus.yml:5: remote_write is not supported yet; samples are not forwarded",
            "prometheus.yml:8: job \"pods\": kubernetes_sd_configs is not supported yet; the job is"
                + " scraped without the targets it would find",
            "prometheus.yml:9: job \"pods\": consul_sd_configs is not supported yet; the job is"
                + " scraped without the targets it would find",
            "prometheus.yml:10: job \"pods\": scrape_protocols: PrometheusProto is not supported"
                + " yet; targets are asked for the other formats",
            "prometheus.yml:11: job \"pods\": native_histogram_bucket_limit is not supported yet;"
                + " it has no effect",
            "prometheus.yml:12: job \"pods\": scrape_native_histograms is not supported yet; native"
                + " histograms are not scraped",
            "prometheus.yml:13: job \"pods\": tls_config: server_name is not supported yet; it has"
                + " no effect"),
        config.warnings());
    assertEquals(
        List.of(ScrapeProtocol.PROMETHEUS_TEXT_0_0_4),
        config.scrapeConfigs().getFirst().protocols());
  }

  @Test
  void severalKindsOfCredentialsAreRefused() {
    assertEquals(
        List.of(
            "prometheus.yml:2: job \"node\": has several kinds of credentials; keep one of"
                + " basic_auth, authorization, oauth2 and bearer_token",
            "prometheus.yml:4: job \"node\": authorization: type is \"basic\"; use basic_auth"
                + " instead",
            "prometheus.yml:5: job \"node\": both bearer_token and bearer_token_file are given;"
                + " keep one of them"),
        problems(
            """
            scrape_configs:
              - job_name: node
                bearer_token: abc
                authorization: {type: basic}
                bearer_token_file: token
            """));
  }

  @Test
  void secretsAreHiddenInTheTextThatIsShown() {
    String text =
        read("""
        # naïve 🦆
        scrape_configs:
          - job_name: node
            basic_auth:
              username: weir
              password: "s3cret: x"   # why
            proxy_url: http://u:pw@proxy:3128
            consul_sd_configs:
              - token: abc
                server: x
        """)
            .text();
    assertEquals(
        """
        # naïve 🦆
        scrape_configs:
          - job_name: node
            basic_auth:
              username: weir
              password: <secret>   # why
            proxy_url: http://u:xxxxx@proxy:3128
            consul_sd_configs:
              - token: <secret>
                server: x
        """,
        text);
  }

  @Test
  void filesThatAConfigurationNamesStandBesideIt(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("prometheus.yml");
    Files.writeString(
        file, "scrape_configs: [{job_name: node, authorization: {credentials_file: token}}]");
    assertEquals(
        Optional.of(
            new HttpClientConfig.Credentials.Token(
                "Bearer", new HttpClientConfig.Secret.InFile(directory.resolve("token")))),
        PrometheusConfig.read(file).scrapeConfigs().getFirst().httpClient().credentials());
  }

  @Test
  void aFileThatIsNotThereIsNamed() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class, () -> PrometheusConfig.read(Path.of("no-such.yml")));
    assertEquals("no-such.yml: there is no such file; name one that exists", problem.getMessage());
  }

  @Test
  void withoutAFileWeirScrapesItself() {
    ScrapeConfig self = PrometheusConfig.ofSelf("localhost:9090").scrapeConfigs().getFirst();
    assertEquals("weir", self.jobName());
    assertEquals(List.of("localhost:9090"), self.staticConfigs().getFirst().targets());
  }
}
