package dev.weir.schemas;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Row;
import dev.weir.model.WeirException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/// What one record of [Topics#SAMPLES] or [Topics#RECORDED] says: rows of one group under one
/// layout. Format: `sample-record.avsc`.
///
/// @param layoutHash names the layout that the rows' columns belong to
/// @param layout the layout itself, where the record carries it
/// @param rows never empty
/// @param epoch which owner of the target wrote this, higher than every owner before; [#NO_EPOCH]
///   for groups that nobody owns
/// @param nextDueMillis when the group's next row is due; empty for pushed and irregular groups
public record SampleRecord(
    GroupKey group,
    Hash128 layoutHash,
    Optional<LayoutFrame> layout,
    List<Row> rows,
    long epoch,
    OptionalLong nextDueMillis) {

  /// The epoch of pushed and recorded series: several producers may write them side by side.
  public static final long NO_EPOCH = 0;

  public SampleRecord {
    requireNonNull(group, "group");
    requireNonNull(layoutHash, "layoutHash");
    requireNonNull(layout, "layout");
    requireNonNull(nextDueMillis, "nextDueMillis");
    rows = List.copyOf(rows);
    if (rows.isEmpty()) {
      throw new WeirException.Corrupt("sample record of %s has no rows".formatted(group));
    }
    if (epoch < 0) {
      throw new WeirException.Corrupt(
          "sample record of %s has epoch %d; epochs are not negative".formatted(group, epoch));
    }
    if (layout.isPresent() && layout.get() instanceof LayoutFrame.Whole(var whole)) {
      if (!whole.hash().equals(layoutHash)) {
        throw new WeirException.Corrupt(
            "sample record of %s names layout %s, but carries %s"
                .formatted(group, layoutHash, whole));
      }
      for (Row row : rows) {
        row.checkFits(whole.size());
      }
    }
  }

  /// Samples in all rows.
  public int sampleCount() {
    int count = 0;
    for (Row row : rows) {
      count += row.sampleCount();
    }
    return count;
  }
}
