package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The exemplars of one series, each once, in the order of [Exemplar#ORDER].
///
/// ```
/// Exemplars => Count:uvarint Times:Longs Value:u64{Count} Labels{Count}
/// Labels    => Count:uvarint (Name:text Value:text)*
/// ```
///
/// *Longs* is that of [LongColumn]. Label names ascend. An exemplar that had no time of its own has
/// that of the sample it came with.
///
/// Example: one exemplar at 1000 ms with value 1.0 and label `id="a"`: `01 00 d0 0f 00 00 00 00 00
/// 00 f0 3f 01 02 69 64 01 61`.
///
/// Version 3 of the block format is the first version.
public final class ExemplarChunk {
  private ExemplarChunk() {}

  /// @param exemplars in their order; all have their time
  public static void write(List<Exemplar> exemplars, ByteWriter out) {
    int count = exemplars.size();
    if (count > ChunkLimits.MAX_EXEMPLARS) {
      throw new WeirException.LimitExceeded(
          "a chunk of %d exemplars is larger than %d".formatted(count, ChunkLimits.MAX_EXEMPLARS));
    }
    long[] times = new long[count];
    for (int i = 0; i < count; i++) {
      times[i] = exemplars.get(i).timestampMillis().orElseThrow();
    }
    out.writeUvarint(count);
    LongColumn.of(times, count).write(out);
    for (Exemplar exemplar : exemplars) {
      out.writeU64(Double.doubleToRawLongBits(exemplar.value()));
    }
    for (Exemplar exemplar : exemplars) {
      out.writeUvarint(exemplar.labels().size());
      exemplar.labels().forEach((name, value) -> out.writeText(name).writeText(value));
    }
  }

  public static List<Exemplar> read(ByteReader in) {
    int count = in.readCount("number of exemplars", ChunkLimits.MAX_EXEMPLARS);
    long[] times = new long[count];
    LongColumn.read(in, count, times);
    double[] values = new double[count];
    for (int i = 0; i < count; i++) {
      values[i] = Double.longBitsToDouble(in.readU64());
    }
    List<Exemplar> exemplars = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Exemplar exemplar = new Exemplar(readLabels(in), values[i], OptionalLong.of(times[i]));
      if (i > 0 && Exemplar.ORDER.compare(exemplars.getLast(), exemplar) >= 0) {
        throw in.corrupt("exemplar %d does not come after the one before".formatted(i));
      }
      exemplars.add(exemplar);
    }
    return exemplars;
  }

  private static Labels readLabels(ByteReader in) {
    String[] pairs = new String[2 * in.readCountOfRemaining("number of labels", 2)];
    for (int i = 0; i < pairs.length; i++) {
      pairs[i] = in.readText();
    }
    return Labels.ofSortedPairs(pairs);
  }
}
