package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The exemplars of one series, in the order of their rows.
///
/// ```
/// Exemplars => Count:uvarint RowTimes:Longs HasOwn:u8[ceil(Count / 8)] OwnTimes:Longs
///              Value:u64{Count} Labels{Count}
/// Labels    => Count:uvarint (Name:text Value:text)*
/// ```
///
/// *RowTimes* are the timestamps of their rows. The lowest bit of *HasOwn* comes first; 1 says that
/// the exemplar has a timestamp of its own, which then stands in *OwnTimes*. *Longs* is that of
/// [LongColumn]. Label names ascend.
///
/// Example: one exemplar of row 1000 with value 1.0 and label `id="a"`: `01 00 d0 0f 00 00 00 00 00
/// 00 00 f0 3f 01 02 69 64 01 61`.
///
/// Version 1 of the block format is the first version.
public final class ExemplarChunk {
  private ExemplarChunk() {}

  public static void write(List<TimedExemplar> exemplars, ByteWriter out) {
    int count = exemplars.size();
    if (count > ChunkLimits.MAX_EXEMPLARS) {
      throw new WeirException.LimitExceeded(
          "a chunk of %d exemplars is larger than %d; flush more often"
              .formatted(count, ChunkLimits.MAX_EXEMPLARS));
    }
    long[] rowTimes = new long[count];
    long[] ownTimes = new long[count];
    byte[] hasOwn = new byte[(count + 7) / 8];
    int own = 0;
    for (int i = 0; i < count; i++) {
      rowTimes[i] = exemplars.get(i).rowTimestampMillis();
      OptionalLong time = exemplars.get(i).exemplar().timestampMillis();
      if (time.isPresent()) {
        hasOwn[i >>> 3] |= (byte) (1 << (i & 7));
        ownTimes[own++] = time.getAsLong();
      }
    }
    out.writeUvarint(count);
    LongColumn.of(rowTimes, count).write(out);
    out.writeBytes(hasOwn);
    LongColumn.of(ownTimes, own).write(out);
    for (TimedExemplar exemplar : exemplars) {
      out.writeU64(Double.doubleToRawLongBits(exemplar.exemplar().value()));
    }
    for (TimedExemplar exemplar : exemplars) {
      Labels labels = exemplar.exemplar().labels();
      out.writeUvarint(labels.size());
      labels.forEach((name, value) -> out.writeText(name).writeText(value));
    }
  }

  public static List<TimedExemplar> read(ByteReader in) {
    int count = in.readCount("number of exemplars", ChunkLimits.MAX_EXEMPLARS);
    long[] rowTimes = new long[count];
    LongColumn.read(in, count, rowTimes);
    byte[] hasOwn = in.readBytes((count + 7) / 8);
    int own = 0;
    for (int i = 0; i < count; i++) {
      own += has(hasOwn, i) ? 1 : 0;
    }
    long[] ownTimes = new long[own];
    LongColumn.read(in, own, ownTimes);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(in.readU64());
    }
    List<TimedExemplar> exemplars = new ArrayList<>(count);
    int nextOwn = 0;
    for (int i = 0; i < count; i++) {
      OptionalLong time =
          has(hasOwn, i) ? OptionalLong.of(ownTimes[nextOwn++]) : OptionalLong.empty();
      exemplars.add(new TimedExemplar(rowTimes[i], new Exemplar(readLabels(in), values[i], time)));
    }
    return exemplars;
  }

  private static boolean has(byte[] bits, int i) {
    return (bits[i >>> 3] >>> (i & 7) & 1) != 0;
  }

  private static Labels readLabels(ByteReader in) {
    String[] pairs = new String[2 * in.readCountOfRemaining("number of labels", 2)];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = in.readText();
    }
    return Labels.ofSortedPairs(pairs);
  }
}
