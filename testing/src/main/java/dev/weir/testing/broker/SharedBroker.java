package dev.weir.testing.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

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
                      delete(directory);
                    }));
        return broker;
      } catch (IOException e) {
        throw new UncheckedIOException("no directory for the shared broker", e);
      }
    }

    private static void delete(Path directory) {
      try {
        Files.walkFileTree(directory, new Deletion());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete the shared broker's directory", e);
      }
    }
  }

  private static final class Deletion extends SimpleFileVisitor<Path> {

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.delete(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
