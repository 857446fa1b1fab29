package dev.weir.blocks.head;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/// The rows of one partition from an offset on: those that no block has yet, and, for a while,
/// those that went into blocks. A block is made of a range of offsets and a reader asks for
/// everything from an offset on, so rows are kept by offset and nothing is moved when a block is
/// written.
///
/// One thread, the owner, changes the head. Any number of threads read it at the same time, and
/// every reading sees whole batches: what the owner appended up to its last [#advance].
///
/// A row that waited for its layout may be appended after later ones, with the offset of its
/// record.
public final class PartitionHead {
  /// Guards groups, layouts, series and postings; rows are read without it. Appending takes it only
  /// for a layout that the head does not have.
  private final ReentrantReadWriteLock index = new ReentrantReadWriteLock();

  private final Map<GroupKey, HeadGroup> groups = new HashMap<>();
  private final Map<Tenant, TenantIndex> tenants = new HashMap<>();

  /// Blocks that were written and whose rows are still here, oldest first. The owner's alone.
  private final Deque<Flush> flushes = new ArrayDeque<>();

  private volatile Progress progress;
  private final long startOffset;
  private volatile long oldestOffset;
  private volatile long goneToMillis = Long.MIN_VALUE;
  private volatile long bytes;
  private volatile long appendedBytes;
  private volatile long rows;
  private volatile long newestMillis = Long.MIN_VALUE;

  /// How far the owner has come.
  ///
  /// @param endOffset records below are in the head, or refused, or parked
  /// @param readToMillis everything that was acknowledged before this time is below the end offset
  record Progress(long endOffset, long readToMillis) {}

  private record Flush(long endOffset, long atMillis) {}

  /// A head without rows.
  ///
  /// @param startOffset the first offset that it will hold: where the partition's blocks end
  public PartitionHead(long startOffset) {
    this.progress = new Progress(startOffset, Long.MIN_VALUE);
    this.oldestOffset = startOffset;
    this.startOffset = startOffset;
  }

  /// Stores the rows of one record. They become visible with the next [#advance].
  ///
  /// @param layout what the rows' columns are
  /// @param nextDueMillis when the group's next row is due; 0 where the producer does not say
  /// @throws dev.weir.model.WeirException.Corrupt if a row does not fit the layout
  // Only the owner writes the counters, so reading and writing back loses nothing.
  @SuppressWarnings("NonAtomicVolatileUpdate")
  public void append(
      long offset, GroupKey key, Layout layout, List<Row> recordRows, long nextDueMillis) {
    if (offset < oldestOffset) {
      throw new IllegalArgumentException(
          "offset %d is below %d, where this head begins".formatted(offset, oldestOffset));
    }
    if (recordRows.isEmpty()) {
      return;
    }
    long lastMillis = Long.MIN_VALUE;
    long size = 0;
    for (Row row : recordRows) {
      row.checkFits(layout.size());
      lastMillis = Math.max(lastMillis, row.timestampMillis());
      size += RowSize.of(row);
    }
    HeadGroup group = groups.get(key);
    LayoutRows target = group == null ? null : group.layout(layout.hash());
    if (group == null || target == null) {
      index.writeLock().lock();
      try {
        group = groups.computeIfAbsent(key, HeadGroup::new);
        target = group.add(layout, series(key.tenant(), layout));
      } finally {
        index.writeLock().unlock();
      }
      size += RowSize.of(layout);
    }
    target.append(offset, recordRows);
    group.due(lastMillis, nextDueMillis);
    account(size, recordRows.size());
    appendedBytes += size;
    newestMillis = Math.max(newestMillis, lastMillis);
  }

  private HeadSeries[] series(Tenant tenant, Layout layout) {
    TenantIndex tenantIndex = tenants.computeIfAbsent(tenant, _ -> new TenantIndex());
    HeadSeries[] series = new HeadSeries[layout.size()];
    for (int column = 0; column < series.length; column++) {
      SeriesMeta meta = layout.series().get(column);
      HeadSeries known = tenantIndex.get(meta.labels());
      if (known == null) {
        known = tenantIndex.add(meta);
      } else {
        known.type(meta.type());
      }
      series[column] = known;
    }
    return series;
  }

  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void account(long moreBytes, long moreRows) {
    bytes += moreBytes;
    rows += moreRows;
  }

  /// Makes what was appended visible.
  ///
  /// @param endOffset every record below has been appended, refused or parked; not below an earlier
  ///   one
  /// @param readToMillis everything that was acknowledged before this time is below `endOffset`
  public void advance(long endOffset, long readToMillis) {
    if (endOffset < progress.endOffset) {
      throw new IllegalArgumentException(
          "end offset %d is before %d; a head only advances"
              .formatted(endOffset, progress.endOffset));
    }
    progress = new Progress(endOffset, Math.max(readToMillis, progress.readToMillis));
  }

  /// The rows from an offset on, as they are when a reading begins. How complete a selection is
  /// follows from how far the log is read and from when the rows of the selected groups are due.
  public SeriesSource from(long offset) {
    return between(offset, Long.MAX_VALUE);
  }

  /// The same, without the rows from another offset on.
  public SeriesSource between(long fromOffset, long toOffset) {
    return new HeadView(this, fromOffset, toOffset);
  }

  /// The rows between two offsets, to write a block of. What is visible there must not change any
  /// more: no offset in the range is parked.
  public FrozenRows freeze(long fromOffset, long toOffset) {
    if (toOffset > progress.endOffset) {
      throw new IllegalArgumentException(
          "cannot freeze up to offset %d; the head ends at %d"
              .formatted(toOffset, progress.endOffset));
    }
    return new FrozenRows(this, new OffsetSpan(fromOffset, toOffset));
  }

  /// Notes that blocks hold everything below an offset.
  public void flushed(long endOffset, long atMillis) {
    flushes.addLast(new Flush(endOffset, atMillis));
  }

  /// Drops the rows that are in blocks since before a time; returns how many.
  public long dropFlushedBefore(long millis) {
    long below = Long.MIN_VALUE;
    while (!flushes.isEmpty() && flushes.getFirst().atMillis < millis) {
      below = Math.max(below, flushes.removeFirst().endOffset);
    }
    return below > oldestOffset ? dropBelow(below) : 0;
  }

  /// Drops the rows of the oldest block that still has rows here, to make room; returns how many.
  public long dropOldestFlushed() {
    Flush oldest = flushes.pollFirst();
    return oldest != null && oldest.endOffset > oldestOffset ? dropBelow(oldest.endOffset) : 0;
  }

  private long dropBelow(long offset) {
    oldestOffset = offset;
    long dropped = 0;
    long freed = 0;
    index.writeLock().lock();
    try {
      // Before any row goes, so that who reads this after the rows knows of those that it missed.
      goneToMillis = Math.max(goneToMillis, latestBelow(offset));
      for (HeadGroup group : new ArrayList<>(groups.values())) {
        for (LayoutRows layout : new ArrayList<>(group.layouts())) {
          LayoutRows.Snapshot before = layout.dropBelow(offset);
          int gone = before.indexOf(offset);
          for (int i = 0; i < gone; i++) {
            freed += RowSize.of(before.rows()[i]);
          }
          dropped += gone;
          if (layout.isEmpty()) {
            freed += RowSize.of(layout.layout());
            remove(group, layout);
          }
        }
      }
    } finally {
      index.writeLock().unlock();
    }
    account(-freed, -dropped);
    return dropped;
  }

  private long latestBelow(long offset) {
    long latest = Long.MIN_VALUE;
    for (HeadGroup group : groups.values()) {
      for (LayoutRows layout : group.layouts()) {
        LayoutRows.Snapshot rows = layout.snapshot();
        int end = rows.indexOf(offset);
        for (int i = 0; i < end; i++) {
          latest = Math.max(latest, rows.rows()[i].timestampMillis());
        }
      }
    }
    return latest;
  }

  private void remove(HeadGroup group, LayoutRows layout) {
    Tenant tenant = group.key().tenant();
    TenantIndex tenantIndex = tenants.get(tenant);
    for (HeadSeries series : group.remove(layout)) {
      if (tenantIndex != null && !series.isAlive()) {
        tenantIndex.remove(series);
      }
    }
    if (group.isEmpty()) {
      groups.remove(group.key());
    }
    if (tenantIndex != null && tenantIndex.size() == 0) {
      tenants.remove(tenant);
    }
  }

  ReentrantReadWriteLock.ReadLock readLock() {
    return index.readLock();
  }

  /// The index of a tenant's series; null if it has none. Only under [#readLock].
  @Nullable TenantIndex tenantIndex(Tenant tenant) {
    return tenants.get(tenant);
  }

  Progress progress() {
    return progress;
  }

  /// The first offset that the head ever held.
  public long startOffset() {
    return startOffset;
  }

  /// The latest time of any row that was dropped; [Long#MIN_VALUE] if none was.
  public long goneToMillis() {
    return goneToMillis;
  }

  /// The first offset whose rows are here.
  public long oldestOffset() {
    return oldestOffset;
  }

  /// The offset after the last record that is visible.
  public long endOffset() {
    return progress.endOffset;
  }

  /// Everything that was acknowledged before this time is below [#endOffset].
  public long readToMillis() {
    return progress.readToMillis;
  }

  /// Tenants that have rows here.
  public Set<Tenant> tenants() {
    index.readLock().lock();
    try {
      return new TreeSet<>(tenants.keySet());
    } finally {
      index.readLock().unlock();
    }
  }

  /// Number of series that a tenant has rows of.
  public int seriesCount(Tenant tenant) {
    index.readLock().lock();
    try {
      TenantIndex tenantIndex = tenants.get(tenant);
      return tenantIndex == null ? 0 : tenantIndex.size();
    } finally {
      index.readLock().unlock();
    }
  }

  /// Number of series that any tenant has rows of.
  public int seriesCount() {
    index.readLock().lock();
    try {
      int count = 0;
      for (TenantIndex tenantIndex : tenants.values()) {
        count += tenantIndex.size();
      }
      return count;
    } finally {
      index.readLock().unlock();
    }
  }

  /// Number of rows, flushed ones included.
  public long rowCount() {
    return rows;
  }

  /// Estimated size on the heap, flushed rows included.
  public long bytes() {
    return bytes;
  }

  /// Estimated size of everything that was ever appended: the difference between two readings is
  /// what came in between.
  public long appendedBytes() {
    return appendedBytes;
  }

  /// The latest timestamp of any row that was ever appended; [Long#MIN_VALUE] if none was.
  public long newestMillis() {
    return newestMillis;
  }
}
