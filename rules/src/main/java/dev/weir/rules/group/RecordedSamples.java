package dev.weir.rules.group;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryValue;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/// What a group has recorded and may not find in storage yet. Of two samples for one series and
/// time the first stays. Not for use by several threads while it is written to.
public final class RecordedSamples {
  private final TreeMap<Labels, NavigableMap<Long, QueryValue.Sample>> series = new TreeMap<>();

  /// @return whether there was none at that time
  public boolean add(long timestampMillis, QueryValue.Sample sample) {
    return series
            .computeIfAbsent(sample.labels(), _ -> new TreeMap<>())
            .putIfAbsent(timestampMillis, sample)
        == null;
  }

  /// Forgets what is before a time: what storage has by now, or nobody looks back to.
  public void dropBefore(long timestampMillis) {
    series
        .values()
        .removeIf(samples -> {
          samples.headMap(timestampMillis, false).clear();
          return samples.isEmpty();
        });
  }

  public boolean isEmpty() {
    return series.isEmpty();
  }

  /// A source, and these samples over it. Where both have a sample of one series and time, the
  /// source's counts.
  ///
  /// @param tenant whose samples these are
  public SeriesSource over(Tenant tenant, SeriesSource base) {
    return new OverlaySeriesSource(tenant, base, this);
  }

  /// The series that match and have samples in the range, by labels, with those samples.
  NavigableMap<Labels, NavigableMap<Long, QueryValue.Sample>> select(
      List<List<Matcher>> selectors, TimeRange range) {
    TreeMap<Labels, NavigableMap<Long, QueryValue.Sample>> selected = new TreeMap<>();
    series.forEach((labels, samples) -> {
      NavigableMap<Long, QueryValue.Sample> within =
          samples.subMap(range.startMillis(), true, range.endMillis(), true);
      if (!within.isEmpty() && matchesAny(selectors, labels)) {
        selected.put(labels, within);
      }
    });
    return selected;
  }

  private static boolean matchesAny(List<List<Matcher>> selectors, Labels labels) {
    if (selectors.isEmpty()) {
      return true;
    }
    for (List<Matcher> matchers : selectors) {
      if (Matcher.allMatch(matchers, labels)) {
        return true;
      }
    }
    return false;
  }
}
