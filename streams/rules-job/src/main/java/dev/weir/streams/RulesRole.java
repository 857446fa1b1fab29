package dev.weir.streams;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.group.GroupEvaluator;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.http.Router;
import dev.weir.service.kafka.KafkaSettings;
import dev.weir.service.lifecycle.Role;
import dev.weir.streams.commit.CommitPace;
import dev.weir.streams.commit.TransactionClients;
import dev.weir.streams.definition.ConfiguredRules;
import dev.weir.streams.definition.RuleGroupPublisher;
import dev.weir.streams.definition.RuleGroups;
import dev.weir.streams.definition.RulePublication;
import dev.weir.streams.leaf.LeafMetrics;
import dev.weir.streams.leaf.LeafProcessor;
import dev.weir.streams.leaf.LogEndProbe;
import dev.weir.streams.merge.MergeMetrics;
import dev.weir.streams.merge.MergeProcessor;
import dev.weir.streams.query.InstantQueries;
import dev.weir.streams.query.QueryApi;
import dev.weir.streams.query.QueryMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.streams.CloseOptions;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.state.Stores;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The role `rules`: runs the rules job on Kafka Streams, and brings `weir.rules` to what the
/// process is configured with. See `docs/rules-on-the-stream.md`.
public final class RulesRole implements Role {
  private static final Logger LOG = LoggerFactory.getLogger(RulesRole.class);

  private static final Duration LOG_END_INTERVAL = Duration.ofMillis(100);
  private static final int PAST_TIMEOUT_MILLIS = 2_000;

  /// Tasks that read the past of new rules at once.
  private static final int PAST_READING = 2;

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PRODUCER_CLOSE_TIMEOUT = Duration.ofSeconds(5);

  /// What a process of the role works in.
  ///
  /// @param member tells this process apart from others
  public record Surroundings(
      String member,
      KafkaSettings kafka,
      Optional<SchemaRegistry> registry,
      PrometheusRegistry metrics,
      InstantSource clock) {
    public Surroundings {
      requireNonNull(member, "member");
      requireNonNull(kafka, "kafka");
      requireNonNull(registry, "registry");
      requireNonNull(metrics, "metrics");
      requireNonNull(clock, "clock");
    }
  }

  private final RuleGroups groups;
  private final LogEndProbe logEnds;
  private final KafkaProducer<byte[], byte[]> producer;
  private final RulePublication publication;
  private final List<String> warnings;
  private final Optional<QueryApi> queries;
  private final Runnable beginnings;
  private final KafkaStreams streams;
  private final Path stateDirectory;
  private final CompletableFuture<WeirException> failure = new CompletableFuture<>();
  private volatile Labels externalLabels;
  private volatile boolean running;

  /// @param configured the groups to begin with
  public RulesRole(RulesSettings settings, ConfiguredRules configured, Surroundings surroundings) {
    this.warnings = configured.warnings();
    this.externalLabels = settings.externalLabels();
    this.stateDirectory = settings.stateDirectory();
    KafkaSettings kafka = surroundings.kafka();
    String client = settings.applicationId() + "-" + surroundings.member();
    this.groups = new RuleGroups(settings.planner(), reader(settings));
    this.logEnds =
        new LogEndProbe(
            () -> kafka.consumer(client + "-log-ends", Map.of()),
            Topics.SAMPLES,
            kafka.samplePartitions(),
            LOG_END_INTERVAL,
            surroundings.clock());
    this.producer = kafka.producer(client + "-groups", Map.of(ProducerConfig.LINGER_MS_CONFIG, 0));
    this.publication =
        new RulePublication(
            new RuleGroupPublisher(
                producer,
                RecordType.RULES.writer(Topics.RULES, surroundings.registry()),
                surroundings.clock()),
            groups,
            configured,
            failure::complete);
    this.queries =
        settings
            .config()
            .queryUrl()
            .map(server ->
                new QueryApi(
                    server,
                    settings.config().queryTimeout(),
                    settings.config().queryConcurrency(),
                    new QueryMetrics(surroundings.metrics())));
    this.beginnings =
        () ->
            new StartOffsets(settings.applicationId(), kafka)
                .commit(inputs(kafka), surroundings.clock().instant().minus(settings.begin()));
    this.streams =
        new KafkaStreams(
            topology(settings, surroundings).build(),
            StreamsProperties.of(settings, kafka, surroundings.member()),
            new TransactionClients());
    streams.setStateListener((state, _) -> changed(state));
    streams.setUncaughtExceptionHandler(this::failed);
  }

  private static List<TopicPartition> inputs(KafkaSettings kafka) {
    List<TopicPartition> inputs = new ArrayList<>();
    for (String topic : LeafProcessor.INPUTS) {
      for (int partition = 0; partition < kafka.samplePartitions(); partition++) {
        inputs.add(new TopicPartition(topic, partition));
      }
    }
    return inputs;
  }

  private static RuleGroups.Reader reader(RulesSettings settings) {
    RuleFileSettings files =
        new RuleFileSettings(
            RuleFileSettings.DEFAULT.interval(),
            RuleFileSettings.DEFAULT.queryOffset(),
            settings.language());
    return (file, text) -> RuleFile.parse(file, text, files).groups().getFirst();
  }

  private RulesTopology topology(RulesSettings settings, Surroundings surroundings) {
    QueryEngine engine =
        new QueryEngine(
            settings.engine().withMaxConcurrentQueries(settings.config().threads()),
            settings.language(),
            Runnable::run,
            System::nanoTime);
    String externalUrl = settings.externalUrl().toString();
    CommitPace commits = new CommitPace(settings.config().commitInterval());
    return new RulesTopology(
        new LeafProcessor.Surroundings(
            groups::leaves,
            engine,
            logEnds,
            settings.config().rowWait().toMillis(),
            () ->
                surroundings
                    .kafka()
                    .consumer(
                        settings.applicationId() + "-" + surroundings.member() + "-past",
                        Map.of(
                            ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                            "earliest",
                            // Asked in the middle of a transaction.
                            ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                            PAST_TIMEOUT_MILLIS)),
            new Semaphore(PAST_READING),
            settings.begin().toMillis(),
            settings.reader(),
            surroundings.registry(),
            commits,
            new LeafMetrics(surroundings.metrics())),
        new MergeProcessor.Surroundings(
            groups,
            () ->
                new GroupEvaluator(
                    engine,
                    new AlertExpansion(externalLabels, externalUrl, TemplateLimits.DEFAULT)),
            surroundings.kafka().samplePartitions(),
            settings.config().partitionWait().toMillis(),
            queries.map(InstantQueries.class::cast),
            () -> externalLabels,
            externalUrl,
            surroundings.registry(),
            commits,
            new MergeMetrics(surroundings.metrics())),
        settings.mergePartitions(),
        settings.begin(),
        Stores::persistentKeyValueStore);
  }

  private void changed(State state) {
    running = state == State.RUNNING;
    if (running) {
      // What stands in weir.rules is known from here on.
      publication.begin();
    }
    if (state == State.ERROR) {
      failure.complete(
          new WeirException.Internal(
              "rules cannot be evaluated any more: no thread is left; the log has the cause"));
    }
  }

  private StreamThreadExceptionResponse failed(Throwable e) {
    if (isAway(e)) {
      LOG.warn("Kafka was away for too long, starting a new thread: {}", e.toString());
      return StreamThreadExceptionResponse.REPLACE_THREAD;
    }
    WeirException told = StreamsFailure.of(e, stateDirectory);
    // What is no defect says all itself.
    LOG.error(told.getMessage(), told instanceof WeirException.Internal ? e : null);
    failure.complete(told);
    return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
  }

  /// Whether something failed because Kafka is away, which may pass.
  private static boolean isAway(Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      if (cause instanceof RetriableException) {
        return true;
      }
    }
    return false;
  }

  /// Goes on with other rule groups. Groups that are the same go on as they are.
  ///
  /// @param labels external labels of alerts from now on
  /// @throws WeirException.Unavailable if Kafka does not take them; those before then stay
  public void reload(ConfiguredRules fresh, Labels labels) {
    fresh.warnings().forEach(LOG::warn);
    publication.reload(fresh);
    externalLabels = labels;
  }

  @Override
  public String name() {
    return "rules";
  }

  @Override
  public void addRoutes(Router router) {
    // What rules come to is told by the query API, from the topics.
  }

  @Override
  public void start() {
    warnings.forEach(LOG::warn);
    beginnings.run();
    streams.start();
  }

  @Override
  public boolean isReady() {
    return running && publication.isPublished();
  }

  @Override
  public CompletionStage<WeirException> failure() {
    return failure.minimalCompletionStage();
  }

  @Override
  public void close() {
    publication.close();
    boolean stopped =
        streams.close(
            CloseOptions.groupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP)
                .withTimeout(CLOSE_TIMEOUT));
    if (!stopped) {
      LOG.warn("the rules job did not stop within {}; its work is done again", CLOSE_TIMEOUT);
    }
    logEnds.close();
    queries.ifPresent(QueryApi::close);
    producer.close(PRODUCER_CLOSE_TIMEOUT);
  }
}
