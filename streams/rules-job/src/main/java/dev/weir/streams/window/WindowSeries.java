package dev.weir.streams.window;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.source.GroupSamples;
import dev.weir.promql.eval.standing.StandingColumn;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The kept samples of one series in one group, at the group's indexes.
final class WindowSeries implements StandingColumn {
  private static final double[] NONE = {};

  private final SeriesMeta meta;
  private final WindowGroup group;

  /// Where the series was before, while samples of it are kept there.
  private @Nullable WindowSeries before;

  private double[] values = NONE;
  private @Nullable NativeHistogram @Nullable [] histograms;
  private long @Nullable [] startTimestampsMillis;

  /// How often a value may have come for a row that was there.
  private long changes;

  WindowSeries(SeriesMeta meta, WindowGroup group, @Nullable WindowSeries before) {
    this.meta = meta;
    this.group = group;
    this.before = before;
  }

  SeriesMeta meta() {
    return meta;
  }

  WindowGroup group() {
    return group;
  }

  @Nullable WindowSeries before() {
    return before;
  }

  @Override
  public Labels labels() {
    return meta.labels();
  }

  @Override
  public double value(long row) {
    int index = group.index(row);
    return index < values.length ? values[index] : AbsentValue.VALUE;
  }

  @Override
  public boolean hasHistograms() {
    return histograms != null;
  }

  @Override
  public long revision() {
    // Both only grow.
    return changes + group.insertions();
  }

  /// A value may have come for a row that was there.
  void changed() {
    changes++;
  }

  /// Forgets where the series was before.
  void forget(WindowSeries gone) {
    WindowSeries last = this;
    while (last.before != null && last.before != gone) {
      last = last.before;
    }
    if (last.before == gone) {
      last.before = gone.before;
    }
  }

  private void reach(int capacity) {
    int had = values.length;
    if (had < capacity) {
      values = Arrays.copyOf(values, capacity);
      Arrays.fill(values, had, capacity, AbsentValue.VALUE);
      if (histograms != null) {
        histograms = Arrays.copyOf(histograms, capacity);
      }
      if (startTimestampsMillis != null) {
        startTimestampsMillis = Arrays.copyOf(startTimestampsMillis, capacity);
      }
    }
  }

  private boolean has(int index) {
    return index < values.length
        && (!AbsentValue.is(values[index]) || (histograms != null && histograms[index] != null));
  }

  void set(int index, double value, int capacity) {
    reach(capacity);
    if (!has(index)) {
      values[index] = value;
    }
  }

  void set(int index, NativeHistogram histogram, int capacity) {
    reach(capacity);
    if (!has(index)) {
      if (histograms == null) {
        histograms = new NativeHistogram[capacity];
      }
      histograms[index] = histogram;
    }
  }

  void setStart(int index, long startMillis, int capacity) {
    reach(capacity);
    if (!has(index)) {
      if (startTimestampsMillis == null) {
        startTimestampsMillis = new long[capacity];
      }
      startTimestampsMillis[index] = startMillis;
    }
  }

  /// Makes room for a row in the middle.
  void insert(int at, int end, int capacity) {
    reach(capacity);
    System.arraycopy(values, at, values, at + 1, end - at);
    values[at] = AbsentValue.VALUE;
    if (histograms != null) {
      System.arraycopy(histograms, at, histograms, at + 1, end - at);
      histograms[at] = null;
    }
    if (startTimestampsMillis != null) {
      System.arraycopy(startTimestampsMillis, at, startTimestampsMillis, at + 1, end - at);
      startTimestampsMillis[at] = 0;
    }
  }

  void moveToFront(int start, int end) {
    reach(end);
    int size = end - start;
    System.arraycopy(values, start, values, 0, size);
    Arrays.fill(values, size, values.length, AbsentValue.VALUE);
    if (histograms != null) {
      System.arraycopy(histograms, start, histograms, 0, size);
      Arrays.fill(histograms, size, histograms.length, null);
    }
    if (startTimestampsMillis != null) {
      System.arraycopy(startTimestampsMillis, start, startTimestampsMillis, 0, size);
      Arrays.fill(startTimestampsMillis, size, startTimestampsMillis.length, 0);
    }
  }

  void clear(int from, int to) {
    int until = Math.min(to, values.length);
    if (from < until) {
      Arrays.fill(values, from, until, AbsentValue.VALUE);
      if (histograms != null) {
        Arrays.fill(histograms, from, until, null);
      }
    }
  }

  boolean isEmpty(int from, int to) {
    for (int i = from; i < to; i++) {
      if (has(i)) {
        return false;
      }
    }
    return true;
  }

  /// The samples from an index to another as a column.
  GroupSamples.Column column(int from, int to) {
    reach(to);
    return new GroupSamples.Column(
        Arrays.copyOfRange(values, from, to),
        histograms == null ? null : Arrays.copyOfRange(histograms, from, to),
        startTimestampsMillis == null ? null : Arrays.copyOfRange(startTimestampsMillis, from, to));
  }
}
