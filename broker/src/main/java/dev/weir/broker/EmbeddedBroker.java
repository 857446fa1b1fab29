package dev.weir.broker;

import dev.weir.broker.EmbeddedBrokerException.Reason;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Time;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A Kafka broker and its KRaft controller in this process, made of Kafka's production server
/// classes.
///
/// It keeps its log and its cluster id in a directory, across restarts and after a SIGKILL. When
/// [#start] returns, clients can connect. Closing it flushes the log and hands leadership back as
/// any clean stop of a broker does.
///
/// Kafka would halt the JVM when it can no longer write its log. Here [#failure] completes instead,
/// and whoever started the broker decides what becomes of the process.
///
/// Threads: any thread may call any method; Kafka's own threads do the work.
public final class EmbeddedBroker implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(EmbeddedBroker.class);

  private final EmbeddedBrokerSettings settings;
  private final String clusterId;
  private final KafkaRaftServer server;
  private final CompletableFuture<EmbeddedBrokerException> failure;
  private final Consumer<String> faults;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedBroker(
      EmbeddedBrokerSettings settings,
      String clusterId,
      KafkaRaftServer server,
      CompletableFuture<EmbeddedBrokerException> failure,
      Consumer<String> faults) {
    this.settings = settings;
    this.clusterId = clusterId;
    this.server = server;
    this.failure = failure;
    this.faults = faults;
  }

  /// Starts a broker and waits until it serves clients.
  ///
  /// @throws EmbeddedBrokerException when an address or the directory cannot be used, a setting is
  ///   wrong, or Kafka fails; nothing is left running then
  public static EmbeddedBroker start(EmbeddedBrokerSettings wanted) {
    long startNanos = System.nanoTime();
    EmbeddedBrokerSettings settings = withKnownPorts(wanted);
    requireFree("broker listener", settings.listener());
    requireFree("broker controller", settings.controller());
    String clusterId = DataDirectory.open(settings.directory()).clusterId(settings.clusterId());

    CompletableFuture<EmbeddedBrokerException> failure = new CompletableFuture<>();
    Consumer<String> faults = said -> fail(failure, settings, said);
    FatalFaults.listen(faults);
    KafkaRaftServer server = null;
    try {
      server = new KafkaRaftServer(config(settings), Time.SYSTEM);
      server.startup();
    } catch (Throwable e) {
      if (server != null) {
        stopAfterFailure(server, e);
      }
      FatalFaults.stopListening(faults);
      throw startFailure(settings, e);
    }
    log.info(
        "broker started: clients {}, cluster {}, log {}, took {} ms",
        settings.listener(),
        clusterId,
        settings.directory(),
        Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
    return new EmbeddedBroker(settings, clusterId, server, failure, faults);
  }

  /// What a client on this machine gives as `bootstrap.servers`.
  public String bootstrapServers() {
    return settings.advertised().orElse(settings.listener()).toString();
  }

  /// Where clients connect; the port is the real one even if any free one was asked for.
  public ListenAddress listener() {
    return settings.listener();
  }

  /// Where the controller listens; the port is the real one even if any free one was asked for.
  public ListenAddress controller() {
    return settings.controller();
  }

  /// The id of the cluster, which stays the same as long as the directory does.
  public String clusterId() {
    return clusterId;
  }

  /// The directory that holds the log.
  public Path directory() {
    return settings.directory();
  }

  /// Completes when Kafka can no longer go on, for instance because the log cannot be written any
  /// more. It never completes exceptionally, and not at all when the broker is closed before.
  public CompletionStage<EmbeddedBrokerException> failure() {
    return failure.minimalCompletionStage();
  }

  /// Stops the broker and its controller and waits until they have stopped. Again is no error.
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    long startNanos = System.nanoTime();
    server.shutdown();
    server.awaitShutdown();
    FatalFaults.stopListening(faults);
    log.info(
        "broker stopped: clients {}, took {} ms",
        settings.listener(),
        Duration.ofNanos(System.nanoTime() - startNanos).toMillis());
  }

  private static EmbeddedBrokerSettings withKnownPorts(EmbeddedBrokerSettings settings) {
    EmbeddedBrokerSettings known = settings;
    if (known.listener().port() == 0) {
      known = known.onListenerPort(FreePorts.next());
    }
    if (known.controller().port() == 0) {
      known = known.withController(known.controller().withPort(FreePorts.next()));
    }
    return known;
  }

  private static void requireFree(String role, ListenAddress address) {
    InetSocketAddress socketAddress = new InetSocketAddress(address.host(), address.port());
    if (socketAddress.isUnresolved()) {
      throw new EmbeddedBrokerException(
          Reason.ADDRESS_UNAVAILABLE,
          "%s %s: host \"%s\" is not known; use a name or an address of this machine"
              .formatted(role, address, address.host()));
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(socketAddress);
    } catch (IOException e) {
      throw new EmbeddedBrokerException(
          Reason.ADDRESS_UNAVAILABLE,
          "%s %s: %s; stop what listens there or choose another address"
              .formatted(role, address, e.getMessage()),
          e);
    }
  }

  private static KafkaConfig config(EmbeddedBrokerSettings settings) {
    Properties properties = ServerProperties.of(settings);
    return new KafkaConfig(properties, false);
  }

  private static void stopAfterFailure(KafkaRaftServer server, Throwable failure) {
    try {
      server.shutdown();
      server.awaitShutdown();
    } catch (RuntimeException e) {
      failure.addSuppressed(e);
    }
  }

  private static EmbeddedBrokerException startFailure(
      EmbeddedBrokerSettings settings, Throwable failure) {
    if (find(failure, BindException.class) instanceof BindException e) {
      return new EmbeddedBrokerException(
          Reason.ADDRESS_UNAVAILABLE,
          "broker listener %s or controller %s: %s; stop what listens there or choose another address"
              .formatted(settings.listener(), settings.controller(), e.getMessage()),
          failure);
    }
    if (find(failure, ConfigException.class) instanceof ConfigException e) {
      return new EmbeddedBrokerException(
          Reason.INVALID_SETTING, "broker setting: " + oneLine(e), failure);
    }
    return new EmbeddedBrokerException(
        Reason.BROKER_FAILED,
        "broker in %s did not start: %s".formatted(settings.directory(), oneLine(failure)),
        failure);
  }

  private static void fail(
      CompletableFuture<EmbeddedBrokerException> failure,
      EmbeddedBrokerSettings settings,
      String said) {
    String message =
        "broker in %s cannot go on%s: %s"
            .formatted(
                settings.directory(),
                said.isEmpty() ? "" : " (" + said + ")",
                FailureCause.of(settings.directory()));
    if (failure.complete(new EmbeddedBrokerException(Reason.BROKER_FAILED, message))) {
      log.error(message);
    }
  }

  private static @Nullable Throwable find(Throwable thrown, Class<? extends Throwable> type) {
    // Causes form a chain; its length is bounded in case one names itself by a detour.
    Throwable at = thrown;
    for (int depth = 0; at != null && depth < 20; depth++) {
      if (type.isInstance(at)) {
        return at;
      }
      at = at.getCause();
    }
    return null;
  }

  private static String oneLine(Throwable thrown) {
    Throwable root = thrown;
    for (int depth = 0; root.getCause() != null && depth < 20; depth++) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? "" : ": " + root.getMessage();
    return (root.getClass().getSimpleName() + message).lines().findFirst().orElseThrow();
  }
}
