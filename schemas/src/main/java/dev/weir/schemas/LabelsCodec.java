package dev.weir.schemas;

import dev.weir.model.Labels;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.util.Arrays;

/// Labels as an Avro map of strings: written by name, read in any order.
public final class LabelsCodec {
  private static final int MIN_LABEL_BYTES = 2;
  private static final String[] NONE = {};

  private LabelsCodec() {}

  public static void write(Labels labels, AvroWriter out) {
    out.writeBlockStart(labels.size());
    for (int i = 0; i < labels.size(); i++) {
      out.writeString(labels.name(i));
      out.writeString(labels.value(i));
    }
    out.writeBlockEnd();
  }

  public static Labels read(AvroReader in, TextCache texts) {
    String[] pairs = NONE;
    int at = 0;
    boolean canonical = true;
    for (int items = in.readBlock(MIN_LABEL_BYTES);
        items > 0;
        items = in.readBlock(MIN_LABEL_BYTES)) {
      pairs = Arrays.copyOf(pairs, AvroReader.capacity(pairs.length, at + 2 * items));
      for (int item = 0; item < items; item++) {
        String name = in.readString(texts);
        String value = in.readString(texts);
        canonical &= !value.isEmpty() && (at == 0 || Labels.compareText(pairs[at - 2], name) < 0);
        pairs[at++] = name;
        pairs[at++] = value;
      }
    }
    if (at < pairs.length) {
      pairs = Arrays.copyOf(pairs, at);
    }
    // A stock writer puts a map's entries in any order.
    return canonical ? Labels.ofSortedPairs(pairs) : Labels.of(pairs);
  }

  static void skip(AvroReader in) {
    for (long items = in.skipMap(); items > 0; items = in.skipMap()) {
      for (long item = 0; item < items; item++) {
        in.skipString();
        in.skipString();
      }
    }
  }
}
