package dev.weir.streams.partial;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.Slice;
import dev.weir.model.WeirException;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.SampleRecordCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// How a [Partial] is written: a record of Kafka's internal topic between the two stages.
///
/// ```
/// Partial => Version:long Tenant:string File:string Group:string Definition:fixed[16]
///            TimestampMillis:long Partition:long Warming:boolean CutCount:long Cut*
///            MoreSilent:boolean SilentCount:long Silent* LeafCount:long Leaf*
/// Cut     => Topic:string Offset:long
/// Silent  => Job:string Instance:string
/// Leaf    => Number:long (0:long Values:bytes | 1:long Message:string)
/// ```
///
/// Primitives are Avro's. *Values* is a sample record (`sample-record.avsc`) with one row: the
/// leaf's instant vector under a layout, whose labels travel only where the receiver does not have
/// them. *Version* is 2 (1 had no silent targets); a reader leaves out records of others
/// ([#isKnown]).
public final class PartialFormat {
  /// What a partial result may take before compression.
  public static final int MAX_BYTES = 32 << 20;

  private static final int VERSION = 2;
  private static final int VALUES = 0;
  private static final int FAILED = 1;

  private final SampleRecordCodec records = new SampleRecordCodec();

  /// Whether a record of the topic is a partial result, in a way that this version reads.
  public static boolean isKnown(byte[] bytes) {
    return new AvroReader(bytes, 0, bytes.length).readLong() == VERSION;
  }

  /// Writes a partial result.
  ///
  /// @param carries whether the receiver needs the layout with its series
  public byte[] write(Partial partial, Predicate<Layout> carries) {
    AvroWriter out = new AvroWriter(256);
    out.writeLong(VERSION);
    GroupId group = partial.group();
    GroupIdCodec.write(group, out);
    out.writeFixed(partial.definition().toBytes(), 0, Hash128.BYTES);
    out.writeLong(partial.timestampMillis());
    out.writeLong(partial.partition());
    out.writeBoolean(partial.warming());
    out.writeLong(partial.cut().size());
    new TreeMap<>(partial.cut())
        .forEach((topic, offset) -> {
          out.writeString(topic);
          out.writeLong(offset);
        });
    out.writeBoolean(partial.silent().more());
    out.writeLong(partial.silent().named().size());
    for (SilentTargets.Target target : partial.silent().named()) {
      out.writeString(target.job());
      out.writeString(target.instance());
    }
    out.writeLong(partial.leaves().size());
    new TreeMap<>(partial.leaves())
        .forEach((number, leaf) -> {
          out.writeLong(number);
          write(partial, leaf, carries, out);
        });
    return out.toBytes();
  }

  private void write(
      Partial partial, Partial.Leaf leaf, Predicate<Layout> carries, AvroWriter out) {
    switch (leaf) {
      case Partial.Leaf.Values(Layout layout, Row row) -> {
        out.writeLong(VALUES);
        AvroWriter values = new AvroWriter(64 + 4 * layout.size());
        records.write(record(partial, layout, row, carries), values);
        out.writeBytes(values.toBytes());
      }
      case Partial.Leaf.Failed(String message) -> {
        out.writeLong(FAILED);
        out.writeString(message);
      }
    }
  }

  private static SampleRecord record(
      Partial partial, Layout layout, Row row, Predicate<Layout> carries) {
    Optional<LayoutFrame> frame =
        carries.test(layout) ? Optional.of(new LayoutFrame.Whole(layout)) : Optional.empty();
    return new SampleRecord(
        new GroupKey(new PartitionKey.Hashed(partial.group().tenant(), 0), "", Slice.WHOLE),
        layout.hash(),
        frame,
        List.of(row),
        SampleRecord.NO_EPOCH,
        OptionalLong.empty());
  }

  /// Reads a partial result.
  ///
  /// @param layouts gives a layout by its hash, null if it is not known; it is asked after `learn`
  ///   was told of those that the partial carries
  /// @throws WeirException.Corrupt if it is none, or a layout is not known
  public Partial read(
      byte[] bytes, Consumer<Layout> learn, Function<Hash128, @Nullable Layout> layouts) {
    AvroReader in = new AvroReader(bytes, 0, bytes.length);
    long version = in.readLong();
    if (version != VERSION) {
      throw in.corrupt("partial result of version %d, not %d".formatted(version, VERSION));
    }
    GroupId group = GroupIdCodec.read(in);
    byte[] hash = new byte[Hash128.BYTES];
    in.readFixed(hash, 0, hash.length);
    long timestampMillis = in.readLong();
    int partition = in.readInt();
    boolean warming = in.readBoolean();
    Map<String, Long> cut = new LinkedHashMap<>();
    for (long left = in.readLong(); left > 0; left--) {
      cut.put(in.readString(), in.readLong());
    }
    SilentTargets silent = readSilent(in);
    Map<Integer, Partial.Leaf> leaves = new LinkedHashMap<>();
    for (long left = in.readLong(); left > 0; left--) {
      leaves.put(in.readInt(), readLeaf(in, learn, layouts));
    }
    in.expectEnd();
    return new Partial(
        group, Hash128.fromBytes(hash), timestampMillis, partition, cut, leaves, silent, warming);
  }

  private static SilentTargets readSilent(AvroReader in) {
    boolean more = in.readBoolean();
    TreeSet<SilentTargets.Target> named = new TreeSet<>();
    for (long left = in.readLong(); left > 0; left--) {
      named.add(new SilentTargets.Target(in.readString(), in.readString()));
    }
    return named.isEmpty() && !more ? SilentTargets.NONE : new SilentTargets(named, more);
  }

  private Partial.Leaf readLeaf(
      AvroReader in, Consumer<Layout> learn, Function<Hash128, @Nullable Layout> layouts) {
    if (in.readIndex(2, "kind of leaf") == FAILED) {
      return new Partial.Leaf.Failed(in.readString());
    }
    byte[] bytes = in.readBytes();
    SampleRecord values = records.read(new AvroReader(bytes, 0, bytes.length));
    values
        .layout()
        .ifPresent(frame -> {
          switch (frame) {
            case LayoutFrame.Whole(Layout layout) -> learn.accept(layout);
            case LayoutFrame.Delta _ ->
                throw new WeirException.Corrupt("partial result carries part of a layout");
          }
        });
    Layout layout = layouts.apply(values.layoutHash());
    if (layout == null) {
      throw new WeirException.Corrupt(
          "partial result has layout %s, which nobody sent".formatted(values.layoutHash()));
    }
    return new Partial.Leaf.Values(layout, values.rows().getFirst());
  }
}
