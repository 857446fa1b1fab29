package dev.weir.collectors;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.publish.PatientProducer;
import dev.weir.collectors.publish.SamplePublisher;
import dev.weir.collectors.publish.StatePublisher;
import dev.weir.collectors.scrape.ScrapeMetrics;
import dev.weir.collectors.scrape.Scraping;
import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.collectors.write.RemoteWriteHandler;
import dev.weir.collectors.write.WriteMetrics;
import dev.weir.model.WeirException;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.config.CollectorConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.StorageConfig;
import dev.weir.service.config.TenantsConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.http.HttpHandler;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.kafka.TopicSetup;
import dev.weir.service.lifecycle.Role;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The collector: scrapes targets, receives pushed samples, and publishes both as rows.
public final class CollectorRole implements Role {
  private static final Logger log = LoggerFactory.getLogger(CollectorRole.class);

  private static final Duration TOPIC_TIMEOUT = Duration.ofSeconds(60);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /// What a collector is told when it is made.
  ///
  /// @param registry of schemas; empty for Avro's single-object encoding
  /// @param member tells this collector from others; the same after a restart
  /// @param machine that it runs on, by name
  /// @param version of Weir, for targets to see
  /// @param features of `--enable-feature`
  public record Settings(
      PrometheusConfig prometheus,
      WeirConfig weir,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      String member,
      String machine,
      String version,
      Set<String> features) {
    public Settings {
      requireNonNull(prometheus, "prometheus");
      requireNonNull(weir, "weir");
      requireNonNull(kafka, "kafka");
      requireNonNull(registry, "registry");
      requireNonNull(member, "member");
      requireNonNull(machine, "machine");
      requireNonNull(version, "version");
      features = Set.copyOf(features);
    }
  }

  /// What works between start and close.
  private record Work(
      SamplePublisher samples, StatePublisher states, Scraping scraping, LeftTargets left) {}

  private final Settings settings;
  private final PrometheusRegistry metrics;
  private final Clock clock = Clock.systemUTC();
  private final SeriesByTenant tenants;
  private final WriteMetrics writeMetrics;
  private volatile @Nullable Work work;
  private volatile @Nullable HttpHandler remoteWrite;

  /// @param metrics of the process
  public CollectorRole(Settings settings, PrometheusRegistry metrics) {
    this.settings = requireNonNull(settings, "settings");
    this.metrics = requireNonNull(metrics, "metrics");
    this.writeMetrics = new WriteMetrics(metrics);
    this.tenants =
        new SeriesByTenant(
            keptFor(settings.weir()),
            clock,
            settings.weir().collector().maxTenants(),
            settings.weir().collector().maxSamplesPerWrite(),
            writeMetrics::forget);
    GaugeWithCallback.builder()
        .name("weir_collector_active_series")
        .help("Series that are active in this collector.")
        .labelNames("tenant")
        .callback(callback -> {
          for (TenantSeries tenant : tenants.all()) {
            callback.call(tenant.active(), tenant.tenant().name());
          }
        })
        .register(metrics);
  }

  /// What tenants may use, with how long their samples are kept, where somebody said that here.
  private static TenantsConfig keptFor(WeirConfig weir) {
    StorageConfig storage = weir.storage();
    return storage.retentionGiven() ? weir.tenants().keptFor(storage.retention()) : weir.tenants();
  }

  @Override
  public String name() {
    return "collector";
  }

  @Override
  public void addRoutes(Router router) {
    router.post(
        "/api/v1/write",
        request -> {
          HttpHandler handler = remoteWrite;
          if (handler == null) {
            throw new WeirException.Unavailable(
                "this collector is starting or stopping; try again later");
          }
          return handler.handle(request);
        });
  }

  @Override
  public void start() {
    settings.prometheus().warnings().forEach(log::warn);
    TopicSetup.run(settings.kafka(), TOPIC_TIMEOUT);
    CollectorConfig config = settings.weir().collector();
    LayoutPublisher.Settings layouts =
        new LayoutPublisher.Settings(
            config.keyFrameInterval(), LayoutPublisher.Settings.DEFAULT.maxGroups());
    SamplePublisher samples =
        new SamplePublisher(
            PatientProducer.of(settings.kafka(), "weir-collector-samples", Map.of()),
            RecordType.SAMPLES.writer(Topics.SAMPLES, settings.registry()),
            new LayoutPublisher(clock, layouts),
            config.bufferBytes(),
            metrics);
    StatePublisher states =
        new StatePublisher(
            PatientProducer.of(settings.kafka(), "weir-collector-states", Map.of()),
            config.maxWaitingStates(),
            metrics);
    KafkaOutput output =
        new KafkaOutput(
            samples,
            states,
            RecordType.TARGETS.writer(Topics.TARGETS, settings.registry()),
            RecordType.METADATA.writer(Topics.METADATA, settings.registry()),
            config.maxRememberedMetadata());
    Scraping scraping =
        new Scraping(
            new Scraping.Identity(
                settings.member(),
                settings.machine(),
                "Weir/" + settings.version(),
                OwnerEpoch.next(settings.kafka(), clock),
                settings.features().contains("extra-scrape-metrics")),
            config,
            tenants.of(config.tenant()),
            output,
            new ScrapeMetrics(metrics));
    LeftTargets left =
        new LeftTargets(
            new LeftTargets.Owner(
                settings.member(), settings.kafka().deployment() == Deployment.EMBEDDED),
            () -> settings.kafka().consumer("weir-collector-left-targets", Map.of()),
            RecordType.TARGETS.reader(settings.registry()),
            output::left,
            clock);
    work = new Work(samples, states, scraping, left);
    samples.start();
    states.start();
    remoteWrite =
        new RemoteWriteHandler(
            new RemoteWriteHandler.Settings(
                settings.weir().http().maxBodyBytes(),
                config.maxConcurrentWrites(),
                config.writeTimeout()),
            tenants,
            samples::pushed,
            output::metadata,
            clock,
            writeMetrics);
    apply(scraping, settings.prometheus());
    // Not before this collector's own targets are known.
    left.start();
  }

  /// Goes on with another configuration. Targets that stay keep their series and their place in
  /// time.
  ///
  /// @throws WeirException.BadData if a job's certificates or keys cannot be used
  public void reload(PrometheusConfig prometheus) {
    Work present = work;
    if (present == null) {
      throw new WeirException.Unavailable("this collector does not run; start it first");
    }
    prometheus.warnings().forEach(log::warn);
    apply(present.scraping(), prometheus);
  }

  private static void apply(Scraping scraping, PrometheusConfig prometheus) {
    try {
      scraping.apply(prometheus);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("interrupted while taking a configuration");
    }
  }

  @Override
  public boolean isReady() {
    Work present = work;
    return present != null && present.samples().isRunning() && present.states().isRunning();
  }

  @Override
  public void close() {
    Work present = work;
    work = null;
    remoteWrite = null;
    if (present != null) {
      present.left().close();
      present.scraping().close();
      present.samples().close(CLOSE_TIMEOUT);
      present.states().close(CLOSE_TIMEOUT);
    }
  }
}
