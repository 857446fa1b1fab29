package dev.weir.history.range;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Leaves out of what a rule would record what is recorded already.
///
/// A series whose rule was evaluated then has a sample once an interval, maybe at other times than
/// now: its group had another name, or stood in another file. So a sample is left out if the series
/// has one within less than an interval of it.
public final class ExistingSamples {
  private final Tenant tenant;
  private final SeriesSource source;

  public ExistingSamples(Tenant tenant, SeriesSource source) {
    this.tenant = requireNonNull(tenant, "tenant");
    this.source = requireNonNull(source, "source");
  }

  /// @param metric of all series of what is recorded
  /// @return what is left of it, which has no samples where something exists
  public StepValues leaveOut(String metric, StepValues recorded) {
    Steps steps = recorded.steps();
    if (steps.count() == 0 || recorded.series().isEmpty()) {
      return recorded;
    }
    Map<Labels, long[]> existing = existing(metric, steps);
    if (existing.isEmpty()) {
      return recorded;
    }
    StepValues left = new StepValues(steps);
    left.failed().putAll(recorded.failed());
    recorded
        .series()
        .forEach((labels, column) -> {
          long[] times = existing.getOrDefault(labels, new long[0]);
          int next = 0;
          for (int step = 0; step < steps.count(); step++) {
            long time = steps.timeMillis(step);
            while (next < times.length && times[next] <= time - steps.intervalMillis()) {
              next++;
            }
            boolean near = next < times.length && times[next] < time + steps.intervalMillis();
            if (!near && column.isThere(step)) {
              left.set(labels, step, column.values()[step], column.histogram(step));
            }
          }
        });
    return left;
  }

  /// When each series of a metric has samples near some steps.
  private Map<Labels, long[]> existing(String metric, Steps steps) {
    TimeRange range =
        new TimeRange(
            steps.firstMillis() - steps.intervalMillis(), steps.timeMillis(steps.count()));
    Map<Labels, long[]> existing = new HashMap<>();
    try (GroupCursor cursor =
        source.select(
            tenant, List.of(Matcher.equal(Labels.NAME, metric)), range, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupColumns columns = group.columns();
        List<SeriesMeta> series = group.series();
        for (int i = 0; i < series.size(); i++) {
          existing.merge(
              series.get(i).labels(),
              times(columns.timestampsMillis(), columns.column(i)),
              ExistingSamples::merged);
        }
      }
    }
    return existing;
  }

  private static long[] times(long[] timestamps, GroupSamples.Column column) {
    long[] times = new long[timestamps.length];
    int count = 0;
    for (int i = 0; i < timestamps.length; i++) {
      if (column.hasSample(i)) {
        times[count++] = timestamps[i];
      }
    }
    return Arrays.copyOf(times, count);
  }

  private static long[] merged(long[] a, long[] b) {
    long[] both = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, both, a.length, b.length);
    Arrays.sort(both);
    return both;
  }
}
