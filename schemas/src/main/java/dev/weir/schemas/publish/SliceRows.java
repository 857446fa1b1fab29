package dev.weir.schemas.publish;

/// The rows of one slice in one request.
record SliceRows(PushedSlice slice, RowsByTime rows) {
  RowBuilder row(long timestampMillis) {
    return rows.row(timestampMillis);
  }
}
