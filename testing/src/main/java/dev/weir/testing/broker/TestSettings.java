package dev.weir.testing.broker;

import dev.weir.broker.EmbeddedBrokerSettings;
import java.util.Map;

/// What brokers for tests set besides what every broker of Weir does.
final class TestSettings {

  /// What a test would otherwise wait for: compaction looks for work often (not every 15 s),
  /// members of groups that were killed may be missed soon (not after 6 s at the earliest), and so
  /// may their transactions.
  static final Map<String, String> KAFKA =
      Map.of(
          "log.cleaner.backoff.ms",
          "100",
          "group.min.session.timeout.ms",
          "500",
          "transaction.abort.timed.out.transaction.cleanup.interval.ms",
          "200");

  private TestSettings() {}

  static EmbeddedBrokerSettings applyTo(EmbeddedBrokerSettings settings) {
    EmbeddedBrokerSettings applied = settings;
    for (Map.Entry<String, String> setting : KAFKA.entrySet()) {
      applied = applied.withKafka(setting.getKey(), setting.getValue());
    }
    return applied;
  }
}
