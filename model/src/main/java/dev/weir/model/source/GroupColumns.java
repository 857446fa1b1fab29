package dev.weir.model.source;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;

/// The samples of a group's series in the selected range, one column after another: a column is
/// decoded when it is asked for, so that a group need not be in memory as a whole. Belongs to one
/// thread.
public interface GroupColumns {
  /// What all columns are over, strictly ascending. Readers do not write to it.
  long[] timestampsMillis();

  /// The samples of a series of the group. They may be gone when the next is asked for: its column
  /// may take their arrays. Readers do not write to them.
  ///
  /// @param series place among the group's series
  /// @throws dev.weir.model.WeirException if what is stored cannot be read
  GroupSamples.Column column(int series);

  /// Estimated size of what is in memory beside the column that was asked for last: all of it where
  /// the source cannot decode column by column.
  default long heldBytes() {
    return 0;
  }

  /// All columns, in arrays of their own.
  ///
  /// @param series how many there are
  default GroupSamples readAll(int series) {
    List<GroupSamples.Column> columns = new ArrayList<>(series);
    for (int i = 0; i < series; i++) {
      columns.add(column(i).copy());
    }
    return new GroupSamples(timestampsMillis(), columns);
  }

  /// Other columns over the same timestamps, made of these.
  ///
  /// @param column by the place of its series
  default GroupColumns with(IntFunction<GroupSamples.Column> column) {
    GroupColumns from = this;
    return new GroupColumns() {
      @Override
      public long[] timestampsMillis() {
        return from.timestampsMillis();
      }

      @Override
      public GroupSamples.Column column(int series) {
        return column.apply(series);
      }

      @Override
      public long heldBytes() {
        return from.heldBytes();
      }
    };
  }

  /// Columns that are made when they are asked for.
  ///
  /// @param column by the place of its series
  static GroupColumns of(long[] timestampsMillis, IntFunction<GroupSamples.Column> column) {
    return new GroupColumns() {
      @Override
      public long[] timestampsMillis() {
        return timestampsMillis;
      }

      @Override
      public GroupSamples.Column column(int series) {
        return column.apply(series);
      }
    };
  }

  /// The columns of what is in memory already.
  static GroupColumns of(GroupSamples samples) {
    return new GroupColumns() {
      @Override
      public long[] timestampsMillis() {
        return samples.timestampsMillis();
      }

      @Override
      public GroupSamples.Column column(int series) {
        return samples.columns().get(series);
      }

      @Override
      public long heldBytes() {
        return samples.memoryBytes();
      }
    };
  }
}
