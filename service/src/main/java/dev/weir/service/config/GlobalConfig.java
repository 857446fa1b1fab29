package dev.weir.service.config;

import dev.weir.model.Labels;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `global` section of `prometheus.yml`.
///
/// @param externalLabels what tells this Prometheus from others when it talks to them; expanded
/// @param protocols empty where the file leaves them out
/// @param queryLogFile where queries are written down; a relative path stands beside the file
public record GlobalConfig(
    Duration scrapeInterval,
    Duration scrapeTimeout,
    Duration evaluationInterval,
    Duration ruleQueryOffset,
    Labels externalLabels,
    Optional<List<ScrapeProtocol>> protocols,
    ScrapeLimits limits,
    boolean extraScrapeMetrics,
    NameValidation nameValidation,
    NameEscaping nameEscaping,
    Optional<Path> queryLogFile) {
  static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);
  static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(10);

  public static final GlobalConfig DEFAULT =
      new GlobalConfig(
          DEFAULT_INTERVAL,
          DEFAULT_TIMEOUT,
          DEFAULT_INTERVAL,
          Duration.ZERO,
          Labels.EMPTY,
          Optional.empty(),
          ScrapeLimits.NONE,
          false,
          NameValidation.UTF8,
          NameEscaping.ALLOW_UTF8,
          Optional.empty());
}
