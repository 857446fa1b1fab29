package dev.weir.standalone.pipeline;

import static java.util.Objects.requireNonNull;

import dev.weir.model.CountText;
import dev.weir.model.WeirException;
import dev.weir.query.api.ServerStatus.ConfigStatus;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The configuration that is in force. A reload that fails leaves the one before it in force, and
/// `status/runtimeinfo` says so.
///
/// Threads: any; one reload at a time.
final class CurrentConfig {

  private static final Logger log = LoggerFactory.getLogger(CurrentConfig.class);

  private final Supplier<PrometheusConfig> reader;
  private final Clock clock;
  private volatile Consumer<PrometheusConfig> apply =
      _ -> {
        throw new WeirException.Unavailable("Weir has not started yet");
      };

  private volatile PrometheusConfig config;
  private volatile boolean lastReloadSucceeded = true;
  private volatile long lastReloadMillis;

  /// Reads the configuration for the first time.
  ///
  /// @throws WeirException.BadData with every problem of the file, one a line
  CurrentConfig(Supplier<PrometheusConfig> reader, Clock clock) {
    this.reader = requireNonNull(reader, "reader");
    this.clock = requireNonNull(clock, "clock");
    this.config = reader.get();
    this.lastReloadMillis = clock.millis();
  }

  PrometheusConfig get() {
    return config;
  }

  ConfigStatus status() {
    return new ConfigStatus(config.text(), lastReloadSucceeded, lastReloadMillis);
  }

  /// Adds `/-/reload`.
  void addRoutes(Router router) {
    router.post("/-/reload", _ -> reload());
    router.put("/-/reload", _ -> reload());
  }

  /// @param taker takes each configuration that is read from now on, or fails and leaves everything
  ///   as it was
  void handTo(Consumer<PrometheusConfig> taker) {
    apply = taker;
  }

  /// Reads the configuration again and hands it on.
  synchronized HttpResponse reload() {
    try {
      PrometheusConfig read = reader.get();
      apply.accept(read);
      config = read;
      lastReloadMillis = clock.millis();
      lastReloadSucceeded = true;
    } catch (WeirException e) {
      log.error("the configuration was not reloaded, the one before stays: {}", e.getMessage());
      return failed(String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      log.error("the configuration was not reloaded because of a defect", e);
      return failed("internal error: " + e);
    }
    log.info("configuration reloaded, {}", CountText.of(config.targetCount(), "target"));
    return HttpResponse.empty(200);
  }

  private HttpResponse failed(String why) {
    lastReloadSucceeded = false;
    return HttpResponse.text(500, "failed to reload config: " + why + "\n");
  }
}
