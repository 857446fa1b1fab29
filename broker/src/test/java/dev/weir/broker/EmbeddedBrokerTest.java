package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.EmbeddedBrokerException.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
final class EmbeddedBrokerTest {

  @TempDir Path temp;

  private EmbeddedBrokerSettings settings() {
    return EmbeddedBrokerSettings.in(temp.resolve("kafka")).onFreePorts();
  }

  @Test
  void keepsClusterIdAndTopicsAcrossRestarts() throws Exception {
    String clusterId;
    EmbeddedBrokerSettings settings;
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings())) {
      clusterId = broker.clusterId();
      settings = settings().withListener(broker.listener()).withController(broker.controller());
      try (Admin admin = admin(broker)) {
        assertEquals(clusterId, admin.describeCluster().clusterId().get());
        admin.createTopics(List.of(new NewTopic("weir.samples", 4, (short) 1))).all().get();
      }
    }

    try (EmbeddedBroker broker = EmbeddedBroker.start(settings.withClusterId(clusterId));
        Admin admin = admin(broker)) {
      assertEquals(settings.listener(), broker.listener());
      assertEquals(clusterId, admin.describeCluster().clusterId().get());
      assertEquals(Set.of("weir.samples"), admin.listTopics().names().get());
    }
  }

  @Test
  void refusesAPortThatIsInUse() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ListenAddress taken = ListenAddress.loopback(other.getLocalPort());

      EmbeddedBrokerException clients =
          assertThrows(
              EmbeddedBrokerException.class,
              () -> EmbeddedBroker.start(settings().withListener(taken)));
      EmbeddedBrokerException controller =
          assertThrows(
              EmbeddedBrokerException.class,
              () -> EmbeddedBroker.start(settings().withController(taken)));

      assertEquals(Reason.ADDRESS_UNAVAILABLE, clients.reason());
      assertEquals(
          "broker listener "
              + taken
              + ": Address already in use; stop what listens there or choose another address",
          clients.getMessage());
      assertEquals(
          "broker controller "
              + taken
              + ": Address already in use; stop what listens there or choose another address",
          controller.getMessage());
      assertFalse(Files.exists(temp.resolve("kafka")), "nothing is written by a refused start");
    }
  }

  @Test
  void refusesAnUnknownHost() {
    EmbeddedBrokerException e =
        assertThrows(
            EmbeddedBrokerException.class,
            () ->
                EmbeddedBroker.start(
                    settings().withListener(ListenAddress.parse("no.such.host.invalid:0"))));

    assertEquals(Reason.ADDRESS_UNAVAILABLE, e.reason());
    assertTrue(
        e.getMessage().contains("host \"no.such.host.invalid\" is not known"), e.getMessage());
  }

  @Test
  void refusesADirectoryThatIsAFile() throws IOException {
    Path file = Files.createFile(temp.resolve("kafka"));

    EmbeddedBrokerException e =
        assertThrows(EmbeddedBrokerException.class, () -> EmbeddedBroker.start(settings()));

    assertEquals(Reason.DIRECTORY_UNUSABLE, e.reason());
    assertEquals(
        "broker directory "
            + file
            + ": "
            + file
            + " is a file, not a directory; give a directory that this user can write",
        e.getMessage());
  }

  @Test
  void refusesADirectoryBelowAFile() throws IOException {
    Path file = Files.createFile(temp.resolve("data"));

    EmbeddedBrokerException e =
        assertThrows(
            EmbeddedBrokerException.class,
            () ->
                EmbeddedBroker.start(
                    EmbeddedBrokerSettings.in(file.resolve("kafka")).onFreePorts()));

    assertEquals(Reason.DIRECTORY_UNUSABLE, e.reason());
    assertTrue(e.getMessage().startsWith("broker directory " + file), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void refusesADirectoryOnWhichABrokerRuns() {
    try (EmbeddedBroker running = EmbeddedBroker.start(settings())) {
      EmbeddedBrokerException e =
          assertThrows(EmbeddedBrokerException.class, () -> EmbeddedBroker.start(settings()));

      assertEquals(Reason.DIRECTORY_IN_USE, e.reason());
      assertEquals(
          "broker directory "
              + running.directory()
              + " is in use by a broker in this process; stop it or use another directory",
          e.getMessage());
    }
  }

  @Test
  void refusesTheDirectoryOfAnotherCluster() {
    DataDirectory.open(temp.resolve("kafka")).clusterId(Optional.of("west"));

    EmbeddedBrokerException e =
        assertThrows(
            EmbeddedBrokerException.class,
            () -> EmbeddedBroker.start(settings().withClusterId("east")));

    assertEquals(Reason.OTHER_CLUSTER, e.reason());
    assertEquals(
        "broker directory "
            + temp.resolve("kafka")
            + " belongs to cluster \"west\", not to \"east\"; use a directory of its own for each cluster",
        e.getMessage());
  }

  @Test
  void refusesTheDirectoryOfAnotherNode() throws IOException {
    Path directory = Files.createDirectory(temp.resolve("kafka"));
    Files.writeString(
        directory.resolve("meta.properties"), "version=1\ncluster.id=west\nnode.id=3\n");

    EmbeddedBrokerException e =
        assertThrows(EmbeddedBrokerException.class, () -> EmbeddedBroker.start(settings()));

    assertEquals(Reason.OTHER_CLUSTER, e.reason());
    assertEquals(
        "broker directory "
            + directory
            + " belongs to node 3 of cluster \"west\", but the embedded broker is node 1; use another directory",
        e.getMessage());
  }

  @Test
  void formatsAgainWhatAKilledProcessLeftHalfFormatted() throws IOException {
    DataDirectory.open(temp.resolve("kafka")).clusterId(Optional.of("west"));
    Files.delete(temp.resolve("kafka").resolve("meta.properties"));

    try (EmbeddedBroker broker = EmbeddedBroker.start(settings().withClusterId("east"))) {
      assertEquals("east", broker.clusterId());
    }
  }

  @Test
  void namesASettingThatKafkaRefuses() {
    EmbeddedBrokerException e =
        assertThrows(
            EmbeddedBrokerException.class,
            () -> EmbeddedBroker.start(settings().withKafka("num.io.threads", "many")));

    assertEquals(Reason.INVALID_SETTING, e.reason());
    assertTrue(e.getMessage().contains("num.io.threads"), e.getMessage());
    assertTrue(e.getMessage().contains("many"), e.getMessage());
  }

  @Test
  void reportsALostLogInsteadOfEndingTheProcess() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings())) {
      delete(broker.directory());
      Files.createFile(broker.directory());
      // Making a partition is what finds the directory gone. What the client is told depends on
      // which of the broker's threads comes first, so it does not count here.
      Admin admin = admin(broker);
      admin.createTopics(List.of(new NewTopic("weir.samples", 4, (short) 1)));

      EmbeddedBrokerException failure =
          broker.failure().toCompletableFuture().get(30, TimeUnit.SECONDS);

      assertEquals(Reason.BROKER_FAILED, failure.reason());
      assertTrue(
          failure.getMessage().startsWith("broker in " + broker.directory() + " cannot go on"),
          failure.getMessage());
      admin.close(Duration.ZERO);
    }
  }

  private static Admin admin(EmbeddedBroker broker) {
    return Admin.create(
        Map.of(
            "bootstrap.servers",
            broker.bootstrapServers(),
            "default.api.timeout.ms",
            "5000",
            "request.timeout.ms",
            "3000"));
  }

  private static void delete(Path directory) throws IOException {
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e)
              throws IOException {
            Files.delete(visited);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
