package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.model.relabel.Relabeler;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.TargetGroup;
import dev.weir.yaml.PrometheusDuration;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Makes targets of the addresses that discovery found, by Prometheus's rules: labels that say how
/// to scrape (`__address__`, `__scheme__`, `__metrics_path__`, `__param_…`, `__scrape_interval__`,
/// `__scrape_timeout__`) are set from the configuration, relabelling may change them, and what then
/// stands there counts. No port is added to an address that has none.
///
/// Collectors that each scrape their own machine all find targets of the same labels and address.
/// They are different targets: attached labels, where there are any, tell them apart.
final class TargetFactory {
  private static final String ADDRESS = "__address__";
  private static final String SCHEME = "__scheme__";
  private static final String METRICS_PATH = "__metrics_path__";
  private static final String INTERVAL = "__scrape_interval__";
  private static final String TIMEOUT = "__scrape_timeout__";
  private static final String PARAM_PREFIX = "__param_";
  private static final String META_PREFIX = "__meta_";
  private static final String RESERVED_PREFIX = "__";
  private static final String INSTANCE = "instance";
  private static final String JOB = "job";

  private static final Pattern LOOPBACK =
      Pattern.compile("(localhost|127(\\.[0-9]+){3}|\\[::1])(:[0-9]+)?");

  private final ScrapeConfig config;
  private final Labels attached;
  private final Optional<String> machine;
  private final Relabeler relabeler;

  /// @param attached labels for series that lack them
  /// @param machine stands for this machine's loopback addresses in `instance`; where it is absent
  ///   they stand there as they are
  TargetFactory(ScrapeConfig config, Labels attached, Optional<String> machine) {
    this.config = requireNonNull(config, "config");
    this.attached = requireNonNull(attached, "attached");
    this.machine = requireNonNull(machine, "machine");
    this.relabeler = Relabeler.of(config.relabelConfigs());
  }

  List<DiscoveredTarget> targets(List<TargetGroup> groups) {
    List<DiscoveredTarget> targets = new ArrayList<>();
    for (TargetGroup group : groups) {
      for (String address : group.targets()) {
        targets.add(target(group.labels().with(ADDRESS, address)));
      }
    }
    return targets;
  }

  private DiscoveredTarget target(Labels found) {
    Labels discovered = withDefaults(found);
    Optional<Labels> relabelled = relabeler.apply(discovered);
    if (relabelled.isEmpty() || relabelled.get().isEmpty()) {
      return new DiscoveredTarget.Dropped(
          config.jobName(),
          SeriesRules.withDefaults(discovered, attached).hash128().toString(),
          discovered);
    }
    try {
      return new DiscoveredTarget.Active(active(relabelled.get(), discovered));
    } catch (WeirException.BadData e) {
      return new DiscoveredTarget.Unusable(
          config.jobName(), discovered, String.valueOf(e.getMessage()));
    }
  }

  private Labels withDefaults(Labels found) {
    Labels.Builder labels = found.toBuilder();
    setIfAbsent(labels, JOB, config.jobName());
    setIfAbsent(labels, INTERVAL, PrometheusDuration.format(config.scrapeInterval()));
    setIfAbsent(labels, TIMEOUT, PrometheusDuration.format(config.scrapeTimeout()));
    setIfAbsent(labels, METRICS_PATH, config.metricsPath());
    setIfAbsent(labels, SCHEME, config.scheme());
    config
        .params()
        .forEach((name, values) -> {
          if (!values.isEmpty()) {
            labels.set(PARAM_PREFIX + name, values.getFirst());
          }
        });
    return labels.build();
  }

  private static void setIfAbsent(Labels.Builder labels, String name, String value) {
    if (labels.get(name).isEmpty()) {
      labels.set(name, value);
    }
  }

  private Target active(Labels relabelled, Labels discovered) {
    String address = relabelled.get(ADDRESS);
    if (address.isEmpty()) {
      throw new WeirException.BadData("has no __address__ after relabelling; set one");
    }
    if (address.contains("/")) {
      throw new WeirException.BadData(
          "__address__ %s is not a valid hostname; write host:port"
              .formatted(LabelText.quote(address)));
    }
    Duration interval = duration(relabelled, INTERVAL);
    Duration timeout = duration(relabelled, TIMEOUT);
    if (timeout.compareTo(interval) > 0) {
      throw new WeirException.BadData(
          "__scrape_timeout__ %s is longer than __scrape_interval__ %s; lower the timeout or raise"
                  .formatted(relabelled.get(TIMEOUT), relabelled.get(INTERVAL))
              + " the interval");
    }
    Labels all = relabelled.keep(name -> !name.startsWith(META_PREFIX));
    if (!all.has(INSTANCE)) {
      all = all.with(INSTANCE, instance(address));
    }
    Labels labels = all.keep(name -> !name.startsWith(RESERVED_PREFIX));
    URI url = url(all);
    Hash128 identity =
        Hash128.of(
            "%s\0%s\0%s%s"
                .formatted(
                    config.jobName(),
                    labels.hash128(),
                    url,
                    attached.isEmpty() ? "" : "\0" + attached.hash128())
                .getBytes(StandardCharsets.UTF_8));
    return new Target(
        config.jobName(),
        identity.toString(),
        labels,
        attached,
        discovered,
        url,
        interval,
        timeout,
        identity.low());
  }

  private String instance(String address) {
    Matcher local = LOOPBACK.matcher(address);
    return machine.isPresent() && local.matches()
        ? machine.get() + (local.group(3) == null ? "" : local.group(3))
        : address;
  }

  private static Duration duration(Labels labels, String name) {
    Duration duration = PrometheusDuration.parse(labels.get(name));
    if (!duration.isPositive()) {
      throw new WeirException.BadData(name + " is 0; use a duration of more than 0");
    }
    return duration;
  }

  private URI url(Labels labels) {
    String scheme = labels.get(SCHEME);
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new WeirException.BadData(
          "__scheme__ %s is not known; use \"http\" or \"https\""
              .formatted(LabelText.quote(scheme)));
    }
    String path = labels.get(METRICS_PATH);
    String absolute = path.startsWith("/") || path.isEmpty() ? path : "/" + path;
    String query = query(labels);
    try {
      URI bare = new URI(scheme, labels.get(ADDRESS), absolute, null, null);
      return query.isEmpty() ? bare : new URI(bare + "?" + query);
    } catch (URISyntaxException e) {
      throw new WeirException.BadData(
          "__address__ %s and __metrics_path__ %s make no URL (%s)"
              .formatted(
                  LabelText.quote(labels.get(ADDRESS)), LabelText.quote(path), e.getReason()),
          e);
    }
  }

  /// The parameters of the configuration, the first value of each replaced by the label's.
  private String query(Labels labels) {
    Map<String, List<String>> params = new TreeMap<>();
    config.params().forEach((name, values) -> params.put(name, new ArrayList<>(values)));
    labels.forEach((label, value) -> {
      if (label.startsWith(PARAM_PREFIX)) {
        List<String> values =
            params.computeIfAbsent(label.substring(PARAM_PREFIX.length()), _ -> new ArrayList<>());
        if (values.isEmpty()) {
          values.add(value);
        } else {
          values.set(0, value);
        }
      }
    });
    List<String> pairs = new ArrayList<>();
    params.forEach((name, values) -> {
      for (String value : values) {
        pairs.add(encode(name) + "=" + encode(value));
      }
    });
    return String.join("&", pairs);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
