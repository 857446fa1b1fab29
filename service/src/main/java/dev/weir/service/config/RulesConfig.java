package dev.weir.service.config;

import static dev.weir.service.config.SettingType.BOOLEAN;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.TEXTS;
import static dev.weir.service.config.SettingType.URL;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.model.Tenant;
import dev.weir.yaml.ConfigSection;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The `rules` section of `weir.yml`: how rules are evaluated on the stream.
///
/// @param standbys absent: what suits the deployment
/// @param queryUrl absent: the process itself where it serves queries, else nobody is asked
public record RulesConfig(
    Tenant tenant,
    boolean defaultRules,
    Duration window,
    Duration rowWait,
    Duration partitionWait,
    int threads,
    Optional<Integer> standbys,
    Duration commitInterval,
    Duration sessionTimeout,
    Duration transactionTimeout,
    Optional<URI> queryUrl,
    Duration queryTimeout,
    int queryConcurrency,
    List<String> shadow) {
  public RulesConfig {
    shadow = List.copyOf(shadow);
  }

  private static final Setting<Tenant> TENANT =
      Setting.of("tenant", SettingType.TENANT, Tenant.DEFAULT, "Whose series the rules are about.");

  private static final Setting<Boolean> DEFAULT_RULES =
      Setting.of(
          "default_rules",
          BOOLEAN,
          true,
          "Whether Weir's rules about itself are evaluated beside those of `rule_files`, among them"
              + " one that always fires (a dead man's switch).");

  private static final Setting<Duration> WINDOW =
      Setting.of(
          "window",
          POSITIVE_DURATION,
          Duration.ofHours(2),
          "How far expressions of rules may look back on the stream; those that look back further"
              + " are evaluated by query. Memory grows with what rules do look back on, not with"
              + " this.");

  private static final Setting<Duration> ROW_WAIT =
      Setting.of(
          "row_wait",
          POSITIVE_DURATION,
          Duration.ofSeconds(2),
          "How long an evaluation waits at most for a scrape that is due.");

  private static final Setting<Duration> PARTITION_WAIT =
      Setting.of(
          "partition_wait",
          POSITIVE_DURATION,
          Duration.ofSeconds(15),
          "How long an evaluation waits for partitions that have not reported. Without them it is"
              + " incomplete, and resolves nothing.");

  private static final Setting<Integer> THREADS =
      Setting.of(
          "threads",
          integer(1, 1000),
          1,
          "Threads that evaluate rules. The partitions of samples are spread over all threads of"
              + " all processes.");

  private static final Setting<Optional<Integer>> STANDBYS =
      new Setting<>(
          "standbys",
          integer(0, 10).optional(),
          Optional.empty(),
          "0 with the embedded broker, 1 on a cluster",
          "Other processes that keep a copy of a partition's state, to go on at once.");

  private static final Setting<Duration> COMMIT_INTERVAL =
      Setting.of(
          "commit_interval",
          POSITIVE_DURATION,
          Duration.ofMillis(200),
          "Results are committed at once, but a thread commits no more often than this. An alert"
              + " passes two commits.");

  private static final Setting<Duration> SESSION_TIMEOUT =
      Setting.of(
          "session_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(6),
          "After how long without a sign of life a process is replaced. Brokers refuse less than"
              + " their `group.min.session.timeout.ms`.");

  private static final Setting<Duration> TRANSACTION_TIMEOUT =
      Setting.of(
          "transaction_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(6),
          "After how long the unfinished results of a process that died are given up. Until then"
              + " nobody reads what others write behind them. Brokers look for such results every"
              + " `transaction.abort.timed.out.transaction.cleanup.interval.ms`, 10 s unless set.");

  private static final Setting<Optional<URI>> QUERY_URL =
      new Setting<>(
          "query_url",
          URL.optional(),
          Optional.empty(),
          "the process itself, if it serves queries",
          "Where the query API is asked for rules that the stream cannot evaluate: those that look"
              + " back further than `window`, or at other times (`@`, subqueries over"
              + " aggregations). Without it they fail. The same for all processes.");

  private static final Setting<Duration> QUERY_TIMEOUT =
      Setting.of(
          "query_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(10),
          "How long one such query may take. One that fails, or whose answer is not complete, is"
              + " asked again until `partition_wait` after its time.");

  private static final Setting<Integer> QUERY_CONCURRENCY =
      Setting.of(
          "query_concurrency",
          integer(1, 1000),
          4,
          "Such queries that a process has under way at once; others wait.");

  private static final Setting<List<String>> SHADOW =
      Setting.of(
          "shadow",
          TEXTS,
          List.of(),
          "Names of rule groups that are evaluated and tell nobody (`*` stands for any text, `?` for"
              + " a character), beside those with the label `shadow: \"true\"`. What they record, and"
              + " their `ALERTS`, have `shadow:` before their names.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "rules",
          "How rules are evaluated on the stream.",
          List.of(
              TENANT,
              DEFAULT_RULES,
              WINDOW,
              ROW_WAIT,
              PARTITION_WAIT,
              THREADS,
              STANDBYS,
              COMMIT_INTERVAL,
              SESSION_TIMEOUT,
              TRANSACTION_TIMEOUT,
              QUERY_URL,
              QUERY_TIMEOUT,
              QUERY_CONCURRENCY,
              SHADOW));

  static RulesConfig read(ConfigSection section) {
    return new RulesConfig(
        TENANT.read(section),
        DEFAULT_RULES.read(section),
        WINDOW.read(section),
        ROW_WAIT.read(section),
        PARTITION_WAIT.read(section),
        THREADS.read(section),
        STANDBYS.read(section),
        COMMIT_INTERVAL.read(section),
        SESSION_TIMEOUT.read(section),
        TRANSACTION_TIMEOUT.read(section),
        QUERY_URL.read(section),
        QUERY_TIMEOUT.read(section),
        QUERY_CONCURRENCY.read(section),
        SHADOW.read(section));
  }

  /// The same, asking queries of a server where none is given.
  public RulesConfig withQueriesAskedOf(URI server) {
    return queryUrl.isPresent()
        ? this
        : new RulesConfig(
            tenant,
            defaultRules,
            window,
            rowWait,
            partitionWait,
            threads,
            standbys,
            commitInterval,
            sessionTimeout,
            transactionTimeout,
            Optional.of(server),
            queryTimeout,
            queryConcurrency,
            shadow);
  }
}
