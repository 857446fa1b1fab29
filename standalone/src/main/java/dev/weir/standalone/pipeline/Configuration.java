package dev.weir.standalone.pipeline;

import dev.weir.collectors.CollectorRole;
import dev.weir.model.WeirException;
import dev.weir.query.api.ServerStatus;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.http.HttpError;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import dev.weir.service.lifecycle.Role;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The `prometheus.yml` of the process as it was last read, and `/-/reload`, which reads it again.
/// A file that is wrong changes nothing.
final class Configuration {
  private static final Logger log = LoggerFactory.getLogger(Configuration.class);

  private final Optional<Path> file;
  private final Clock clock = Clock.systemUTC();
  private volatile ServerStatus.ConfigStatus status;

  /// @param file where it stands; empty if there is none, and then nothing to read again
  Configuration(Optional<Path> file, PrometheusConfig current) {
    this.file = file;
    this.status = new ServerStatus.ConfigStatus(current.text(), true, clock.millis());
  }

  ServerStatus.ConfigStatus status() {
    return status;
  }

  void addRoutes(Router router, List<Role> roles) {
    router.post("/-/reload", _ -> reload(roles)).put("/-/reload", _ -> reload(roles));
  }

  private synchronized HttpResponse reload(List<Role> roles) {
    if (file.isEmpty()) {
      throw new HttpError(
          409, "there is no file to read again; start with --config.file to have one");
    }
    try {
      PrometheusConfig config = PrometheusConfig.read(file.get());
      for (Role role : roles) {
        if (role instanceof CollectorRole collector) {
          collector.reload(config);
        }
      }
      status = new ServerStatus.ConfigStatus(config.text(), true, clock.millis());
      log.info("{} read again", file.get());
      return HttpResponse.text(200, "");
    } catch (WeirException.BadData e) {
      status = new ServerStatus.ConfigStatus(status.yaml(), false, status.lastReloadMillis());
      log.error("{} is wrong, going on with what was read before:\n{}", file.get(), e.getMessage());
      throw new HttpError(500, "failed to reload config:\n" + e.getMessage());
    }
  }
}
