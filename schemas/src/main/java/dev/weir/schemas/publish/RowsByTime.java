package dev.weir.schemas.publish;

import dev.weir.model.Exemplar;
import dev.weir.model.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Makes rows of samples of one slice that come in any order, one row for each timestamp. Memory is
/// that of the samples, however many timestamps they have. For one thread; used once.
public final class RowsByTime {
  private final TreeMap<Long, RowBuilder> rows = new TreeMap<>();
  private @Nullable RowBuilder last;
  private int duplicates;

  public void add(long timestampMillis, int slot, double value) {
    row(timestampMillis).addValue(slot, value);
  }

  /// Adds an exemplar to the row of a timestamp, which is that of the sample it came with.
  public void addExemplar(long timestampMillis, int slot, Exemplar exemplar) {
    row(timestampMillis).addExemplar(slot, exemplar);
  }

  RowBuilder row(long timestampMillis) {
    RowBuilder row = last;
    if (row == null || row.timestampMillis() != timestampMillis) {
      row = rows.computeIfAbsent(timestampMillis, RowBuilder::new);
      last = row;
    }
    return row;
  }

  /// The rows, by timestamp.
  ///
  /// @param columnOfSlot the layout's column of each slot; as many as there are columns
  public List<Row> finish(int[] columnOfSlot) {
    double[] scratch = new double[columnOfSlot.length];
    List<Row> finished = new ArrayList<>(rows.size());
    for (RowBuilder builder : rows.values()) {
      finished.add(builder.build(columnOfSlot, scratch));
      duplicates += builder.duplicates();
    }
    return finished;
  }

  /// Samples that were dropped, at [#finish], because their series had one at that time already.
  public int duplicates() {
    return duplicates;
  }
}
