package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// How far a leaf task has come, in a store that survives it: the next evaluation time of each rule
/// group, the offset up to which each input topic is read, and the version of each rule group of
/// which all columns are kept.
///
/// ```
/// Key   => 0:long Group | 1:long Topic:string | 2:long Group
/// Value => NextMillis:long | Offset:long      | Definition:fixed[16]
/// Group => Tenant:string File:string Group:string
/// ```
final class ProgressStore {
  private static final int GROUP = 0;
  private static final int TOPIC = 1;
  private static final int SEEDED = 2;

  /// Takes what the store has.
  interface Receiver {
    /// @param millis of the group's next evaluation
    void next(GroupId group, long millis);

    /// @param offset after the last record that was read
    void read(String topic, long offset);

    /// @param definition of which all columns are kept
    void seeded(GroupId group, Hash128 definition);
  }

  private final KeyValueStore<Bytes, byte[]> store;

  ProgressStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
  }

  void putNext(GroupId group, long nextMillis) {
    put(nextKey(group), nextMillis);
  }

  void putOffset(String topic, long offset) {
    AvroWriter key = new AvroWriter(32);
    key.writeLong(TOPIC);
    key.writeString(topic);
    put(key, offset);
  }

  void putSeeded(GroupId group, Hash128 definition) {
    store.put(seededKey(group), definition.toBytes());
  }

  /// Forgets a group that is no more.
  void remove(GroupId group) {
    store.delete(Bytes.wrap(nextKey(group).toBytes()));
    store.delete(seededKey(group));
  }

  private static AvroWriter nextKey(GroupId group) {
    AvroWriter key = new AvroWriter(64);
    key.writeLong(GROUP);
    GroupIdCodec.write(group, key);
    return key;
  }

  private static Bytes seededKey(GroupId group) {
    AvroWriter key = new AvroWriter(64);
    key.writeLong(SEEDED);
    GroupIdCodec.write(group, key);
    return Bytes.wrap(key.toBytes());
  }

  private void put(AvroWriter key, long number) {
    AvroWriter value = new AvroWriter(10);
    value.writeLong(number);
    store.put(Bytes.wrap(key.toBytes()), value.toBytes());
  }

  /// Gives everything.
  void readAll(Receiver receiver) {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        AvroReader key = reader(entry.key.get());
        switch (key.readIndex(3, "kind of progress")) {
          case GROUP -> receiver.next(GroupIdCodec.read(key), reader(entry.value).readLong());
          case TOPIC -> receiver.read(key.readString(), reader(entry.value).readLong());
          default -> receiver.seeded(GroupIdCodec.read(key), Hash128.fromBytes(entry.value));
        }
      }
    }
  }

  private static AvroReader reader(byte[] bytes) {
    return new AvroReader(bytes, 0, bytes.length);
  }
}
