package dev.weir.service.config;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.relabel.RelabelConfig;
import dev.weir.model.relabel.Relabeler;
import dev.weir.service.config.AlertmanagersConfig.Destination;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the `alerting` section of a `prometheus.yml`.
final class AlertmanagersConfigReader {
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);
  private static final String API_PATH = "/api/v2/alerts";

  /// Labels that relabelling of Alertmanagers sees, as Prometheus names them.
  private static final String ADDRESS = "__address__";

  private static final String SCHEME = "__scheme__";
  private static final String PATH = "__alerts_path__";

  private final ConfigSection section;

  AlertmanagersConfigReader(ConfigSection section) {
    this.section = section;
  }

  AlertmanagersConfig read() {
    List<RelabelConfig> relabelConfigs =
        RelabelConfigReader.read(section, "alert_relabel_configs", "alerting");
    List<Destination> destinations = new ArrayList<>();
    for (ConfigValue entry : section.list("alertmanagers")) {
      destinations.addAll(destinations(entry.section("alerting: alertmanagers")));
    }
    section.refuseOthers();
    return new AlertmanagersConfig(relabelConfigs, destinations);
  }

  private static List<Destination> destinations(ConfigSection group) {
    String place = "alerting: alertmanagers";
    String scheme = group.text("scheme").orElse("http");
    if (!scheme.equals("http") && !scheme.equals("https")) {
      group.problem(
          "scheme",
          "scheme %s is not known".formatted(LabelText.quote(scheme)),
          "use \"http\" or \"https\"");
    }
    String version = group.text("api_version").orElse("v2");
    if (!version.equals("v2")) {
      group.problem(
          "api_version",
          "api_version %s is not known".formatted(LabelText.quote(version)),
          "use \"v2\", which every Alertmanager since 0.16 has");
    }
    Duration timeout =
        group.duration("timeout").filter(Duration::isPositive).orElse(DEFAULT_TIMEOUT);
    String path = path(group.text("path_prefix").orElse("/"));
    HttpClientConfig http = new HttpClientConfigReader(group, place).read();
    Relabeler relabeler = Relabeler.of(RelabelConfigReader.read(group, "relabel_configs", place));
    List<RelabelConfig> alertRelabelConfigs =
        RelabelConfigReader.read(group, "alert_relabel_configs", place);
    List<Destination> destinations = new ArrayList<>();
    for (ConfigValue entry : group.list("static_configs")) {
      ConfigSection targets = entry.section(place + ": static_configs");
      Labels labels =
          GlobalConfigReader.labels(targets.section("labels", place), NameValidation.UTF8);
      for (ConfigValue target : targets.list("targets")) {
        target
            .text()
            .flatMap(address ->
                relabeler.apply(
                    labels.toBuilder()
                        .set(ADDRESS, address)
                        .set(SCHEME, scheme)
                        .set(PATH, path)
                        .build()))
            .flatMap(found -> url(found, target))
            .ifPresent(
                url -> destinations.add(new Destination(url, timeout, http, alertRelabelConfigs)));
      }
      targets.refuseOthers();
    }
    for (String discovery : ScrapeConfigReader.DISCOVERIES) {
      group.unsupported(discovery, "no alerts are sent to the Alertmanagers that it would find");
    }
    group.unsupported("sigv4", "requests are sent without it");
    group.refuseOthers();
    return destinations;
  }

  private static String path(String prefix) {
    String start = prefix.startsWith("/") ? prefix : "/" + prefix;
    return (start.endsWith("/") ? start.substring(0, start.length() - 1) : start) + API_PATH;
  }

  private static Optional<URI> url(Labels labels, ConfigValue target) {
    String text = labels.get(SCHEME) + "://" + labels.get(ADDRESS) + labels.get(PATH);
    try {
      URI url = new URI(text);
      if (url.getRawAuthority() != null && !labels.get(ADDRESS).contains("/")) {
        return Optional.of(url);
      }
    } catch (URISyntaxException e) {
      target.problem(
          "%s is no address (%s)".formatted(LabelText.quote(labels.get(ADDRESS)), e.getReason()),
          "write host:port");
      return Optional.empty();
    }
    target.problem(
        "%s is no address".formatted(LabelText.quote(labels.get(ADDRESS))),
        "write host:port, and use scheme and path_prefix for the rest");
    return Optional.empty();
  }
}
