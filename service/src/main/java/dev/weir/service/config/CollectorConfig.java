package dev.weir.service.config;

import static dev.weir.service.config.SettingType.BOOLEAN;
import static dev.weir.service.config.SettingType.POSITIVE_DURATION;
import static dev.weir.service.config.SettingType.SIZE;
import static dev.weir.service.config.SettingType.integer;

import dev.weir.model.Tenant;
import dev.weir.yaml.ConfigSection;
import java.time.Duration;
import java.util.List;

/// The `collector` section of `weir.yml`: scraping, receiving and publishing.
///
/// @param tenant owner of what is scraped
public record CollectorConfig(
    Tenant tenant,
    long bufferBytes,
    long maxScrapeBodyBytes,
    long maxScrapeBodiesBytes,
    long maxKeptBodiesBytes,
    int maxConcurrentWrites,
    int maxTenants,
    int maxSamplesPerWrite,
    int maxWaitingStates,
    int maxRememberedMetadata,
    Duration writeTimeout,
    Duration keyFrameInterval,
    boolean attachExternalLabels,
    boolean nameLocalTargets,
    boolean normalizeBounds) {
  private static final Setting<Tenant> TENANT =
      Setting.of(
          "tenant",
          SettingType.TENANT,
          Tenant.DEFAULT,
          "Owner of the series that are scraped. Pushed ones belong to the tenant that the header"
              + " `X-Scope-OrgID` names.");

  private static final Setting<Long> BUFFER_BYTES =
      Setting.of(
          "buffer_bytes",
          SIZE,
          128L << 20,
          "Rows that wait in memory while Kafka is away. When it is full, the oldest are dropped,"
              + " counted in `weir_collector_buffer_dropped_rows_total`.");

  private static final Setting<Long> MAX_SCRAPE_BODY_BYTES =
      Setting.of(
          "max_scrape_body_bytes",
          SIZE,
          64L << 20,
          "Longest body of a scrape, uncompressed, where `body_size_limit` sets no smaller bound.");

  private static final Setting<Long> MAX_SCRAPE_BODIES_BYTES =
      Setting.of(
          "max_scrape_bodies_bytes",
          SIZE,
          256L << 20,
          "Memory of the bodies of all scrapes that are in work, compressed and uncompressed. A"
              + " scrape beyond it fails.");

  private static final Setting<Long> MAX_KEPT_BODIES_BYTES =
      Setting.of(
          "max_kept_bodies_bytes",
          SIZE,
          256L << 20,
          "Memory of the last bodies of all targets. Of the next body only what differs is read; the"
              + " bodies of targets beyond it are read whole.");

  private static final Setting<Integer> MAX_CONCURRENT_WRITES =
      Setting.of(
          "max_concurrent_writes",
          integer(1, 100_000),
          64,
          "Remote-write requests in work at once. More are answered with 503, and their senders try"
              + " again.");

  private static final Setting<Integer> MAX_TENANTS =
      Setting.of(
          "max_tenants",
          integer(1, 1_000_000),
          1_000,
          "Tenants that may have active series in one collector.");

  private static final Setting<Integer> MAX_SAMPLES_PER_WRITE =
      Setting.of(
          "max_samples_per_write",
          integer(1, 100_000_000),
          1_000_000,
          "Samples and exemplars of one remote-write request.");

  private static final Setting<Integer> MAX_WAITING_STATES =
      Setting.of(
          "max_waiting_states",
          integer(1, 100_000_000),
          200_000,
          "States of targets and metadata that wait in memory while Kafka is away. Beyond it the"
              + " oldest are dropped, counted in `weir_collector_lost_states_total`.");

  private static final Setting<Integer> MAX_REMEMBERED_METADATA =
      Setting.of(
          "max_remembered_metadata",
          integer(1, 100_000_000),
          100_000,
          "Metric families whose metadata is remembered, so that only changes are published.");

  private static final Setting<Duration> WRITE_TIMEOUT =
      Setting.of(
          "write_timeout",
          POSITIVE_DURATION,
          Duration.ofSeconds(20),
          "How long a remote-write request waits for Kafka to acknowledge it, before it is answered"
              + " with 503.");

  private static final Setting<Duration> KEY_FRAME_INTERVAL =
      Setting.of(
          "key_frame_interval",
          POSITIVE_DURATION,
          Duration.ofMinutes(10),
          "How often a group's layout is sent whole. A reader that starts in mid-stream begins this"
              + " much earlier, so all processes must agree.");

  private static final Setting<Boolean> ATTACH_EXTERNAL_LABELS =
      Setting.of(
          "attach_external_labels",
          BOOLEAN,
          false,
          "Adds `external_labels` of prometheus.yml to scraped series that lack them. Prometheus adds"
              + " them only when it talks to other systems.");

  private static final Setting<Boolean> NAME_LOCAL_TARGETS =
      Setting.of(
          "name_local_targets",
          BOOLEAN,
          false,
          "Writes the machine's name for `localhost` in the `instance` of targets that got none"
              + " otherwise. For collectors that each scrape their own machine: it keeps their series"
              + " apart, and in different partitions.");

  private static final Setting<Boolean> NORMALIZE_BOUNDS =
      Setting.of(
          "normalize_bounds",
          BOOLEAN,
          false,
          "Writes `le` and `quantile` of scraped histograms and summaries as OpenMetrics does (`1.0`"
              + " for `1`), as Prometheus 3 does and Prometheus 2 does not.");

  public static final SettingGroup GROUP =
      new SettingGroup(
          "collector",
          "Scraping, receiving and publishing.",
          List.of(
              TENANT,
              BUFFER_BYTES,
              MAX_SCRAPE_BODY_BYTES,
              MAX_SCRAPE_BODIES_BYTES,
              MAX_KEPT_BODIES_BYTES,
              MAX_CONCURRENT_WRITES,
              MAX_TENANTS,
              MAX_SAMPLES_PER_WRITE,
              MAX_WAITING_STATES,
              MAX_REMEMBERED_METADATA,
              WRITE_TIMEOUT,
              KEY_FRAME_INTERVAL,
              ATTACH_EXTERNAL_LABELS,
              NAME_LOCAL_TARGETS,
              NORMALIZE_BOUNDS));

  static CollectorConfig read(ConfigSection section) {
    return new CollectorConfig(
        TENANT.read(section),
        BUFFER_BYTES.read(section),
        MAX_SCRAPE_BODY_BYTES.read(section),
        MAX_SCRAPE_BODIES_BYTES.read(section),
        MAX_KEPT_BODIES_BYTES.read(section),
        MAX_CONCURRENT_WRITES.read(section),
        MAX_TENANTS.read(section),
        MAX_SAMPLES_PER_WRITE.read(section),
        MAX_WAITING_STATES.read(section),
        MAX_REMEMBERED_METADATA.read(section),
        WRITE_TIMEOUT.read(section),
        KEY_FRAME_INTERVAL.read(section),
        ATTACH_EXTERNAL_LABELS.read(section),
        NAME_LOCAL_TARGETS.read(section),
        NORMALIZE_BOUNDS.read(section));
  }
}
