package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import java.util.function.BiConsumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// How far a leaf task has come, in a store that survives it: the next evaluation time of each rule
/// group, and the offset up to which each input topic is read.
///
/// ```
/// Key   => 0:long Tenant:string File:string Group:string | 1:long Topic:string
/// Value => NextMillis:long                               | Offset:long
/// ```
final class ProgressStore {
  private static final int GROUP = 0;
  private static final int TOPIC = 1;

  private final KeyValueStore<Bytes, byte[]> store;

  ProgressStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
  }

  void putNext(GroupId group, long nextMillis) {
    AvroWriter key = new AvroWriter(64);
    key.writeLong(GROUP);
    GroupIdCodec.write(group, key);
    put(key, nextMillis);
  }

  void putOffset(String topic, long offset) {
    AvroWriter key = new AvroWriter(32);
    key.writeLong(TOPIC);
    key.writeString(topic);
    put(key, offset);
  }

  private void put(AvroWriter key, long number) {
    AvroWriter value = new AvroWriter(10);
    value.writeLong(number);
    store.put(Bytes.wrap(key.toBytes()), value.toBytes());
  }

  /// Gives everything.
  void readAll(BiConsumer<GroupId, Long> next, BiConsumer<String, Long> offsets) {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        AvroReader key = reader(entry.key.get());
        long number = reader(entry.value).readLong();
        if (key.readIndex(2, "kind of progress") == GROUP) {
          next.accept(GroupIdCodec.read(key), number);
        } else {
          offsets.accept(key.readString(), number);
        }
      }
    }
  }

  private static AvroReader reader(byte[] bytes) {
    return new AvroReader(bytes, 0, bytes.length);
  }
}
