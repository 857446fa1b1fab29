package dev.weir.service.config;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import dev.weir.yaml.PrometheusDuration;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Reads the `global` section, and the keys that it shares with each job.
final class GlobalConfigReader {
  private final ConfigSection section;
  private final UnaryOperator<String> environment;

  GlobalConfigReader(ConfigSection section, UnaryOperator<String> environment) {
    this.section = section;
    this.environment = environment;
  }

  GlobalConfig read() {
    Duration interval = positive("scrape_interval").orElse(GlobalConfig.DEFAULT_INTERVAL);
    Duration timeout =
        checkTimeout(section, positive("scrape_timeout"), interval)
            .orElse(min(GlobalConfig.DEFAULT_TIMEOUT, interval));
    NameValidation validation = nameValidation(section).orElse(NameValidation.UTF8);
    GlobalConfig config =
        new GlobalConfig(
            interval,
            timeout,
            positive("evaluation_interval").orElse(GlobalConfig.DEFAULT_INTERVAL),
            section.duration("rule_query_offset").orElse(Duration.ZERO),
            externalLabels(validation),
            protocols(section),
            ScrapeLimits.read(section, ScrapeLimits.NONE),
            section.bool("extra_scrape_metrics").orElse(false),
            validation,
            nameEscaping(section, validation, Optional.empty()),
            section.text("query_log_file").filter(t -> !t.isEmpty()).map(section.file()::resolve));
    section.unsupported("scrape_failure_log_file", "failed scrapes are in the log of the process");
    nativeHistograms(section);
    section.refuseOthers();
    return config;
  }

  private Optional<Duration> positive(String key) {
    return section.duration(key).filter(Duration::isPositive);
  }

  static Duration min(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  /// The timeout that is given, unless it is longer than the interval, which is a problem.
  static Optional<Duration> checkTimeout(
      ConfigSection section, Optional<Duration> timeout, Duration interval) {
    if (timeout.isPresent() && timeout.get().compareTo(interval) > 0) {
      section.problem(
          "scrape_timeout",
          "scrape_timeout %s is longer than scrape_interval %s"
              .formatted(
                  PrometheusDuration.format(timeout.get()), PrometheusDuration.format(interval)),
          "lower the timeout or raise the interval");
      return Optional.empty();
    }
    return timeout;
  }

  private Labels externalLabels(NameValidation validation) {
    Labels labels = labels(section.section("external_labels", "external_labels"), validation);
    Labels.Builder expanded = Labels.builder();
    labels.forEach((name, value) ->
        expanded.set(name, EnvironmentVariables.expand(value, variable -> variable(variable))));
    return expanded.build();
  }

  private String variable(String name) {
    String value = environment.apply(name);
    if (value.isEmpty()) {
      section
          .file()
          .warning(
              section.line("external_labels"),
              "external_labels",
              "the environment variable %s is empty".formatted(name),
              "set it, or write $$ for a dollar");
    }
    return value;
  }

  /// A mapping of label names to values.
  static Labels labels(ConfigSection section, NameValidation validation) {
    Labels.Builder labels = Labels.builder();
    for (String name : section.keys()) {
      if (!isLabelName(name, validation)) {
        section.problem(
            name,
            "%s is not a valid label name".formatted(LabelText.quote(name)),
            "use letters, digits and underscores, and no digit first");
      }
      section.text(name).ifPresent(value -> labels.set(name, value));
    }
    return labels.build();
  }

  static boolean isLabelName(String name, NameValidation validation) {
    return switch (validation) {
      case UTF8 -> !name.isEmpty();
      case LEGACY -> LabelText.isClassicLabelName(name);
    };
  }

  /// The list under `scrape_protocols`, if there is one.
  static Optional<List<ScrapeProtocol>> protocols(ConfigSection section) {
    Optional<ConfigValue> list = section.value("scrape_protocols").filter(v -> !v.isNull());
    if (list.isEmpty()) {
      return Optional.empty();
    }
    Set<ScrapeProtocol> protocols = new LinkedHashSet<>();
    for (ConfigValue value : list.get().list()) {
      value
          .text()
          .flatMap(name -> protocol(value, name))
          .filter(protocol -> !protocols.add(protocol))
          .ifPresent(protocol ->
              value.problem(
                  "\"%s\" stands twice".formatted(protocol.configName()), "keep one of them"));
    }
    if (list.get().list().isEmpty()) {
      list.get().problem("the list is empty", "name a protocol, or remove the key");
    }
    if (protocols.remove(ScrapeProtocol.PROMETHEUS_PROTO)) {
      section
          .file()
          .warning(
              list.get().line(),
              list.get().place(),
              "PrometheusProto is not supported yet",
              "targets are asked for the other formats");
    }
    return Optional.of(protocols.isEmpty() ? ScrapeProtocol.DEFAULTS : new ArrayList<>(protocols));
  }

  static Optional<ScrapeProtocol> protocol(ConfigValue value, String name) {
    Optional<ScrapeProtocol> protocol = ScrapeProtocol.ofConfigName(name);
    if (protocol.isEmpty()) {
      value.problem(
          "scrape protocol \"%s\" is not known".formatted(name),
          "use OpenMetricsText1.0.0, OpenMetricsText0.0.1, PrometheusText1.0.0,"
              + " PrometheusText0.0.4 or PrometheusProto");
    }
    return protocol;
  }

  static Optional<NameValidation> nameValidation(ConfigSection section) {
    return section
        .value("metric_name_validation_scheme")
        .flatMap(value ->
            value
                .text()
                .filter(text -> !text.isEmpty())
                .flatMap(text ->
                    switch (text) {
                      case "utf8" -> Optional.of(NameValidation.UTF8);
                      case "legacy" -> Optional.of(NameValidation.LEGACY);
                      default -> {
                        value.problem(
                            "validation scheme \"%s\" is not known".formatted(text),
                            "use \"utf8\" or \"legacy\"");
                        yield Optional.empty();
                      }
                    }));
  }

  /// The scheme that is given, else the inherited one, else the one that suits the validation.
  static NameEscaping nameEscaping(
      ConfigSection section, NameValidation validation, Optional<NameEscaping> inherited) {
    NameEscaping suitable =
        switch (validation) {
          case UTF8 -> NameEscaping.ALLOW_UTF8;
          case LEGACY -> NameEscaping.UNDERSCORES;
        };
    Optional<ConfigValue> value =
        section.value("metric_name_escaping_scheme").filter(v -> !v.isNull());
    Optional<String> name = value.flatMap(ConfigValue::text).filter(text -> !text.isEmpty());
    if (name.isEmpty()) {
      return inherited.orElse(suitable);
    }
    Optional<NameEscaping> given = NameEscaping.ofConfigName(name.get());
    if (given.isEmpty()) {
      section.problem(
          "metric_name_escaping_scheme",
          "escaping scheme \"%s\" is not known".formatted(name.get()),
          "use \"allow-utf-8\", \"underscores\", \"dots\" or \"values\"");
    } else if (given.get() == NameEscaping.ALLOW_UTF8 && validation == NameValidation.LEGACY) {
      section.problem(
          "metric_name_escaping_scheme",
          "UTF-8 names are asked for, but metric_name_validation_scheme is \"legacy\"",
          "set it to \"utf8\"");
    }
    return given.orElse(suitable);
  }

  /// Keys about native histograms, which only the protobuf format carries.
  static void nativeHistograms(ConfigSection section) {
    if (section.bool("scrape_native_histograms").orElse(false)) {
      section.unsupported("scrape_native_histograms", "native histograms are not scraped");
    }
    if (section.bool("convert_classic_histograms_to_nhcb").orElse(false)) {
      section.unsupported(
          "convert_classic_histograms_to_nhcb", "classic histograms are kept as they are");
    }
    // Classic histograms are always scraped here, so both values of this key are right.
    section.bool("always_scrape_classic_histograms");
  }
}
