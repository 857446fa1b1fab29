package dev.weir.streams.leaf;

import dev.weir.streams.definition.GroupId;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Map;
import java.util.Set;

/// What the first stage tells of itself. Any thread.
public final class LeafMetrics {
  private final Counter samplesRead;
  private final Counter unreadable;
  private final Counter ahead;
  private final Counter missed;
  private final Counter partials;
  private final Counter partialBytes;
  private final Gauge windowSeries;
  private final Gauge windowRows;
  private final Gauge parked;
  private final Gauge silentInputs;

  public LeafMetrics(PrometheusRegistry registry) {
    this.samplesRead =
        Counter.builder()
            .name("weir_rules_samples_read_total")
            .help("Samples that the rules job has read, selected by a rule or not.")
            .register(registry);
    this.unreadable =
        Counter.builder()
            .name("weir_rules_unreadable_records_total")
            .help("Input records that the rules job could make nothing of.")
            .register(registry);
    this.ahead =
        Counter.builder()
            .name("weir_rules_future_records_total")
            .help("Records of samples that rules do not use: their rows are too far in the future.")
            .register(registry);
    this.missed =
        Counter.builder()
            .name("weir_rules_missed_records_total")
            .help("Records of samples that were deleted before rules could read them.")
            .register(registry);
    this.partials =
        Counter.builder()
            .name("weir_rules_partial_results_total")
            .help("Partial results of rule groups that partitions have sent to the merge.")
            .register(registry);
    this.partialBytes =
        Counter.builder()
            .name("weir_rules_partial_results_bytes_total")
            .help("Size of partial results before compression.")
            .register(registry);
    this.windowSeries =
        Gauge.builder()
            .name("weir_rules_window_series")
            .help("Series that are kept because some rule selects them.")
            .labelNames("partition")
            .register(registry);
    this.windowRows =
        Gauge.builder()
            .name("weir_rules_window_rows")
            .help("Rows that are kept because some rule selects columns of them.")
            .labelNames("partition")
            .register(registry);
    this.parked =
        Gauge.builder()
            .name("weir_rules_parked_records")
            .help("Records of samples that rules do not see yet: their layout has not come.")
            .labelNames("partition")
            .register(registry);
    this.silentInputs =
        Gauge.builder()
            .name("weir_rules_silent_inputs")
            .help(
                "Groups of scraped series that a rule group selects and that stopped coming, though"
                    + " nothing said that they ended.")
            .labelNames("partition", "tenant", "file", "group")
            .register(registry);
  }

  void read(int samples) {
    samplesRead.inc(samples);
  }

  void unreadable() {
    unreadable.inc();
  }

  void ahead() {
    ahead.inc();
  }

  void missed(long records) {
    missed.inc(records);
  }

  void partial(int bytes) {
    partials.inc();
    partialBytes.inc(bytes);
  }

  void window(int partition, long series, long rows, int parkedRecords) {
    windowSeries.labelValues(Integer.toString(partition)).set((double) series);
    windowRows.labelValues(Integer.toString(partition)).set((double) rows);
    parked.labelValues(Integer.toString(partition)).set(parkedRecords);
  }

  /// @param before the groups of the partition that it was told of before
  void silent(int partition, Map<GroupId, Integer> inputs, Set<GroupId> before) {
    for (GroupId group : before) {
      if (!inputs.containsKey(group)) {
        silentInputs.remove(labels(partition, group));
      }
    }
    inputs.forEach(
        (group, silent) -> silentInputs.labelValues(labels(partition, group)).set((double) silent));
  }

  private static String[] labels(int partition, GroupId group) {
    return new String[] {
      Integer.toString(partition), group.tenant().name(), group.file(), group.group()
    };
  }

  void closed(int partition) {
    windowSeries.remove(Integer.toString(partition));
    windowRows.remove(Integer.toString(partition));
    parked.remove(Integer.toString(partition));
  }
}
