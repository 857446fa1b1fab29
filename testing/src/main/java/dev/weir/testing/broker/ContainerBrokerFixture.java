package dev.weir.testing.broker;

import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.utility.DockerImageName;

/// Apache Kafka's own image of the version that Weir is built with, in a container. Where Docker
/// cannot be used, the test is skipped with the reason.
public final class ContainerBrokerFixture implements BrokerFixture {

  private static final Duration RESTART_DEADLINE = Duration.ofSeconds(60);

  private final KafkaContainer container;

  private ContainerBrokerFixture(KafkaContainer container) {
    this.container = container;
  }

  /// Starts a broker, or skips the calling test.
  public static ContainerBrokerFixture start() {
    try {
      DockerClientFactory.instance().client();
    } catch (IllegalStateException e) {
      Assumptions.abort("no Docker for a Kafka container: " + e.getMessage());
    }
    KafkaContainer container =
        new KafkaContainer(
            DockerImageName.parse("apache/kafka").withTag(AppInfoParser.getVersion()));
    // Docker gives a container another random port when it restarts, but the broker goes on to
    // advertise the one from its first start. A fixed port is the same both times.
    container.setPortBindings(List.of(FreePorts.next() + ":9092"));
    container.withEnv("KAFKA_AUTO_CREATE_TOPICS_ENABLE", "false");
    TestSettings.KAFKA.forEach((name, value) ->
        container.withEnv("KAFKA_" + name.replace('.', '_').toUpperCase(Locale.ROOT), value));
    container.start();
    return new ContainerBrokerFixture(container);
  }

  @Override
  public String bootstrapServers() {
    return container.getBootstrapServers();
  }

  @Override
  public void restart() {
    container.getDockerClient().restartContainerCmd(container.getContainerId()).exec();
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()))) {
      Await.until(
          () -> serves(admin), RESTART_DEADLINE, () -> "the container's broker to serve again");
    }
  }

  @Override
  public void close() {
    container.stop();
  }

  private static boolean serves(Admin admin) throws Exception {
    try {
      return !admin.describeCluster().nodes().get(5, TimeUnit.SECONDS).isEmpty();
    } catch (TimeoutException _) {
      return false;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RetriableException) {
        return false;
      }
      throw e;
    }
  }
}
