package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Numbers the label pairs of a section while it is written, and collects the series that have
/// each. Not for sharing between threads.
final class PairDictionary {
  /// A label pair: its number and the series that have it, in ascending order.
  private static final class Pair {
    private int number;
    private int[] series = Postings.NONE;
    private int count;

    private void add(int id) {
      if (count == series.length) {
        series = Arrays.copyOf(series, Math.max(4, count * 2));
      }
      series[count++] = id;
    }
  }

  private final TreeMap<String, Map<String, Pair>> byName = new TreeMap<>(Labels::compareText);

  /// Adds the pairs of a series that is found by them.
  void addIndexed(int id, Labels labels) {
    labels.forEach((name, value) -> pair(name, value).add(id));
  }

  /// Adds the pairs of a series that is not found by them.
  void addNamed(Labels labels) {
    labels.forEach(this::pair);
  }

  private Pair pair(String name, String value) {
    return byName
        .computeIfAbsent(name, _ -> new HashMap<>())
        .computeIfAbsent(value, _ -> new Pair());
  }

  /// What the root of a section says of its pairs.
  record Written(LabelNames labels, Region pairs, Region postings) {}

  /// Numbers all pairs and writes their values and postings.
  Written write(Frames.Writer out, int frameBytes) {
    String[] names = byName.keySet().toArray(String[]::new);
    int[] firstPairs = new int[names.length + 1];
    Region.Writer pairs = new Region.Writer(out, frameBytes);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      Map<String, Pair> byValue = pairsOf(names[i]);
      List<String> sorted = new ArrayList<>(byValue.keySet());
      sorted.sort(Labels::compareText);
      for (String value : sorted) {
        int number = values.size();
        pairOf(byValue, value).number = number;
        values.add(value);
        byte[] utf8 = ByteWriter.utf8(value);
        pairs.add(number, utf8, 0, utf8.length);
      }
      firstPairs[i + 1] = values.size();
    }
    Region pairRegion = pairs.finish();
    Region.Writer postings = new Region.Writer(out, frameBytes);
    ByteWriter entry = new ByteWriter();
    for (int i = 0; i < names.length; i++) {
      Map<String, Pair> byValue = pairsOf(names[i]);
      for (int number = firstPairs[i]; number < firstPairs[i + 1]; number++) {
        Pair pair = pairOf(byValue, values.get(number));
        entry.truncate(0);
        Postings.write(pair.series, pair.count, entry);
        postings.add(number, entry);
      }
    }
    String[] pairKeys = new String[pairRegion.frameCount()];
    for (int frame = 0; frame < pairKeys.length; frame++) {
      pairKeys[frame] = values.get(pairRegion.firstId(frame));
    }
    return new Written(new LabelNames(names, firstPairs, pairKeys), pairRegion, postings.finish());
  }

  /// Number of a pair that was added, after [#write].
  int number(String name, String value) {
    return pairOf(pairsOf(name), value).number;
  }

  boolean has(String name, String value) {
    Map<String, Pair> byValue = byName.get(name);
    return byValue != null && byValue.containsKey(value);
  }

  private Map<String, Pair> pairsOf(String name) {
    Map<String, Pair> pairs = byName.get(name);
    if (pairs == null) {
      throw new WeirException.Internal("label \"%s\" was not added".formatted(name));
    }
    return pairs;
  }

  private static Pair pairOf(Map<String, Pair> byValue, String value) {
    Pair pair = byValue.get(value);
    if (pair == null) {
      throw new WeirException.Internal("label value \"%s\" was not added".formatted(value));
    }
    return pair;
  }
}
