package dev.weir.testing.broker;

import dev.weir.testing.Directories;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One embedded broker for all tests of a JVM, started by the first one that asks and stopped at
/// the end of the JVM. Tests keep apart by topics, groups and transactional ids of their own, see
/// [BrokerClients#unique]; one that stops a broker or fills it takes an [EmbeddedBrokerFixture].
public final class SharedBroker {

  private SharedBroker() {}

  /// What a client gives as `bootstrap.servers`.
  public static String bootstrapServers() {
    return Holder.BROKER.bootstrapServers();
  }

  /// Clients of the shared broker, closed together by the test that made them.
  public static BrokerClients clients() {
    return new BrokerClients(bootstrapServers());
  }

  /// Starts the broker when it is first used, once, whichever thread comes first.
  private static final class Holder {

    static final EmbeddedBrokerFixture BROKER = start();

    private static EmbeddedBrokerFixture start() {
      try {
        Path directory = Files.createTempDirectory("weir-shared-broker");
        EmbeddedBrokerFixture broker = EmbeddedBrokerFixture.start(directory.resolve("kafka"));
        Runtime.getRuntime()
            .addShutdownHook(
                Thread.ofPlatform()
                    .name("stop-shared-broker")
                    .unstarted(() -> {
                      broker.close();
                      Directories.delete(directory);
                    }));
        return broker;
      } catch (IOException e) {
        throw new UncheckedIOException("no directory for the shared broker", e);
      }
    }
  }
}
