package dev.weir.promql.eval.range;

import dev.weir.promql.eval.range.RangeFunction.Range;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Windows;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The floats of a group's series as a kernel wants them: without gaps and staleness markers. What
/// depends on timestamps alone, windows and what the kernel makes of them, is found once for all
/// series with the same gaps that follow each other. For one thread.
final class GroupFloats {
  private final RangeKernel kernel;
  private final Range range;
  private final long[] timestamps;
  private final Windows reach;
  private final Shared whole;
  private @Nullable Shared gapped;

  /// Where floats are in the series at hand: first index and index behind the last of each run.
  private int[] runs = new int[8];

  private int runsEnd;
  private double[] values = {};
  private long[] starts = {};
  private double[] weights = {};

  /// What series with floats at the same timestamps have in common.
  ///
  /// @param runs of indices, as in [#runs]; nothing where there is one at each timestamp
  private record Shared(int[] runs, long[] timestamps, Windows windows, RangeKernel kernel) {}

  /// @param timestamps of the group
  /// @param reach the windows of all samples that may matter
  GroupFloats(RangeKernel kernel, Range range, long[] timestamps, Windows reach) {
    this.kernel = kernel;
    this.range = range;
    this.timestamps = timestamps;
    this.reach = reach;
    this.whole = shared(new int[0], timestamps, reach);
  }

  private Shared shared(int[] runsOfAll, long[] ofFloats, Windows reachOfFloats) {
    Windows windows = range.windows(ofFloats, reachOfFloats);
    return new Shared(
        runsOfAll,
        ofFloats,
        windows,
        kernel.forTimestamps(ofFloats, windows, range.ends(), range.rangeMillis()));
  }

  /// Evaluates the kernel over a series' floats.
  ///
  /// @param startTimestamps of the series, null if they do not matter
  void evaluate(SampleColumn column, long @Nullable [] startTimestamps, double[] out) {
    findRuns(column.values());
    if (runsEnd == 0) {
      return;
    }
    boolean isWhole = runsEnd == 2 && runs[0] == reach.begin() && runs[1] == reach.end();
    Shared shared = isWhole ? whole : withSameGaps();
    double[] ofColumn = column.weights();
    shared.kernel.evaluate(
        new FloatWindows(
            shared.timestamps,
            isWhole ? column.values() : compact(column.values()),
            isWhole || startTimestamps == null ? startTimestamps : compact(startTimestamps),
            shared.windows,
            range.ends(),
            range.rangeMillis(),
            isWhole || ofColumn == null ? ofColumn : compactWeights(ofColumn)),
        out);
  }

  private void findRuns(double[] all) {
    int end = reach.end();
    runsEnd = 0;
    int i = reach.begin();
    while (i < end) {
      while (i < end && !ColumnSamples.isFloat(all[i])) {
        i++;
      }
      int first = i;
      while (i < end && ColumnSamples.isFloat(all[i])) {
        i++;
      }
      if (i > first) {
        addRun(first, i);
      }
    }
  }

  private void addRun(int first, int end) {
    if (runsEnd == runs.length) {
      runs = Arrays.copyOf(runs, 2 * runsEnd);
    }
    runs[runsEnd++] = first;
    runs[runsEnd++] = end;
  }

  private Shared withSameGaps() {
    Shared last = gapped;
    if (last == null || !Arrays.equals(last.runs, 0, last.runs.length, runs, 0, runsEnd)) {
      // For each index, how many floats come before it.
      int[] before = new int[reach.end() + 1];
      long[] ofFloats = new long[reach.end() - reach.begin()];
      int count = 0;
      int at = reach.begin();
      for (int run = 0; run < runsEnd; run += 2) {
        Arrays.fill(before, at, runs[run], count);
        for (at = runs[run]; at < runs[run + 1]; at++) {
          before[at] = count;
          ofFloats[count++] = timestamps[at];
        }
      }
      Arrays.fill(before, at, before.length, count);
      last =
          shared(Arrays.copyOf(runs, runsEnd), Arrays.copyOf(ofFloats, count), reach.over(before));
      gapped = last;
    }
    return last;
  }

  private double[] compact(double[] all) {
    if (values.length < timestamps.length) {
      values = new double[timestamps.length];
    }
    copyRuns(all, values);
    return values;
  }

  private long[] compact(long[] all) {
    if (starts.length < timestamps.length) {
      starts = new long[timestamps.length];
    }
    copyRuns(all, starts);
    return starts;
  }

  private double[] compactWeights(double[] all) {
    if (weights.length < timestamps.length) {
      weights = new double[timestamps.length];
    }
    copyRuns(all, weights);
    return weights;
  }

  /// Moves the runs of an array together, at the start of another of its type.
  private void copyRuns(Object all, Object compacted) {
    int count = 0;
    for (int run = 0; run < runsEnd; run += 2) {
      int length = runs[run + 1] - runs[run];
      System.arraycopy(all, runs[run], compacted, count, length);
      count += length;
    }
  }
}
