package dev.weir.blocks.head;

import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/// A range of offsets of a head, to write a block of: its rows as columns, tenant by tenant. The
/// owner goes on appending meanwhile.
public final class FrozenRows {
  private final PartitionHead head;
  private final OffsetSpan offsets;
  private final LongAdder conflicts = new LongAdder();

  FrozenRows(PartitionHead head, OffsetSpan offsets) {
    this.head = head;
    this.offsets = offsets;
  }

  public long firstOffset() {
    return offsets.from();
  }

  /// The offset after the last.
  public long endOffset() {
    return offsets.to();
  }

  /// Tenants that may have rows in the range; the groups of some may be none.
  public Set<Tenant> tenants() {
    return head.tenants();
  }

  /// A tenant's groups in order of their keys, each series in one of them.
  public GroupCursor groups(Tenant tenant) {
    return between(offsets.from(), offsets.to())
        .select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE);
  }

  /// A part of the range.
  public SeriesSource between(long fromOffset, long toOffset) {
    return new HeadView(head, new OffsetSpan(fromOffset, toOffset), conflicts);
  }

  /// Samples that were left out for one of the same series and time with a lower offset and another
  /// value, in the groups that were read so far.
  public long conflicts() {
    return conflicts.sum();
  }
}
