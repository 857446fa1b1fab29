package dev.weir.collectors.publish;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Row;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.publish.GroupRows;
import java.util.OptionalLong;

/// Rows of one group on their way to Kafka, as one record.
///
/// @param epoch of the target's owner, or [SampleRecord#NO_EPOCH]
/// @param nextDueMillis when the group's next row is due, if that is known
public record OutgoingRows(GroupRows rows, long epoch, OptionalLong nextDueMillis) {
  /// What a row takes beside its values, and about what a record takes.
  private static final int ROW_BYTES = 96;

  private static final int EXEMPLAR_BYTES = 256;
  private static final int HISTOGRAM_BYTES = 512;

  public OutgoingRows {
    requireNonNull(rows, "rows");
    requireNonNull(nextDueMillis, "nextDueMillis");
  }

  /// Rows of a group that several producers may write, and nobody waits for.
  public static OutgoingRows pushed(GroupRows rows) {
    return new OutgoingRows(rows, SampleRecord.NO_EPOCH, OptionalLong.empty());
  }

  /// About how many bytes of memory they take. The layout is not counted: mostly its group keeps
  /// it, see [OutlivedLayouts].
  long bytes() {
    long bytes = ROW_BYTES;
    for (Row row : rows.rows()) {
      int[] columns = row.columns();
      bytes += ROW_BYTES + (long) Double.BYTES * row.values().length;
      bytes += columns == null ? 0 : (long) Integer.BYTES * columns.length;
      bytes += (long) HISTOGRAM_BYTES * row.histograms().columns().length;
      bytes += (long) EXEMPLAR_BYTES * row.exemplars().size();
      bytes += 12L * row.startTimestamps().columns().length;
    }
    return bytes;
  }
}
