package dev.weir.service.config;

import dev.weir.model.LabelText;
import dev.weir.model.relabel.RelabelConfig;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads one entry of `scrape_configs`.
final class ScrapeConfigReader {
  /// Every kind of discovery that Prometheus has, apart from static lists.
  static final List<String> DISCOVERIES =
      List.of(
          "aws_sd_configs",
          "azure_sd_configs",
          "consul_sd_configs",
          "digitalocean_sd_configs",
          "dns_sd_configs",
          "docker_sd_configs",
          "dockerswarm_sd_configs",
          "ec2_sd_configs",
          "eureka_sd_configs",
          "file_sd_configs",
          "gce_sd_configs",
          "hetzner_sd_configs",
          "http_sd_configs",
          "ionos_sd_configs",
          "kubernetes_sd_configs",
          "kuma_sd_configs",
          "lightsail_sd_configs",
          "linode_sd_configs",
          "marathon_sd_configs",
          "nerve_sd_configs",
          "nomad_sd_configs",
          "openstack_sd_configs",
          "outscale_sd_configs",
          "ovhcloud_sd_configs",
          "puppetdb_sd_configs",
          "scaleway_sd_configs",
          "serverset_sd_configs",
          "stackit_sd_configs",
          "triton_sd_configs",
          "uyuni_sd_configs",
          "vultr_sd_configs");

  private final GlobalConfig global;
  private final ConfigSection section;
  private final String place;

  /// @param entry one element of the list
  /// @param number its place in the list, from 1, for when it has no name
  ScrapeConfigReader(GlobalConfig global, ConfigValue entry, int number) {
    this.global = global;
    String name = entry.peek("job_name").orElse("");
    this.place =
        name.isEmpty()
            ? "entry %d of scrape_configs".formatted(number)
            : "job " + LabelText.quote(name);
    this.section = entry.section(place);
  }

  ConfigSection section() {
    return section;
  }

  ScrapeConfig read() {
    String jobName = section.text("job_name").orElse("");
    if (jobName.isEmpty()) {
      section.problem("job_name", "has no job_name", "give it one");
    }
    Duration interval = positive("scrape_interval").orElse(global.scrapeInterval());
    Duration timeout =
        GlobalConfigReader.checkTimeout(section, positive("scrape_timeout"), interval)
            .orElse(GlobalConfigReader.min(global.scrapeTimeout(), interval));
    Optional<NameValidation> ownValidation = GlobalConfigReader.nameValidation(section);
    NameValidation validation = ownValidation.orElse(global.nameValidation());
    List<RelabelConfig> relabelConfigs =
        RelabelConfigReader.read(section, "relabel_configs", place);
    ScrapeConfig config =
        new ScrapeConfig(
            jobName,
            interval,
            timeout,
            section.text("metrics_path").orElse("/metrics"),
            scheme(),
            params(),
            section.bool("honor_labels").orElse(false),
            section.bool("honor_timestamps").orElse(true),
            section.bool("track_timestamps_staleness").orElse(false),
            section.bool("enable_compression"),
            GlobalConfigReader.protocols(section)
                .or(global::protocols)
                .orElse(ScrapeProtocol.DEFAULTS),
            fallbackProtocol(),
            ScrapeLimits.read(section, global.limits()),
            section.bool("extra_scrape_metrics").orElse(global.extraScrapeMetrics()),
            validation,
            GlobalConfigReader.nameEscaping(
                section,
                validation,
                ownValidation.isPresent() ? Optional.empty() : Optional.of(global.nameEscaping())),
            new HttpClientConfigReader(section, place).read(),
            staticConfigs(relabelConfigs.isEmpty(), validation),
            relabelConfigs,
            RelabelConfigReader.read(section, "metric_relabel_configs", place));
    nameUnsupported();
    section.refuseOthers();
    return config;
  }

  private void nameUnsupported() {
    for (String discovery : DISCOVERIES) {
      section.unsupported(discovery, "the job is scraped without the targets it would find");
    }
    section.unsupported("scrape_failure_log_file", "failed scrapes are in the log of the process");
    section.unsupported("native_histogram_bucket_limit", "it has no effect");
    section.unsupported("native_histogram_min_bucket_factor", "it has no effect");
    GlobalConfigReader.nativeHistograms(section);
  }

  private Optional<Duration> positive(String key) {
    return section.duration(key).filter(Duration::isPositive);
  }

  private String scheme() {
    String scheme = section.text("scheme").orElse("http");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      section.problem(
          "scheme",
          "scheme %s is not known".formatted(LabelText.quote(scheme)),
          "use \"http\" or \"https\"");
    }
    return scheme;
  }

  private Map<String, List<String>> params() {
    Map<String, List<String>> params = new TreeMap<>();
    ConfigSection names = section.section("params", place + ": params");
    for (String name : names.keys()) {
      params.put(name, names.texts(name));
    }
    return params;
  }

  private Optional<ScrapeProtocol> fallbackProtocol() {
    return section
        .value("fallback_scrape_protocol")
        .flatMap(value ->
            value
                .text()
                .filter(text -> !text.isEmpty())
                .flatMap(text -> GlobalConfigReader.protocol(value, text)))
        .filter(protocol -> {
          boolean supported = protocol != ScrapeProtocol.PROMETHEUS_PROTO;
          if (!supported) {
            section
                .file()
                .warning(
                    section.line("fallback_scrape_protocol"),
                    place,
                    "fallback_scrape_protocol PrometheusProto is not supported yet",
                    "it has no effect");
          }
          return supported;
        });
  }

  private List<TargetGroup> staticConfigs(boolean addressesAreFinal, NameValidation validation) {
    List<TargetGroup> groups = new ArrayList<>();
    for (ConfigValue value : section.list("static_configs")) {
      ConfigSection group = value.section(place + ": static_configs");
      List<String> targets = new ArrayList<>();
      for (ConfigValue target : group.list("targets")) {
        target
            .text()
            .ifPresent(address -> {
              if (addressesAreFinal && address.contains("/")) {
                target.problem(
                    "%s is not a valid hostname".formatted(LabelText.quote(address)),
                    "write host:port, and use scheme and metrics_path for the rest");
              }
              targets.add(address);
            });
      }
      groups.add(
          new TargetGroup(
              targets,
              GlobalConfigReader.labels(
                  group.section("labels", place + ": static_configs: labels"), validation)));
      group.refuseOthers();
    }
    return List.copyOf(groups);
  }
}
