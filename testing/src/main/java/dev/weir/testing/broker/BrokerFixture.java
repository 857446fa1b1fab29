package dev.weir.testing.broker;

/// A Kafka broker that runs from when it is made until it is closed. Each test class or test has
/// its own; [SharedBroker] is for those that need not.
public interface BrokerFixture extends AutoCloseable {

  /// What a client gives as `bootstrap.servers`; the same after a restart.
  String bootstrapServers();

  /// Stops the broker cleanly and starts it again on its log, at the same address. Returns when
  /// clients can connect.
  void restart();

  /// Stops the broker.
  @Override
  void close();
}
