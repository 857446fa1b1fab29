package dev.weir.streams.leaf;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.SampleRecordCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;

/// The kept rows of a partition in a store that survives the task.
///
/// ```
/// Key   => LatestRowMillis:i64 (sign flipped, so that keys order as times) Topic:u8 Offset:i64
/// Value => AppendedMillis:long Record
/// ```
///
/// *Record* is a sample record (`sample-record.avsc`) without a layout, whose rows have the kept
/// columns. Its offset keeps two records of one time apart.
final class RowStore {
  private static final int KEY_BYTES = 17;

  /// What is kept of a record.
  record Kept(long appendedMillis, SampleRecord rows) {}

  /// Takes what the store has.
  @FunctionalInterface
  interface Receiver {
    void kept(Kept kept);
  }

  private final KeyValueStore<Bytes, byte[]> store;
  private final SampleRecordCodec codec = new SampleRecordCodec();

  RowStore(KeyValueStore<Bytes, byte[]> store) {
    this.store = requireNonNull(store, "store");
  }

  /// @param topic tells the input topics apart
  void put(int topic, long offset, Kept kept) {
    long latest = Long.MIN_VALUE;
    for (var row : kept.rows().rows()) {
      latest = Math.max(latest, row.timestampMillis());
    }
    AvroWriter out = new AvroWriter(64 + 8 * kept.rows().sampleCount());
    out.writeLong(kept.appendedMillis());
    codec.write(kept.rows(), out);
    store.put(key(latest, topic, offset), out.toBytes());
  }

  private static Bytes key(long latestMillis, int topic, long offset) {
    return Bytes.wrap(
        ByteBuffer.allocate(KEY_BYTES)
            .putLong(latestMillis ^ Long.MIN_VALUE)
            .put((byte) topic)
            .putLong(offset)
            .array());
  }

  /// Gives everything, in order of time.
  void readAll(Receiver receiver) {
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        byte[] value = all.next().value;
        AvroReader in = new AvroReader(value, 0, value.length);
        receiver.kept(new Kept(in.readLong(), codec.read(in)));
      }
    }
  }

  /// Drops what ended before a time.
  ///
  /// @return how many records went
  int dropBefore(long millis) {
    List<Bytes> gone = new ArrayList<>();
    Bytes end = key(millis, 0, 0);
    try (KeyValueIterator<Bytes, byte[]> old = store.range(key(Long.MIN_VALUE, 0, 0), end)) {
      while (old.hasNext()) {
        Bytes key = old.next().key;
        if (key.compareTo(end) < 0) {
          gone.add(key);
        }
      }
    }
    gone.forEach(store::delete);
    return gone.size();
  }
}
