package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.rules.group.RecordedSamples;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import dev.weir.streams.definition.LeafPlan;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.partial.PartialFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// What groups recorded lately, for those whose rules look back on it; in memory and in a store
/// that survives the task. Keys of the store are group and time as Avro primitives; a value is
/// written as a partial result with one leaf.
final class RecordedStore {
  private static final int LEAF = 0;

  private final KeyValueStore<Bytes, byte[]> store;
  private final PartialFormat format = new PartialFormat();
  private final Map<GroupId, TreeMap<Long, List<Sample>>> groups = new HashMap<>();

  RecordedStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
    Map<Hash128, Layout> layouts = new HashMap<>();
    List<Bytes> unknown = new ArrayList<>();
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        byte[] value = entry.value;
        if (!PartialFormat.isKnown(value)) {
          // Another version wrote it.
          unknown.add(entry.key);
          continue;
        }
        Partial kept =
            format.read(value, layout -> layouts.put(layout.hash(), layout), layouts::get);
        if (kept.leaves().get(LEAF) instanceof Partial.Leaf.Values values) {
          groups
              .computeIfAbsent(kept.group(), _ -> new TreeMap<>())
              .put(kept.timestampMillis(), values.samples());
        }
      }
    }
    unknown.forEach(store::delete);
  }

  /// What a group recorded before an evaluation, as far back as it looks; what is earlier is
  /// dropped.
  RecordedSamples before(GroupId group, long sampleMillis, long reachMillis) {
    RecordedSamples recorded = new RecordedSamples();
    TreeMap<Long, List<Sample>> times = groups.get(group);
    if (times == null) {
      return recorded;
    }
    List<Long> old = new ArrayList<>(times.headMap(sampleMillis - reachMillis).keySet());
    old.forEach(time -> {
      times.remove(time);
      store.delete(key(group, time));
    });
    times.forEach((time, samples) -> samples.forEach(sample -> recorded.add(time, sample)));
    return recorded;
  }

  void put(LeafPlan plan, long sampleMillis, List<Sample> samples) {
    if (samples.isEmpty()) {
      return;
    }
    groups.computeIfAbsent(plan.id(), _ -> new TreeMap<>()).put(sampleMillis, List.copyOf(samples));
    Partial kept =
        new Partial(
            plan.id(),
            plan.definition(),
            sampleMillis,
            0,
            Map.of(),
            Map.of(LEAF, Partial.Leaf.Values.of(samples, sampleMillis)),
            SilentTargets.NONE);
    store.put(key(plan.id(), sampleMillis), format.write(kept, _ -> true));
  }

  /// Forgets what a group recorded.
  void remove(GroupId group) {
    TreeMap<Long, List<Sample>> times = groups.remove(group);
    if (times != null) {
      times.keySet().forEach(time -> store.delete(key(group, time)));
    }
  }

  private static Bytes key(GroupId group, long sampleMillis) {
    AvroWriter key = new AvroWriter(80);
    GroupIdCodec.write(group, key);
    key.writeLong(sampleMillis);
    return Bytes.wrap(key.toBytes());
  }
}
