package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Partial results whose evaluation has not taken place yet, in memory and in a store that survives
/// the task. Keys of the store are group, time and partition as Avro primitives, values the partial
/// results as they came.
final class PendingPartials {
  /// What has come for one evaluation.
  static final class AtTime {
    private final long firstArrivedMillis;
    private final Map<Integer, Partial> byPartition = new TreeMap<>();

    AtTime(long firstArrivedMillis) {
      this.firstArrivedMillis = firstArrivedMillis;
    }

    long firstArrivedMillis() {
      return firstArrivedMillis;
    }

    /// In the order of partitions.
    List<Partial> partials() {
      return List.copyOf(byPartition.values());
    }
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final Map<GroupId, TreeMap<Long, AtTime>> groups = new HashMap<>();

  /// Takes over what the store has, except what another version wrote.
  ///
  /// @param nowMillis when all of it counts as arrived
  PendingPartials(
      KeyValueStore<Bytes, byte[]> store, Function<byte[], Partial> read, long nowMillis) {
    this.store = requireNonNull(store, "store");
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        byte[] value = all.next().value;
        if (PartialFormat.isKnown(value)) {
          remember(read.apply(value), nowMillis);
        }
      }
    }
  }

  private void remember(Partial partial, long nowMillis) {
    groups
        .computeIfAbsent(partial.group(), _ -> new TreeMap<>())
        .computeIfAbsent(partial.timestampMillis(), _ -> new AtTime(nowMillis))
        .byPartition
        .put(partial.partition(), partial);
  }

  void add(Partial partial, byte[] bytes, long nowMillis) {
    remember(partial, nowMillis);
    store.put(key(partial), bytes);
  }

  Set<GroupId> groups() {
    return new TreeSet<>(groups.keySet());
  }

  /// The earliest evaluation of a group that something has come for; null if there is none.
  Map.@Nullable Entry<Long, AtTime> first(GroupId group) {
    TreeMap<Long, AtTime> times = groups.get(group);
    return times == null ? null : times.firstEntry();
  }

  /// The earliest evaluations of a group that something has come for.
  Map<Long, AtTime> first(GroupId group, int count) {
    Map<Long, AtTime> first = new TreeMap<>();
    groups.getOrDefault(group, new TreeMap<>()).entrySet().stream()
        .limit(count)
        .forEach(entry -> first.put(entry.getKey(), entry.getValue()));
    return first;
  }

  /// Removes what came for an evaluation.
  void remove(GroupId group, long timestampMillis) {
    TreeMap<Long, AtTime> times = groups.get(group);
    AtTime removed = times == null ? null : times.remove(timestampMillis);
    if (times != null && times.isEmpty()) {
      groups.remove(group);
    }
    if (removed != null) {
      new ArrayList<>(removed.byPartition.values()).forEach(one -> store.delete(key(one)));
    }
  }

  /// Removes what came for a group.
  void remove(GroupId group) {
    for (var first = first(group); first != null; first = first(group)) {
      remove(group, first.getKey());
    }
  }

  private static Bytes key(Partial partial) {
    AvroWriter key = new AvroWriter(80);
    GroupIdCodec.write(partial.group(), key);
    key.writeLong(partial.timestampMillis());
    key.writeLong(partial.partition());
    return Bytes.wrap(key.toBytes());
  }
}
