package dev.weir.schemas.read;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Row;
import dev.weir.schemas.SampleRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// Records that wait for their layout, by offset and by the layout's hash; bounded by the size of
/// their values, encoded and decoded.
final class ParkedRecords {

  /// A record that waits.
  ///
  /// @param value the record as it came
  record Parked(long offset, long appendedMillis, SampleRecord sampleRecord, byte[] value) {
    /// About what the record takes in memory.
    long weight() {
      long values = 0;
      for (Row row : sampleRecord.rows()) {
        values += row.values().length;
      }
      return value.length + values * Double.BYTES;
    }
  }

  private final long maxBytes;
  private final TreeMap<Long, Parked> byOffset = new TreeMap<>();
  private final Map<Hash128, ArrayDeque<Parked>> byLayout = new HashMap<>();
  private long bytes;

  ParkedRecords(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /// Adds a record and takes out those, oldest first, that are then too many.
  List<Parked> add(Parked parked) {
    byOffset.put(parked.offset(), parked);
    byLayout
        .computeIfAbsent(parked.sampleRecord().layoutHash(), _ -> new ArrayDeque<>())
        .add(parked);
    bytes += parked.weight();
    List<Parked> evicted = new ArrayList<>();
    while (bytes > maxBytes) {
      evicted.add(removeOldest());
    }
    return evicted;
  }

  /// Takes out the records that wait for a layout, in the order of their offsets.
  Collection<Parked> remove(Hash128 layoutHash) {
    ArrayDeque<Parked> waiting = byLayout.remove(layoutHash);
    if (waiting == null) {
      return List.of();
    }
    for (Parked parked : waiting) {
      byOffset.remove(parked.offset());
      bytes -= parked.weight();
    }
    return waiting;
  }

  /// Takes out the records that were appended before a time.
  List<Parked> removeBefore(long appendedMillis) {
    if (byOffset.isEmpty() || byOffset.firstEntry().getValue().appendedMillis() >= appendedMillis) {
      return List.of();
    }
    List<Parked> removed = new ArrayList<>();
    while (!byOffset.isEmpty()
        && byOffset.firstEntry().getValue().appendedMillis() < appendedMillis) {
      removed.add(removeOldest());
    }
    return removed;
  }

  /// Takes out the records up to and including an offset.
  List<Parked> removeUpTo(long lastOffset) {
    List<Parked> removed = new ArrayList<>();
    while (!byOffset.isEmpty() && byOffset.firstKey() <= lastOffset) {
      removed.add(removeOldest());
    }
    return removed;
  }

  private Parked removeOldest() {
    Parked oldest = byOffset.pollFirstEntry().getValue();
    bytes -= oldest.weight();
    Hash128 layoutHash = oldest.sampleRecord().layoutHash();
    ArrayDeque<Parked> waiting = byLayout.get(layoutHash);
    if (waiting != null) {
      // Those that wait for one layout stand in the order of their offsets too.
      waiting.removeFirst();
      if (waiting.isEmpty()) {
        byLayout.remove(layoutHash);
      }
    }
    return oldest;
  }

  OptionalLong lowestOffset() {
    return byOffset.isEmpty() ? OptionalLong.empty() : OptionalLong.of(byOffset.firstKey());
  }

  /// The groups of the records that were appended since a time.
  Set<GroupKey> groups(long sinceMillis) {
    Set<GroupKey> groups = new HashSet<>();
    for (Parked waiting : byOffset.values()) {
      if (waiting.appendedMillis() >= sinceMillis) {
        groups.add(waiting.sampleRecord().group());
      }
    }
    return groups;
  }

  int size() {
    return byOffset.size();
  }

  long bytes() {
    return bytes;
  }
}
