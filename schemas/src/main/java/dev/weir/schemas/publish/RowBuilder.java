package dev.weir.schemas.publish;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.Row.ColumnExemplar;
import dev.weir.model.Row.Histograms;
import dev.weir.model.Row.StartTimestamps;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Collects one row's samples by slot, in order of arrival, and puts them into columns at the end,
/// when the layout is known.
final class RowBuilder {
  private final long timestampMillis;
  private int[] slots = new int[4];
  private double[] values = new double[4];
  private int count;
  private int duplicates;
  private final List<Slotted<NativeHistogram>> histograms = new ArrayList<>(0);
  private final List<Slotted<Exemplar>> exemplars = new ArrayList<>(0);
  private final List<Slotted<Long>> starts = new ArrayList<>(0);

  private record Slotted<T>(int slot, T item) {}

  RowBuilder(long timestampMillis) {
    this.timestampMillis = timestampMillis;
  }

  long timestampMillis() {
    return timestampMillis;
  }

  void addValue(int slot, double value) {
    if (count == slots.length) {
      slots = Arrays.copyOf(slots, 2 * count);
      values = Arrays.copyOf(values, 2 * count);
    }
    slots[count] = slot;
    values[count++] = value;
  }

  void addHistogram(int slot, NativeHistogram histogram) {
    histograms.add(new Slotted<>(slot, histogram));
  }

  void addExemplar(int slot, Exemplar exemplar) {
    exemplars.add(new Slotted<>(slot, exemplar));
  }

  void addStart(int slot, long startMillis) {
    starts.add(new Slotted<>(slot, startMillis));
  }

  int duplicates() {
    return duplicates;
  }

  /// @param columnOfSlot the layout's column of each slot
  /// @param scratch room for one value a column
  Row build(int[] columnOfSlot, double[] scratch) {
    Histograms byColumn = buildHistograms(columnOfSlot);
    Arrays.fill(scratch, AbsentValue.VALUE);
    for (int i = 0; i < count; i++) {
      int column = columnOfSlot[slots[i]];
      if (AbsentValue.is(scratch[column])) {
        scratch[column] = values[i];
      } else {
        duplicates++;
      }
    }
    for (int column : byColumn.columns()) {
      if (!AbsentValue.is(scratch[column])) {
        scratch[column] = AbsentValue.VALUE;
        duplicates++;
      }
    }
    RowValues built = RowValues.of(scratch, true);
    return new Row(
        timestampMillis,
        built.columns(),
        built.values(),
        byColumn,
        buildStarts(columnOfSlot),
        buildExemplars(columnOfSlot));
  }

  private Histograms buildHistograms(int[] columnOfSlot) {
    if (histograms.isEmpty()) {
      return Histograms.NONE;
    }
    TreeMap<Integer, NativeHistogram> byColumn = new TreeMap<>();
    for (Slotted<NativeHistogram> histogram : histograms) {
      if (byColumn.putIfAbsent(columnOfSlot[histogram.slot()], histogram.item()) != null) {
        duplicates++;
      }
    }
    return new Histograms(columns(byColumn), byColumn.values().toArray(NativeHistogram[]::new));
  }

  private StartTimestamps buildStarts(int[] columnOfSlot) {
    if (starts.isEmpty()) {
      return StartTimestamps.NONE;
    }
    TreeMap<Integer, Long> byColumn = new TreeMap<>();
    for (Slotted<Long> start : starts) {
      byColumn.putIfAbsent(columnOfSlot[start.slot()], start.item());
    }
    return new StartTimestamps(
        columns(byColumn), byColumn.values().stream().mapToLong(Long::longValue).toArray());
  }

  private List<ColumnExemplar> buildExemplars(int[] columnOfSlot) {
    return exemplars.stream()
        .map(exemplar -> new ColumnExemplar(columnOfSlot[exemplar.slot()], exemplar.item()))
        .sorted(Comparator.comparingInt(ColumnExemplar::column))
        .toList();
  }

  private static int[] columns(Map<Integer, ?> byColumn) {
    return byColumn.keySet().stream().mapToInt(Integer::intValue).toArray();
  }
}
