package dev.weir.rules.group;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupSamples;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Puts single samples between the rows of a group.
final class Stitching {
  private static final GroupSamples.Column EMPTY = GroupSamples.Column.ofValues(new double[0]);

  private final long[] timestamps;

  private Stitching(long[] timestamps) {
    this.timestamps = timestamps;
  }

  /// @param base the group's samples, which count where both have one; null if there are none
  /// @param over for each column, by time
  static GroupSamples of(
      @Nullable GroupSamples base, List<NavigableMap<Long, QueryValue.Sample>> over) {
    long[] baseTimes = base == null ? new long[0] : base.timestampsMillis();
    TreeSet<Long> times = new TreeSet<>();
    for (long time : baseTimes) {
      times.add(time);
    }
    over.forEach(samples -> times.addAll(samples.keySet()));
    Stitching stitching = new Stitching(times.stream().mapToLong(Long::longValue).toArray());
    List<GroupSamples.Column> columns = new ArrayList<>();
    for (int i = 0; i < over.size(); i++) {
      GroupSamples.Column column = base == null ? EMPTY : base.columns().get(i);
      columns.add(stitching.column(baseTimes, column, over.get(i)));
    }
    return new GroupSamples(stitching.timestamps, columns);
  }

  private GroupSamples.Column column(
      long[] baseTimes, GroupSamples.Column base, NavigableMap<Long, QueryValue.Sample> over) {
    double[] values = new double[timestamps.length];
    Arrays.fill(values, AbsentValue.VALUE);
    @Nullable NativeHistogram @Nullable [] histograms =
        base.histograms() == null && over.values().stream().noneMatch(Stitching::isHistogram)
            ? null
            : new NativeHistogram[timestamps.length];
    long @Nullable [] starts =
        base.startTimestampsMillis() == null ? null : new long[timestamps.length];
    for (int i = 0; i < baseTimes.length; i++) {
      int at = Arrays.binarySearch(timestamps, baseTimes[i]);
      values[at] = base.values()[i];
      if (base.histograms() != null && histograms != null) {
        histograms[at] = base.histograms()[i];
      }
      if (base.startTimestampsMillis() != null && starts != null) {
        starts[at] = base.startTimestampsMillis()[i];
      }
    }
    for (Map.Entry<Long, QueryValue.Sample> entry : over.entrySet()) {
      NativeHistogram histogram = entry.getValue().histogram();
      int at = Arrays.binarySearch(timestamps, entry.getKey());
      boolean taken = !AbsentValue.is(values[at]) || (histograms != null && histograms[at] != null);
      if (taken) {
        continue;
      }
      if (histogram == null) {
        values[at] = entry.getValue().value();
      } else if (histograms != null) {
        histograms[at] = histogram;
      }
    }
    return new GroupSamples.Column(values, histograms, starts);
  }

  private static boolean isHistogram(QueryValue.Sample sample) {
    return sample.histogram() != null;
  }
}
