package dev.weir.query.api;

import java.time.Clock;
import java.util.Map;
import java.util.function.Supplier;

/// What the status endpoints say of this process.
///
/// @param prometheusVersion version of Prometheus whose API is served
/// @param weirVersion version of Weir
/// @param revision commit that was built; empty if unknown
/// @param storageRetention how long samples are kept, as Prometheus writes it: `15d`
/// @param flags command-line flags and their values
/// @param configSource the configuration as last read
public record ServerStatus(
    String prometheusVersion,
    String weirVersion,
    String revision,
    String hostname,
    String storageRetention,
    Map<String, String> flags,
    Supplier<ConfigStatus> configSource,
    Clock clock) {
  /// The configuration file as it was last read.
  ///
  /// @param yaml its text
  /// @param lastReloadMillis when it was last read with success
  public record ConfigStatus(String yaml, boolean lastReloadSucceeded, long lastReloadMillis) {}

  public ServerStatus {
    flags = Map.copyOf(flags);
  }

  ConfigStatus config() {
    return configSource.get();
  }
}
