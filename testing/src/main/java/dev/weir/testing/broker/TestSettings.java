package dev.weir.testing.broker;

import dev.weir.broker.EmbeddedBrokerSettings;
import java.util.Map;

/// What brokers for tests set besides what every broker of Weir does.
final class TestSettings {

  /// Compaction looks for work often, so that a test need not wait 15 s for it.
  static final Map<String, String> KAFKA = Map.of("log.cleaner.backoff.ms", "100");

  private TestSettings() {}

  static EmbeddedBrokerSettings applyTo(EmbeddedBrokerSettings settings) {
    EmbeddedBrokerSettings applied = settings;
    for (Map.Entry<String, String> setting : KAFKA.entrySet()) {
      applied = applied.withKafka(setting.getKey(), setting.getValue());
    }
    return applied;
  }
}
