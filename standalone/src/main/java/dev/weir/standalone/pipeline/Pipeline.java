package dev.weir.standalone.pipeline;

import dev.weir.broker.EmbeddedBroker;
import dev.weir.broker.EmbeddedBrokerException;
import dev.weir.broker.EmbeddedBrokerSettings;
import dev.weir.model.WeirException;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.service.config.EmbeddedBrokerConfig;
import dev.weir.service.config.HttpConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.service.lifecycle.Role;
import dev.weir.service.metrics.SelfMetrics;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/// The roles of this process and what they stand on: data directory, broker, HTTP port.
///
/// What can be refused at once is tried first, so that a wrong address or a data directory in use
/// costs no time. Parts then start in the order in which they depend on each other, and stop in
/// reverse: nothing new comes in, what is in hand is finished, the broker goes last.
public final class Pipeline implements AutoCloseable {

  /// How long Kafka may take to answer before a start is given up.
  private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(30);

  private final PipelineSettings settings;
  private final Consumer<String> announce;
  private final Parts parts = new Parts();
  private final CompletableFuture<EmbeddedBrokerException> failure = new CompletableFuture<>();

  /// @param announce takes lines for the user: what was started, and where
  public Pipeline(PipelineSettings settings, Consumer<String> announce) {
    this.settings = settings;
    this.announce = announce;
  }

  /// Starts everything and returns when it runs. If something cannot start, what was started before
  /// it is stopped again.
  ///
  /// @throws dev.weir.model.WeirException in one line, if an address, a file or the data directory
  ///   cannot be used
  /// @throws EmbeddedBrokerException likewise, from the broker
  public void start() {
    long startNanos = System.nanoTime();
    try {
      startParts(startNanos);
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void startParts(long startNanos) {
    ListenAddress listen = ListenPort.reserve(settings.listen());
    PrometheusConfig prometheus = prometheusConfig(listen);
    Optional<DataDirectory> data =
        settings.keepsData()
            ? Optional.of(parts.start("data directory", () -> DataDirectory.open(settings.data())))
            : Optional.empty();
    data.ifPresent(directory -> announce.accept("data directory " + directory.path()));
    KafkaSettings kafka =
        settings.embedsBroker() ? startBroker(data.orElseThrow()) : clusterSettings();
    TopicSetup.run(kafka, KAFKA_TIMEOUT);

    SelfMetrics metrics = new SelfMetrics(settings.version());
    Router router = new Router();
    metrics.addRoutes(router);
    URI address = address(listen);
    Configuration configuration = new Configuration(settings.configFile(), prometheus);
    List<Role> roles =
        new Roles(settings, prometheus, kafka, address, metrics.registry(), configuration::status)
            .make(settings.data());
    roles.forEach(role -> role.addRoutes(router));
    new HealthRoutes(roles).addRoutes(router);
    configuration.addRoutes(router, roles);
    // The port opens first: a target that this process is itself has to answer the first scrape.
    startHttp(listen, router, metrics);
    for (Role role : roles) {
      parts.start(
          role.name(),
          () -> {
            role.start();
            return role;
          });
    }
    announceTargets(prometheus);
    announce.accept("serving %s, started in %s".formatted(address, Elapsed.since(startNanos)));
    parts.start("first sample", () -> FirstSample.watch(address, startNanos, announce));
  }

  private PrometheusConfig prometheusConfig(ListenAddress listen) {
    return settings
        .configFile()
        .map(PrometheusConfig::read)
        .orElseGet(() -> PrometheusConfig.ofSelf(address(listen).getAuthority()));
  }

  private void announceTargets(PrometheusConfig prometheus) {
    if (settings.roles().contains(RoleName.COLLECTOR)) {
      announce.accept(
          "scraping %d targets of %s"
              .formatted(
                  prometheus.targetCount(),
                  settings
                      .configFile()
                      .map(Path::toString)
                      .orElse("the default configuration (weir itself)")));
    }
  }

  private KafkaSettings startBroker(DataDirectory data) {
    EmbeddedBroker broker = parts.start("broker", () -> EmbeddedBroker.start(brokerSettings(data)));
    var _ = broker.failure().thenAccept(failure::complete);
    announce.accept("broker %s, log in %s".formatted(broker.listener(), broker.directory()));
    return KafkaSettings.of(
        settings.weir().kafka(), Deployment.EMBEDDED, List.of(broker.bootstrapServers()));
  }

  private KafkaSettings clusterSettings() {
    announce.accept("Kafka at " + String.join(",", settings.brokers()));
    return KafkaSettings.of(settings.weir().kafka(), Deployment.CLUSTER, settings.brokers());
  }

  private void startHttp(ListenAddress listen, Router router, SelfMetrics metrics) {
    HttpConfig http = settings.weir().http();
    HttpServerSettings bounds =
        new HttpServerSettings(
            listen, http.maxBodyBytes(), http.maxConcurrentRequests(), http.idleTimeout());
    parts.start(
        "HTTP server",
        () -> {
          HttpServer server = new HttpServer(bounds, router, metrics.registry());
          server.start();
          return server;
        });
  }

  private EmbeddedBrokerSettings brokerSettings(DataDirectory data) {
    EmbeddedBrokerConfig config = settings.weir().embeddedBroker();
    try {
      return EmbeddedBrokerSettings.in(data.kafka())
          .withListener(brokerAddress(config.listen()))
          .withController(brokerAddress(config.controller()));
    } catch (IllegalArgumentException e) {
      throw new WeirException.BadData("weir.yml: embedded_broker: " + e.getMessage(), e);
    }
  }

  /// The broker is a library of its own and has an address type of its own.
  private static dev.weir.broker.ListenAddress brokerAddress(ListenAddress address) {
    return new dev.weir.broker.ListenAddress(address.host(), address.port());
  }

  /// The address under which this machine reaches the port.
  private static URI address(ListenAddress listen) {
    String host = listen.host();
    boolean any = host.isEmpty() || host.equals("0.0.0.0") || host.equals("::");
    return URI.create("http://" + new ListenAddress(any ? "localhost" : host, listen.port()));
  }

  private void closeAfter(RuntimeException cause) {
    try {
      parts.close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /// Waits until the process cannot go on, which may be never.
  public EmbeddedBrokerException awaitFailure() {
    return failure.join();
  }

  /// Stops everything in order. Calling it again does nothing.
  @Override
  public void close() {
    parts.close();
  }
}
