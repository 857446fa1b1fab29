package dev.weir.testing.broker;

import dev.weir.broker.EmbeddedBroker;
import dev.weir.broker.EmbeddedBrokerSettings;
import java.nio.file.Path;

/// The broker of `weir run`, in this process. Starting it takes half a second.
public final class EmbeddedBrokerFixture implements BrokerFixture {

  private final EmbeddedBrokerSettings settings;
  private EmbeddedBroker broker;

  private EmbeddedBrokerFixture(EmbeddedBrokerSettings settings) {
    this.broker = EmbeddedBroker.start(settings);
    this.settings = settings.withListener(broker.listener()).withController(broker.controller());
  }

  /// Starts a broker on free ports, with its log in a directory.
  public static EmbeddedBrokerFixture start(Path directory) {
    return new EmbeddedBrokerFixture(
        TestSettings.applyTo(EmbeddedBrokerSettings.in(directory)).onFreePorts());
  }

  @Override
  public String bootstrapServers() {
    return broker.bootstrapServers();
  }

  @Override
  public void restart() {
    broker.close();
    broker = EmbeddedBroker.start(settings);
  }

  @Override
  public void close() {
    broker.close();
  }
}
