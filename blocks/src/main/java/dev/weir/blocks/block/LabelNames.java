package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Labels;
import java.util.Arrays;

/// The label names of a section, and how the pairs of each are numbered.
///
/// ```
/// Names    => Count:uvarint (Name:text Values:uvarint)*
/// PairKeys => Count:uvarint Value:text*
/// ```
///
/// Names ascend; *Values* is how many values a name has, and so how many pairs, which are numbered
/// one after another. *PairKeys* are the first value in each frame of [RegionKind#PAIRS], so that a
/// value is found by reading one frame.
///
/// @param firstPairs number of the first pair of each name, and after the last, the number of pairs
record LabelNames(String[] names, int[] firstPairs, String[] pairKeys) {
  int pairs() {
    return firstPairs[names.length];
  }

  /// Index of a label name; negative if no series has it.
  int indexOf(String name) {
    return Arrays.binarySearch(names, name, Labels::compareText);
  }

  /// The name of a label pair.
  String nameOfPair(int pair) {
    int found = Arrays.binarySearch(firstPairs, 0, names.length, pair);
    return names[found >= 0 ? found : -found - 2];
  }

  int firstPair(int name) {
    return firstPairs[name];
  }

  /// After the last pair of a name.
  int endPair(int name) {
    return firstPairs[name + 1];
  }

  void write(ByteWriter out) {
    out.writeUvarint(names.length);
    for (int i = 0; i < names.length; i++) {
      out.writeText(names[i]).writeUvarint(firstPairs[i + 1] - firstPairs[i]);
    }
    out.writeUvarint(pairKeys.length);
    for (String key : pairKeys) {
      out.writeText(key);
    }
  }

  static LabelNames read(ByteReader in) {
    int count = in.readCountOfRemaining("number of label names", 2);
    String[] names = new String[count];
    int[] firstPairs = new int[count + 1];
    for (int i = 0; i < count; i++) {
      names[i] = in.readText().intern();
      if (i > 0 && Labels.compareText(names[i - 1], names[i]) >= 0) {
        throw in.corrupt(
            "label name \"%s\" stands after \"%s\"; names ascend"
                .formatted(names[i], names[i - 1]));
      }
      int values = in.readCount("number of values", Integer.MAX_VALUE - firstPairs[i]);
      if (values == 0) {
        throw in.corrupt("label name \"%s\" has no values".formatted(names[i]));
      }
      firstPairs[i + 1] = firstPairs[i] + values;
    }
    String[] pairKeys = new String[in.readCountOfRemaining("number of pair keys", 1)];
    for (int i = 0; i < pairKeys.length; i++) {
      pairKeys[i] = in.readText();
    }
    return new LabelNames(names, firstPairs, pairKeys);
  }
}
