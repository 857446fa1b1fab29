package dev.weir.rules.group;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryValue;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a group has recorded and may not find in storage yet. Of two samples for one series and
/// time the first stays. Not for use by several threads while it is written to.
public final class RecordedSamples {
  private final Map<Labels, OfSeries> series = new HashMap<>();

  /// Names of labels that some series has, so that selectors of others need not look for one.
  private final Set<String> labelNames = new HashSet<>();

  /// The samples of one series: mostly one.
  private static final class OfSeries {
    private final long onlyMillis;
    private final QueryValue.Sample only;
    private @Nullable NavigableMap<Long, QueryValue.Sample> all;

    OfSeries(long timestampMillis, QueryValue.Sample sample) {
      this.onlyMillis = timestampMillis;
      this.only = sample;
    }

    NavigableMap<Long, QueryValue.Sample> all() {
      NavigableMap<Long, QueryValue.Sample> known = all;
      if (known == null) {
        known = new TreeMap<>();
        known.put(onlyMillis, only);
        all = known;
      }
      return known;
    }

    boolean add(long timestampMillis, QueryValue.Sample sample) {
      return !(all == null && timestampMillis == onlyMillis)
          && all().putIfAbsent(timestampMillis, sample) == null;
    }
  }

  /// @return whether there was none at that time
  public boolean add(long timestampMillis, QueryValue.Sample sample) {
    OfSeries known = series.get(sample.labels());
    if (known != null) {
      return known.add(timestampMillis, sample);
    }
    series.put(sample.labels(), new OfSeries(timestampMillis, sample));
    for (int i = 0; i < sample.labels().size(); i++) {
      labelNames.add(sample.labels().name(i));
    }
    return true;
  }

  /// Forgets what is before a time: what storage has by now, or nobody looks back to.
  public void dropBefore(long timestampMillis) {
    series
        .values()
        .removeIf(samples -> {
          samples.all().headMap(timestampMillis, false).clear();
          return samples.all().isEmpty();
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
    if (!selectors.isEmpty() && selectors.stream().allMatch(this::needsMissingLabel)) {
      return selected;
    }
    series.forEach((labels, samples) -> {
      if (matchesAny(selectors, labels)) {
        NavigableMap<Long, QueryValue.Sample> within =
            samples.all().subMap(range.startMillis(), true, range.endMillis(), true);
        if (!within.isEmpty()) {
          selected.put(labels, within);
        }
      }
    });
    return selected;
  }

  /// Whether a selector asks for a label that no series has.
  private boolean needsMissingLabel(List<Matcher> matchers) {
    for (Matcher matcher : matchers) {
      if (!labelNames.contains(matcher.name()) && !matcher.matches("")) {
        return true;
      }
    }
    return false;
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
