package dev.weir.streams.partial;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.SampleRecordCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;

/// Layouts by their hash, in memory and in a store that survives the task. Those that were not used
/// for a while are forgotten.
///
/// In the store, the key is the hash; the value is a sample record (`sample-record.avsc`) that
/// carries the layout and has a row without samples.
public final class LayoutStore {
  private static final class Known {
    private final Layout layout;
    private long usedMillis;

    Known(Layout layout, long usedMillis) {
      this.layout = layout;
      this.usedMillis = usedMillis;
    }
  }

  private static final GroupKey NOBODY =
      new GroupKey(new PartitionKey.Hashed(Tenant.DEFAULT, 0), "", Slice.WHOLE);

  private final KeyValueStore<Bytes, byte[]> store;
  private final SampleRecordCodec codec = new SampleRecordCodec();
  private final Map<Hash128, Known> layouts = new HashMap<>();

  /// Takes over what the store has.
  ///
  /// @param nowMillis when all of them count as used
  /// @param each is told of each layout
  public LayoutStore(KeyValueStore<Bytes, byte[]> store, long nowMillis, Consumer<Layout> each) {
    this.store = requireNonNull(store, "store");
    try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
      while (all.hasNext()) {
        KeyValue<Bytes, byte[]> entry = all.next();
        Layout layout = decode(entry.value);
        layouts.put(layout.hash(), new Known(layout, nowMillis));
        each.accept(layout);
      }
    }
  }

  /// A layout, which counts as used now; null if it is not known.
  public @Nullable Layout get(Hash128 hash, long nowMillis) {
    Known known = layouts.get(hash);
    if (known == null) {
      return null;
    }
    known.usedMillis = Math.max(known.usedMillis, nowMillis);
    return known.layout;
  }

  /// Keeps a layout.
  ///
  /// @return whether it was not known
  public boolean put(Layout layout, long nowMillis) {
    if (get(layout.hash(), nowMillis) != null) {
      return false;
    }
    layouts.put(layout.hash(), new Known(layout, nowMillis));
    store.put(Bytes.wrap(layout.hash().toBytes()), encode(layout));
    return true;
  }

  /// Forgets layouts that were last used before a time.
  public void forgetBefore(long millis) {
    layouts
        .entrySet()
        .removeIf(entry -> {
          boolean old = entry.getValue().usedMillis < millis;
          if (old) {
            store.delete(Bytes.wrap(entry.getKey().toBytes()));
          }
          return old;
        });
  }

  public int size() {
    return layouts.size();
  }

  private byte[] encode(Layout layout) {
    double[] nothing = new double[layout.size()];
    Arrays.fill(nothing, AbsentValue.VALUE);
    SampleRecord carrier =
        new SampleRecord(
            NOBODY,
            layout.hash(),
            Optional.of(new LayoutFrame.Whole(layout)),
            List.of(Row.whole(0, nothing)),
            SampleRecord.NO_EPOCH,
            OptionalLong.empty());
    AvroWriter out = new AvroWriter(64 * layout.size());
    codec.write(carrier, out);
    return out.toBytes();
  }

  private Layout decode(byte[] bytes) {
    SampleRecord carrier = codec.read(new AvroReader(bytes, 0, bytes.length));
    if (carrier.layout().orElse(null) instanceof LayoutFrame.Whole(Layout layout)) {
      return layout;
    }
    throw new WeirException.Corrupt(
        "stored layout %s is not whole".formatted(carrier.layoutHash()));
  }
}
