package dev.weir.schemas.publish;

import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The rows of one slice in one request, by timestamp.
final class SliceRows {
  private final PushedSlice slice;
  private final TreeMap<Long, RowBuilder> rows = new TreeMap<>();
  private @Nullable RowBuilder last;

  SliceRows(PushedSlice slice) {
    this.slice = slice;
  }

  PushedSlice slice() {
    return slice;
  }

  RowBuilder row(long timestampMillis) {
    RowBuilder row = last;
    if (row == null || row.timestampMillis() != timestampMillis) {
      row = rows.computeIfAbsent(timestampMillis, RowBuilder::new);
      last = row;
    }
    return row;
  }

  Collection<RowBuilder> byTimestamp() {
    return rows.values();
  }
}
