package dev.weir.blocks.node;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Groups as payloads of frames.
///
/// ```
/// Series     => Tenant:text PartitionKey Target:text Slice:uvarint Count:uvarint (Labels Type:u8)*
/// PartitionKey => 0:u8 Job:text Instance:text | 1:u8 Bucket:uvarint
/// Labels     => Count:uvarint (Symbol Symbol)*
/// Symbol     => 0:uvarint Text:text | Number:uvarint
/// Samples    => Count:uvarint Time* Columns:uvarint Column*
/// Time       => varint
/// Column     => Flags:u8 Value:u64[Count] [Histograms] [Starts]
/// Histograms => Count:uvarint (Gap:uvarint Histogram)*
/// Histogram  => Hint:u8 Schema:varint ZeroThreshold:f64 ZeroCount:f64 Count:f64 Sum:f64
///               Buckets Buckets Bounds:uvarint Bound:f64*
/// Buckets    => Spans:uvarint (Offset:varint Length:uvarint)* Count:f64*
/// Starts     => varint[Count]
/// ```
///
/// A text among labels is written where it first stands and then named by its number, from 1.
/// Timestamps are written as the difference of their differences (the first as it is). A value is
/// the exclusive or of its bits and those of the value before in its column, so that what repeats
/// becomes zeros for the compressor. *Flags* has bit 0 if histograms follow and bit 1 if start
/// timestamps do; *Gap* is how many timestamps without a histogram are in between; start timestamps
/// are differences. f64 is the u64 of a double's bits.
///
/// Version 1 is the first version.
final class GroupCodec {
  private static final int HAS_HISTOGRAMS = 1;
  private static final int HAS_STARTS = 2;

  private GroupCodec() {}

  /// What a GROUP frame says.
  record Header(GroupKey key, List<SeriesMeta> series) {}

  static void writeSeries(GroupKey key, List<SeriesMeta> series, ByteWriter out) {
    out.writeText(key.tenant().name());
    switch (key.partitionKey()) {
      case PartitionKey.OfTarget(_, String job, String instance) ->
          out.writeByte(0).writeText(job).writeText(instance);
      case PartitionKey.Hashed(_, int bucket) -> out.writeByte(1).writeUvarint(bucket);
    }
    out.writeText(key.target()).writeUvarint(key.slice().number()).writeUvarint(series.size());
    Map<String, Integer> symbols = new HashMap<>();
    for (SeriesMeta one : series) {
      writeLabels(one.labels(), symbols, out);
      out.writeByte(one.type().code());
    }
  }

  static void writeLabels(Labels labels, Map<String, Integer> symbols, ByteWriter out) {
    out.writeUvarint(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      writeSymbol(labels.name(i), symbols, out);
      writeSymbol(labels.value(i), symbols, out);
    }
  }

  private static void writeSymbol(String text, Map<String, Integer> symbols, ByteWriter out) {
    Integer number = symbols.putIfAbsent(text, symbols.size() + 1);
    if (number == null) {
      out.writeUvarint(0).writeText(text);
    } else {
      out.writeUvarint(number);
    }
  }

  static Header readSeries(ByteReader in) {
    try {
      Tenant tenant = new Tenant(in.readText());
      PartitionKey partitionKey =
          in.readByte() == 0
              ? new PartitionKey.OfTarget(tenant, in.readText(), in.readText())
              : new PartitionKey.Hashed(
                  tenant, in.readCount("hash bucket", PartitionKey.BUCKETS - 1));
      String target = in.readText();
      Slice slice = new Slice(in.readCount("slice", Integer.MAX_VALUE));
      int count = in.readCountOfRemaining("number of series", 2);
      List<SeriesMeta> series = new ArrayList<>(count);
      List<String> symbols = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        Labels labels = readLabels(in, symbols);
        series.add(new SeriesMeta(labels, MetricType.ofCode(in.readByte())));
      }
      in.expectEnd();
      return new Header(new GroupKey(partitionKey, target, slice), series);
    } catch (WeirException.BadData | IllegalArgumentException e) {
      throw new WeirException.Corrupt("storage node answer, GROUP frame: " + e.getMessage(), e);
    }
  }

  static Labels readLabels(ByteReader in, List<String> symbols) {
    int count = in.readCountOfRemaining("number of labels", 2);
    String[] pairs = new String[2 * count];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = readSymbol(in, symbols);
    }
    return Labels.ofSortedPairs(pairs);
  }

  private static String readSymbol(ByteReader in, List<String> symbols) {
    int number = in.readCount("number of a text", symbols.size());
    if (number > 0) {
      return symbols.get(number - 1);
    }
    String text = in.readText();
    symbols.add(text);
    return text;
  }

  static void writeSamples(GroupSamples samples, ByteWriter out) {
    long[] timestamps = samples.timestampsMillis();
    out.writeUvarint(timestamps.length);
    long delta = 0;
    for (int i = 0; i < timestamps.length; i++) {
      long next = i == 0 ? timestamps[0] : timestamps[i] - timestamps[i - 1];
      out.writeVarint(i < 2 ? next : next - delta);
      delta = next;
    }
    out.writeUvarint(samples.columns().size());
    for (GroupSamples.Column column : samples.columns()) {
      writeColumn(column, out);
    }
  }

  private static void writeColumn(GroupSamples.Column column, ByteWriter out) {
    @Nullable NativeHistogram[] histograms = column.histograms();
    long[] starts = column.startTimestampsMillis();
    out.writeByte((histograms == null ? 0 : HAS_HISTOGRAMS) | (starts == null ? 0 : HAS_STARTS));
    long before = 0;
    for (double value : column.values()) {
      long bits = Double.doubleToRawLongBits(value);
      out.writeU64(bits ^ before);
      before = bits;
    }
    if (histograms != null) {
      writeHistograms(histograms, out);
    }
    if (starts != null) {
      long last = 0;
      for (long start : starts) {
        out.writeVarint(start - last);
        last = start;
      }
    }
  }

  private static void writeHistograms(@Nullable NativeHistogram[] histograms, ByteWriter out) {
    int count = 0;
    for (NativeHistogram histogram : histograms) {
      count += histogram == null ? 0 : 1;
    }
    out.writeUvarint(count);
    int last = -1;
    for (int i = 0; i < histograms.length; i++) {
      NativeHistogram histogram = histograms[i];
      if (histogram != null) {
        out.writeUvarint(i - last - 1);
        writeHistogram(histogram, out);
        last = i;
      }
    }
  }

  private static void writeHistogram(NativeHistogram histogram, ByteWriter out) {
    out.writeByte(histogram.resetHint().code()).writeVarint(histogram.schema());
    writeDouble(histogram.zeroThreshold(), out);
    writeDouble(histogram.zeroCount(), out);
    writeDouble(histogram.count(), out);
    writeDouble(histogram.sum(), out);
    writeBuckets(histogram.positive(), out);
    writeBuckets(histogram.negative(), out);
    out.writeUvarint(histogram.customBounds().length);
    for (double bound : histogram.customBounds()) {
      writeDouble(bound, out);
    }
  }

  private static void writeBuckets(NativeHistogram.Buckets buckets, ByteWriter out) {
    out.writeUvarint(buckets.lengths().length);
    for (int span = 0; span < buckets.lengths().length; span++) {
      out.writeVarint(buckets.offsets()[span]).writeUvarint(buckets.lengths()[span]);
    }
    for (double count : buckets.counts()) {
      writeDouble(count, out);
    }
  }

  private static void writeDouble(double value, ByteWriter out) {
    out.writeU64(Double.doubleToRawLongBits(value));
  }

  /// @param columns number of series of the group
  static GroupSamples readSamples(ByteReader in, int columns) {
    try {
      int count = in.readCountOfRemaining("number of timestamps", 1);
      long[] timestamps = new long[count];
      long delta = 0;
      for (int i = 0; i < count; i++) {
        long next = i < 2 ? in.readVarint() : delta + in.readVarint();
        timestamps[i] = i == 0 ? next : timestamps[i - 1] + next;
        delta = next;
      }
      int columnCount = in.readCountOfRemaining("number of columns", 1);
      if (columnCount != columns) {
        throw in.corrupt("%d columns for %d series".formatted(columnCount, columns));
      }
      List<GroupSamples.Column> read = new ArrayList<>(columnCount);
      for (int c = 0; c < columnCount; c++) {
        read.add(readColumn(in, count));
      }
      in.expectEnd();
      return new GroupSamples(timestamps, read);
    } catch (WeirException.BadData | IllegalArgumentException e) {
      throw new WeirException.Corrupt("storage node answer, SAMPLES frame: " + e.getMessage(), e);
    }
  }

  private static GroupSamples.Column readColumn(ByteReader in, int count) {
    int flags = in.readByte();
    if (in.remaining() / Long.BYTES < count) {
      throw in.corrupt("%d values do not fit what is left".formatted(count));
    }
    double[] values = new double[count];
    long bits = 0;
    for (int i = 0; i < count; i++) {
      bits ^= in.readU64();
      values[i] = Double.longBitsToDouble(bits);
    }
    @Nullable NativeHistogram[] histograms =
        (flags & HAS_HISTOGRAMS) == 0 ? null : readHistograms(in, count);
    long[] starts = (flags & HAS_STARTS) == 0 ? null : readStarts(in, count);
    return new GroupSamples.Column(values, histograms, starts);
  }

  private static long[] readStarts(ByteReader in, int count) {
    long[] starts = new long[count];
    long last = 0;
    for (int i = 0; i < count; i++) {
      last += in.readVarint();
      starts[i] = last;
    }
    return starts;
  }

  private static @Nullable NativeHistogram[] readHistograms(ByteReader in, int timestamps) {
    @Nullable NativeHistogram[] histograms = new NativeHistogram[timestamps];
    int count = in.readCount("number of histograms", timestamps);
    int at = -1;
    for (int i = 0; i < count; i++) {
      at += 1 + in.readCount("gap before a histogram", timestamps - at - 2);
      histograms[at] = readHistogram(in);
    }
    return histograms;
  }

  private static NativeHistogram readHistogram(ByteReader in) {
    NativeHistogram.ResetHint hint = NativeHistogram.ResetHint.ofCode(in.readByte());
    int schema = (int) in.readVarint();
    return new NativeHistogram(
        hint,
        schema,
        readDouble(in),
        readDouble(in),
        readDouble(in),
        readDouble(in),
        readBuckets(in),
        readBuckets(in),
        readDoubles(in, in.readCountOfRemaining("number of bounds", Double.BYTES)));
  }

  private static NativeHistogram.Buckets readBuckets(ByteReader in) {
    int spans = in.readCountOfRemaining("number of spans", 2);
    int[] offsets = new int[spans];
    int[] lengths = new int[spans];
    int total = 0;
    for (int span = 0; span < spans; span++) {
      offsets[span] = (int) in.readVarint();
      lengths[span] = in.readCountOfRemaining("length of a span", Double.BYTES);
      total = Math.addExact(total, lengths[span]);
    }
    if (total > in.remaining() / Double.BYTES) {
      throw in.corrupt("%d bucket counts do not fit what is left".formatted(total));
    }
    return new NativeHistogram.Buckets(offsets, lengths, readDoubles(in, total));
  }

  private static double[] readDoubles(ByteReader in, int count) {
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = readDouble(in);
    }
    return values;
  }

  private static double readDouble(ByteReader in) {
    return Double.longBitsToDouble(in.readU64());
  }
}
