package dev.weir.blocks.head;

import dev.weir.blocks.merge.SamplesBuilder;
import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Turns rows into columns over shared timestamps.
///
/// Rows with the same timestamp become one. Of two samples that a series has at one timestamp the
/// one with the lower offset stays (within one record, the earlier row's); if they differ, that is
/// a conflict and counted. Equal ones vanish.
final class RowColumns {
  private final List<RowRun> runs;
  private final int[] @Nullable [] outputsByColumn;
  private final SamplesBuilder samples;
  private long conflicts;

  /// @param conflicts samples that were left out for one with a lower offset and another value
  record Result(GroupSamples samples, long conflicts) {}

  private RowColumns(List<RowRun> runs, int outputs, long[] timestamps) {
    this.runs = runs;
    this.outputsByColumn = new int[runs.size()][];
    this.samples = new SamplesBuilder(outputs, timestamps);
  }

  /// Reads the rows of the runs that are in a range.
  ///
  /// @param outputs number of columns of the result
  static Result of(List<RowRun> runs, int outputs, TimeRange range) {
    long[] order = inOrder(runs, range);
    long[] timestamps = new long[order.length];
    int count = 0;
    for (long reference : order) {
      long timestamp = row(runs, reference).timestampMillis();
      if (count == 0 || timestamps[count - 1] != timestamp) {
        timestamps[count++] = timestamp;
      }
    }
    RowColumns columns = new RowColumns(runs, outputs, Arrays.copyOf(timestamps, count));
    int at = -1;
    for (long reference : order) {
      Row row = row(runs, reference);
      if (at < 0 || columns.samples.timestampMillis(at) != row.timestampMillis()) {
        at++;
      }
      columns.add((int) (reference >>> 32), row, at);
    }
    return new Result(columns.samples.build(), columns.conflicts);
  }

  /// References to the rows (run in the upper half, index in the lower), by timestamp and offset.
  private static long[] inOrder(List<RowRun> runs, TimeRange range) {
    int capacity = 0;
    for (RowRun run : runs) {
      capacity += run.rowCount();
    }
    long[] references = new long[capacity];
    int count = 0;
    boolean sorted = true;
    long previous = Long.MIN_VALUE;
    for (int r = 0; r < runs.size(); r++) {
      RowRun run = runs.get(r);
      for (int i = run.from(); i < run.to(); i++) {
        long timestamp = run.rows().rows()[i].timestampMillis();
        if (range.contains(timestamp)) {
          references[count++] = (long) r << 32 | i;
          // Within a run equal timestamps are in order of offsets; across runs they may not be.
          sorted &= timestamp > previous || (timestamp == previous && runs.size() == 1);
          previous = timestamp;
        }
      }
    }
    references = Arrays.copyOf(references, count);
    return sorted ? references : sorted(runs, references);
  }

  private static long[] sorted(List<RowRun> runs, long[] references) {
    List<Long> boxed = new ArrayList<>(references.length);
    for (long reference : references) {
      boxed.add(reference);
    }
    boxed.sort((a, b) -> {
      int byTime = Long.compare(row(runs, a).timestampMillis(), row(runs, b).timestampMillis());
      return byTime != 0 ? byTime : Long.compare(offset(runs, a), offset(runs, b));
    });
    long[] sorted = new long[references.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = boxed.get(i);
    }
    return sorted;
  }

  private static Row row(List<RowRun> runs, long reference) {
    return runs.get((int) (reference >>> 32)).rows().rows()[(int) reference];
  }

  private static long offset(List<RowRun> runs, long reference) {
    return runs.get((int) (reference >>> 32)).rows().offsets()[(int) reference];
  }

  private void add(int run, Row row, int at) {
    if (row.startTimestamps().columns().length > 0) {
      // First, while it shows whether this row's samples will be the ones that stay.
      addStartTimestamps(row, outputByColumn(run), at);
    }
    int[] partial = row.columns();
    if (partial == null) {
      addWhole(runs.get(run), row.values(), at);
    } else {
      addPartial(partial, row.values(), outputByColumn(run), at);
    }
    if (row.histograms().columns().length > 0) {
      addHistograms(row.histograms(), outputByColumn(run), at);
    }
  }

  private int[] outputByColumn(int run) {
    int[] outputs = outputsByColumn[run];
    if (outputs == null) {
      outputs = runs.get(run).outputByColumn();
      outputsByColumn[run] = outputs;
    }
    return outputs;
  }

  private void addWhole(RowRun run, double[] rowValues, int at) {
    int[] columns = run.columns();
    int[] outputs = run.outputs();
    for (int c = 0; c < columns.length; c++) {
      double value = rowValues[columns[c]];
      if (!AbsentValue.is(value)) {
        addValue(outputs[c], at, value);
      }
    }
  }

  private void addPartial(int[] columns, double[] rowValues, int[] outputByColumn, int at) {
    for (int i = 0; i < columns.length; i++) {
      int output = outputByColumn[columns[i]];
      if (output >= 0 && !AbsentValue.is(rowValues[i])) {
        addValue(output, at, rowValues[i]);
      }
    }
  }

  private void addValue(int output, int at, double value) {
    double before = samples.value(output, at);
    if (!AbsentValue.is(before)) {
      conflicts += Double.doubleToRawLongBits(before) == Double.doubleToRawLongBits(value) ? 0 : 1;
    } else if (samples.histogram(output, at) == null) {
      samples.putValue(output, at, value);
    } else {
      conflicts++;
    }
  }

  private void addHistograms(Row.Histograms more, int[] outputByColumn, int at) {
    for (int i = 0; i < more.columns().length; i++) {
      int output = outputByColumn[more.columns()[i]];
      if (output < 0) {
        continue;
      }
      NativeHistogram histogram = more.values()[i];
      if (!samples.hasSample(output, at)) {
        samples.putHistogram(output, at, histogram);
      } else if (!Objects.equals(samples.histogram(output, at), histogram)) {
        conflicts++;
      }
    }
  }

  private void addStartTimestamps(Row row, int[] outputByColumn, int at) {
    int[] columns = row.startTimestamps().columns();
    for (int i = 0; i < columns.length; i++) {
      int output = outputByColumn[columns[i]];
      if (output >= 0 && !samples.hasSample(output, at) && RowRun.hasSample(row, columns[i])) {
        samples.putStartTimestamp(output, at, row.startTimestamps().millis()[i]);
      }
    }
  }
}
