package dev.weir.rules.routing;

import static java.util.Objects.requireNonNull;

import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An `alertmanager.yml` that makes sense.
///
/// @param resolveTimeout after which a received alert that gives no end counts as resolved
/// @param route the root of the routing tree, which takes every alert
/// @param receivers by name, in the order of the file
/// @param text the file as it may be shown, with secrets hidden
/// @param warnings what stands in the file and has no effect, ready for the log
public record AlertmanagerConfig(
    Duration resolveTimeout,
    Route route,
    Map<String, Receiver> receivers,
    String text,
    List<String> warnings) {

  /// Told of every webhook's `http_config` while the file is read: what its keys mean is the
  /// business of who sends.
  @FunctionalInterface
  public interface HttpConfigs {
    /// @param index of the webhook in its receiver
    /// @param section the webhook's own, or the global one, or an empty one
    /// @param place how problems name it
    void read(String receiver, int index, ConfigSection section, String place);
  }

  public AlertmanagerConfig {
    requireNonNull(resolveTimeout, "resolveTimeout");
    requireNonNull(route, "route");
    receivers = Collections.unmodifiableMap(new LinkedHashMap<>(receivers));
    requireNonNull(text, "text");
    warnings = List.copyOf(warnings);
  }

  /// The receiver that a route of this file names.
  public Receiver receiver(String name) {
    Receiver receiver = receivers.get(name);
    if (receiver == null) {
      throw new IllegalArgumentException("no receiver is called " + name);
    }
    return receiver;
  }

  /// @throws dev.weir.model.WeirException.BadData with every problem of the file, one a line
  public static AlertmanagerConfig read(ConfigFile file, HttpConfigs httpConfigs) {
    return new AlertmanagerConfigReader(file, httpConfigs).read();
  }
}
