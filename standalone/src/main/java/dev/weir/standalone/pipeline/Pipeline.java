package dev.weir.standalone.pipeline;

import dev.weir.alerting.AlertingRole;
import dev.weir.alerting.NotificationConfig;
import dev.weir.broker.EmbeddedBroker;
import dev.weir.broker.EmbeddedBrokerException;
import dev.weir.broker.EmbeddedBrokerSettings;
import dev.weir.collectors.CollectorRole;
import dev.weir.model.CountText;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.EngineSettings;
import dev.weir.query.QueryRole;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.wire.ConfluentRegistry;
import dev.weir.schemas.wire.SchemaRegistry;
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
import dev.weir.sink.SinkRole;
import dev.weir.streams.RulesRole;
import dev.weir.streams.definition.ConfiguredRules;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The roles of this process and what they stand on: data directory, broker, HTTP port.
///
/// What can be refused at once is tried first, so that a wrong address or a data directory in use
/// costs no time. Then the port opens: the process is healthy, and answers everything else with 503
/// until all runs. Parts start in the order in which they depend on each other, and stop in
/// reverse: the port closes, so that nothing new comes in; collector, query and sink finish what
/// they have in hand; the broker goes last.
///
/// When the embedded broker fails, because the disk is full for instance, writing ends and reading
/// goes on: the collector stops, the process is neither ready nor healthy any more, so that a
/// supervisor starts it again, and queries answer from blocks and from what the sink holds.
public final class Pipeline implements AutoCloseable {

  /// How long Kafka may take to answer before a start is given up.
  private static final Duration KAFKA_TIMEOUT = Duration.ofSeconds(30);

  private final PipelineSettings settings;
  private final Consumer<String> announce;
  private final Clock clock = Clock.systemUTC();
  private final Parts parts = new Parts();
  private volatile String starting = "the broker";
  private volatile @Nullable CurrentConfig current;
  private final CompletableFuture<EmbeddedBrokerException> brokerFailure =
      new CompletableFuture<>();
  private final CompletableFuture<WeirException> failure = new CompletableFuture<>();

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
    try {
      startParts(System.nanoTime(), clock.instant());
    } catch (RuntimeException e) {
      closeAfter(e);
      throw e;
    }
  }

  /// Reads the configuration again, as `/-/reload` does. What comes of it is in the log.
  public void reload() {
    CurrentConfig config = current;
    if (config == null) {
      // It is about to be read for the first time.
      return;
    }
    var _ = config.reload();
  }

  private void startParts(long startNanos, Instant start) {
    Addresses addresses = Addresses.of(ListenPort.reserve(settings.listen()), settings.advertise());
    CurrentConfig config = new CurrentConfig(() -> prometheusConfig(addresses), clock);
    current = config;
    NotificationConfig notifications = notificationConfig();
    ConfiguredRules rules = configuredRules(config.get(), addresses);
    BlockStores.prepare(settings.weir().storage().objectStore());
    Optional<DataDirectory> data =
        settings.keepsData()
            ? Optional.of(parts.start("data directory", () -> DataDirectory.open(settings.data())))
            : Optional.empty();
    data.ifPresent(directory -> announce.accept("data       %s".formatted(directory.path())));
    SelfMetrics metrics = new SelfMetrics(settings.version());
    Router router = new Router();
    metrics.addRoutes(router);
    HealthRoutes.addHealthy(
        router,
        () ->
            brokerFailure.isDone()
                ? Optional.of("its broker failed, and works again after a restart")
                : Optional.empty());
    router.hold(() -> "Weir is not ready: starting %s".formatted(starting));
    HttpServer server = startHttp(addresses.listen(), router, metrics);
    KafkaSettings kafka =
        settings.embedsBroker() ? startBroker(data.orElseThrow()) : clusterSettings();
    starting = "topics";
    TopicSetup.run(kafka, KAFKA_TIMEOUT);
    Optional<SchemaRegistry> registry = settings.registry().map(this::startRegistry);

    BlockStores blocks = startBlocks(metrics);
    Roles roles =
        new Roles(settings, kafka, registry, metrics.registry(), addresses, blocks, clock);
    Optional<SinkRole> sink = role(RoleName.SINK, router, () -> roles.sink(data.orElseThrow()));
    Optional<QueryRole> query = role(RoleName.QUERY, router, () -> roles.query(sink, config));
    Optional<CollectorRole> collector =
        role(RoleName.COLLECTOR, router, () -> roles.collector(config));
    Optional<RulesRole> ruling =
        role(
            RoleName.RULES,
            router,
            () -> roles.rules(roles.rulesSettings(config.get(), data.orElseThrow()), rules));
    Optional<AlertingRole> alerting =
        role(RoleName.ALERTING, router, () -> roles.alerting(config, notifications));
    List<HealthRoutes.Part> ready = new ArrayList<>();
    ready.add(new HealthRoutes.Part("broker", () -> !brokerFailure.isDone()));
    Stream.of(sink, ruling, alerting, query, collector)
        .flatMap(Optional::stream)
        .map(Role.class::cast)
        .forEach(role -> ready.add(new HealthRoutes.Part(role.name(), role::isReady)));
    new HealthRoutes(ready).addReady(router);
    config.addRoutes(router);

    sink.ifPresent(_ -> warnOfLoopback(addresses));
    sink.ifPresent(role -> start("sink", role));
    ruling.ifPresent(role -> start("rules", role));
    ruling.ifPresent(_ -> announceRules(rules));
    alerting.ifPresent(role -> start("alerting", role));
    query.ifPresent(role -> role.logTo(queryLogFile(config.get())));
    query.ifPresent(role -> start("query", role));
    // A part of its own, so that the port closes before anything else stops.
    parts.start(
        "HTTP routes",
        () -> {
          router.open();
          return server;
        });
    // Last, because the first thing to scrape may be this process.
    collector.ifPresent(role -> start("collector", role));
    config.handTo(fresh -> {
      NotificationConfig told = notificationConfig();
      ConfiguredRules read = configuredRules(fresh, addresses);
      // First, because certificates and keys are read here.
      collector.ifPresent(role -> role.reload(fresh));
      query.ifPresent(role -> role.logTo(queryLogFile(fresh)));
      alerting.ifPresent(role -> role.reload(told, fresh.alertmanagers()));
      // Last, because this cannot be taken back.
      ruling.ifPresent(role -> role.reload(read, fresh.global().externalLabels()));
    });
    collector.ifPresent(_ -> announceTargets(config.get()));
    announce.accept(
        "%s %s".formatted(query.isPresent() ? "query API " : "HTTP      ", addresses.local()));
    announce.accept("started in %s".formatted(Elapsed.since(startNanos)));
    var _ =
        brokerFailure.thenAcceptAsync(e -> goOnReading(e, collector), Thread::startVirtualThread);
    if (query.isPresent() && collector.isPresent()) {
      Tenant tenant = settings.weir().collector().tenant();
      parts.start(
          "first sample",
          () -> FirstSample.watch(addresses.local(), tenant, start, startNanos, announce));
    }
  }

  private void start(String name, Role role) {
    starting = name;
    parts.run(name, role::start);
  }

  private <R extends Role> Optional<R> role(RoleName name, Router router, Supplier<R> make) {
    if (!settings.roles().contains(name)) {
      return Optional.empty();
    }
    R role = parts.start(name.toString(), make::get);
    role.addRoutes(router);
    var _ = role.failure().thenAccept(failure::complete);
    return Optional.of(role);
  }

  private void warnOfLoopback(Addresses addresses) {
    if (!settings.embedsBroker() && addresses.mislead(settings.brokers())) {
      announce.accept(
          "warning    queries on other machines are told to reach this sink at %s, which is their own;"
                  .formatted(addresses.forMembers())
              + " give --listen an address of this machine, or --advertise");
    }
  }

  private BlockStores startBlocks(SelfMetrics metrics) {
    BlockStores blocks =
        parts.start(
            "store of blocks",
            () ->
                BlockStores.open(
                    settings.weir().storage().objectStore(),
                    DataDirectory.blocksIn(settings.data())));
    if (blocks.isRemote()) {
      announce.accept("blocks     %s".formatted(blocks.description()));
    }
    blocks.register(metrics.registry());
    return blocks;
  }

  private SchemaRegistry startRegistry(URI url) {
    announce.accept("registry   %s".formatted(url));
    return parts.start(
        "schema registry", () -> ConfluentRegistry.connect(List.of(url.toString()), Map.of()));
  }

  private PrometheusConfig prometheusConfig(Addresses addresses) {
    return settings
        .configFile()
        .map(PrometheusConfig::read)
        .orElseGet(() -> PrometheusConfig.ofSelf(addresses.local().getAuthority()));
  }

  private Optional<Path> queryLogFile(PrometheusConfig prometheus) {
    return settings.weir().query().logFile().or(prometheus.global()::queryLogFile);
  }

  private NotificationConfig notificationConfig() {
    return settings
        .alertmanagerFile()
        .map(NotificationConfig::read)
        .orElseGet(NotificationConfig::toNobody);
  }

  /// The rules of the configuration; a process that evaluates none reads none.
  private ConfiguredRules configuredRules(PrometheusConfig prometheus, Addresses addresses) {
    return settings.roles().contains(RoleName.RULES)
        ? ConfiguredRules.read(
            prometheus,
            settings.rules(addresses.local()),
            settings
                .features()
                .applyTo(EngineSettings.DEFAULT.withLookback(settings.weir().query().lookback())),
            settings.features().language())
        : ConfiguredRules.none(settings.weir().rules().tenant());
  }

  private void announceRules(ConfiguredRules rules) {
    announce.accept(
        "rules      %s in %s"
            .formatted(
                CountText.of(rules.ruleCount(), "rule"),
                CountText.of(rules.groups().size(), "group")));
  }

  private void announceTargets(PrometheusConfig prometheus) {
    announce.accept(
        "collector  %s of %s"
            .formatted(
                CountText.of(prometheus.targetCount(), "target"),
                settings
                    .configFile()
                    .map(Path::toString)
                    .orElse("the default configuration: weir itself")));
  }

  private KafkaSettings startBroker(DataDirectory data) {
    EmbeddedBroker broker = parts.start("broker", () -> EmbeddedBroker.start(brokerSettings(data)));
    var _ = broker.failure().thenAccept(brokerFailure::complete);
    announce.accept("broker     %s, embedded".formatted(broker.listener()));
    return KafkaSettings.of(
        settings.weir().kafka(), Deployment.EMBEDDED, List.of(broker.bootstrapServers()));
  }

  private void goOnReading(EmbeddedBrokerException e, Optional<CollectorRole> collector) {
    announce.accept(
        "broker     failed: %s; nothing is scraped or taken any more, queries go on"
            .formatted(e.getMessage()));
    collector.ifPresent(role -> parts.run("stopping the collector", role::close));
  }

  private KafkaSettings clusterSettings() {
    announce.accept("Kafka      %s".formatted(String.join(",", settings.brokers())));
    return KafkaSettings.of(settings.weir().kafka(), Deployment.CLUSTER, settings.brokers());
  }

  private HttpServer startHttp(ListenAddress listen, Router router, SelfMetrics metrics) {
    HttpConfig http = settings.weir().http();
    HttpServerSettings bounds =
        new HttpServerSettings(
            listen, http.maxBodyBytes(), http.maxConcurrentRequests(), http.idleTimeout());
    return parts.start(
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

  private void closeAfter(RuntimeException cause) {
    try {
      parts.close();
    } catch (RuntimeException e) {
      cause.addSuppressed(e);
    }
  }

  /// Waits until the process cannot go on, which may be never.
  public WeirException awaitFailure() {
    return failure.join();
  }

  /// Stops everything in order. Calling it again does nothing.
  @Override
  public void close() {
    parts.close();
  }
}
