package dev.weir.testing.broker;

import java.nio.file.Path;

final class ContainerBrokerContractTest extends BrokerContract<ContainerBrokerFixture> {

  /// The container keeps its log in itself.
  @Override
  protected ContainerBrokerFixture start(Path directory) {
    return ContainerBrokerFixture.start();
  }
}
