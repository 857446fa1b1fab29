package dev.weir.blocks.downsample;

import dev.weir.model.StalenessMarker;
import java.util.Arrays;

/// The edges of a series' windows, in order of time. Windows come one after another, each with all
/// of its samples. Not for sharing between threads.
///
/// What a counter came to from a window's first sample to its last is `last - first + sum of the
/// samples before resets`. Samples that are left out must change neither that nor what it is
/// between windows. Where they would (a NaN hides a drop, or values below zero do), all samples of
/// the window stay.
final class WindowEdges {
  private int[] rows = new int[16];
  private double[] values = new double[16];
  private double[] weights = new double[16];
  private int size;

  int size() {
    return size;
  }

  /// Place of an edge among the rows of the group.
  int row(int edge) {
    return rows[edge];
  }

  double value(int edge) {
    return values[edge];
  }

  double weight(int edge) {
    return weights[edge];
  }

  private void add(int row, double value, double weight) {
    if (size == rows.length) {
      rows = Arrays.copyOf(rows, size * 2);
      values = Arrays.copyOf(values, size * 2);
      weights = Arrays.copyOf(weights, size * 2);
    }
    rows[size] = row;
    values[size] = value;
    weights[size++] = weight;
  }

  /// Takes a window.
  ///
  /// @param sampleRows rows of its samples, staleness markers left out
  /// @param column values by row
  /// @param count of the samples
  /// @param markerRow of the staleness marker that the window ends with; -1 if it does not
  void addWindow(int[] sampleRows, double[] column, int count, int markerRow) {
    if (count > 0) {
      addSamples(sampleRows, column, count);
    }
    if (markerRow >= 0) {
      add(markerRow, StalenessMarker.VALUE, 0);
    }
  }

  private void addSamples(int[] sampleRows, double[] column, int count) {
    int resets = 0;
    int reset = 0;
    double beforeResets = 0;
    for (int i = 1; i < count; i++) {
      double before = column[sampleRows[i - 1]];
      if (column[sampleRows[i]] < before) {
        resets++;
        reset = i;
        beforeResets += before;
      }
    }
    double first = column[sampleRows[0]];
    double last = column[sampleRows[count - 1]];
    boolean added =
        switch (resets) {
          case 0 -> !(last < first) && addKept(sampleRows, column, count, 0, 0);
          case 1 ->
              !(column[sampleRows[reset - 1]] < first)
                  && !(last < column[sampleRows[reset]])
                  && addKept(sampleRows, column, count, reset - 1, reset);
          default ->
              count >= 4
                  && beforeResets > 0
                  && beforeResets >= first
                  && beforeResets < Double.POSITIVE_INFINITY
                  && last >= 0
                  && addMadeUp(sampleRows, first, last, count, beforeResets);
        };
    if (!added) {
      for (int i = 0; i < count; i++) {
        add(sampleRows[i], column[sampleRows[i]], 1);
      }
    }
  }

  /// Keeps the first sample, the last, and two neighbours between or at them.
  private boolean addKept(int[] sampleRows, double[] column, int count, int left, int right) {
    int kept = -1;
    int others = 0;
    for (int place : new int[] {0, left, right, count - 1}) {
      if (place > kept) {
        kept = place;
        boolean isLast = place == count - 1;
        add(sampleRows[place], column[sampleRows[place]], isLast ? count - others : 1);
        others++;
      }
    }
    return true;
  }

  private boolean addMadeUp(
      int[] sampleRows, double first, double last, int count, double beforeResets) {
    add(sampleRows[0], first, 1);
    add(sampleRows[1], beforeResets, 0);
    add(sampleRows[2], 0, 0);
    add(sampleRows[count - 1], last, count - 1);
    return true;
  }
}
