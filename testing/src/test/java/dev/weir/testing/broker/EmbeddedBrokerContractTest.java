package dev.weir.testing.broker;

import java.nio.file.Path;

final class EmbeddedBrokerContractTest extends BrokerContract<EmbeddedBrokerFixture> {

  @Override
  protected EmbeddedBrokerFixture start(Path directory) {
    return EmbeddedBrokerFixture.start(directory);
  }
}
