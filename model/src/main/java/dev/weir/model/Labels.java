package dev.weir.model;

import static java.util.Objects.requireNonNull;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/// A set of label pairs, sorted by name, each name once, no empty value (an empty value means that
/// the label is not there). Immutable; comparing two is cheap because the hash is kept.
///
/// Order, here and in layouts: label by label, names before values, by code point (which is the
/// order of UTF-8 bytes, so other languages find the same).
public final class Labels implements Comparable<Labels> {
  /// The label that holds a metric's name.
  public static final String NAME = "__name__";

  /// The label that holds the upper bound of a classic histogram's bucket.
  public static final String BUCKET = "le";

  /// The labels that hold a metric's type and unit, where they are kept as labels.
  public static final String TYPE = "__type__";

  public static final String UNIT = "__unit__";

  public static final Labels EMPTY = new Labels(new String[0]);

  private static final byte SEPARATOR = (byte) 0xff;

  /// Texts that are longer are each one's own: they are seldom met again.
  private static final int MAX_SHARED_LENGTH = 256;

  private final String[] pairs;

  private final int hash;

  private Labels(String[] sortedPairs) {
    this.pairs = sortedPairs;
    this.hash = Arrays.hashCode(sortedPairs);
  }

  /// Labels from alternating names and values, in any order.
  ///
  /// @throws WeirException.BadData if a name stands twice
  public static Labels of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException("names and values alternate, found an odd number");
    }
    TreeMap<String, String> sorted = new TreeMap<>(Labels::compareText);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      String previous = sorted.put(namesAndValues[i], namesAndValues[i + 1]);
      if (previous != null) {
        throw new WeirException.BadData(
            "label \"%s\" stands twice, as \"%s\" and as \"%s\""
                .formatted(namesAndValues[i], previous, namesAndValues[i + 1]));
      }
    }
    return ofSorted(sorted);
  }

  public static Labels of(Map<String, String> labels) {
    TreeMap<String, String> sorted = new TreeMap<>(Labels::compareText);
    sorted.putAll(labels);
    return ofSorted(sorted);
  }

  /// The same labels with texts that are the JVM's own objects (see [String#intern]), so that they
  /// take no memory of their own where other series have them, too. For labels that are to be kept.
  public Labels withSharedTexts() {
    String[] shared = pairs.clone();
    for (int i = 0; i < shared.length; i++) {
      if (shared[i].length() <= MAX_SHARED_LENGTH) {
        shared[i] = shared[i].intern();
      }
    }
    return new Labels(shared);
  }

  /// Labels from alternating names and values that already are what [Labels] promises: sorted by
  /// code point, each name once, no empty value. The array is taken over, not copied.
  ///
  /// @throws WeirException.Corrupt if they are not
  public static Labels ofSortedPairs(String[] namesAndValues) {
    for (int i = 0; i < namesAndValues.length; i += 2) {
      if (i > 0 && compareText(namesAndValues[i - 2], namesAndValues[i]) >= 0) {
        throw new WeirException.Corrupt(
            "label \"%s\" stands after \"%s\"; labels are sorted by name, each once"
                .formatted(namesAndValues[i], namesAndValues[i - 2]));
      }
      if (namesAndValues[i + 1].isEmpty()) {
        throw new WeirException.Corrupt(
            "label \"%s\" has an empty value; leave such a label out".formatted(namesAndValues[i]));
      }
    }
    return namesAndValues.length == 0 ? EMPTY : new Labels(namesAndValues);
  }

  private static Labels ofSorted(SortedMap<String, String> sorted) {
    sorted.values().removeIf(String::isEmpty);
    String[] pairs = new String[sorted.size() * 2];
    int i = 0;
    for (Map.Entry<String, String> label : sorted.entrySet()) {
      pairs[i++] = label.getKey();
      pairs[i++] = label.getValue();
    }
    return pairs.length == 0 ? EMPTY : new Labels(pairs);
  }

  public int size() {
    return pairs.length / 2;
  }

  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /// The name of label number `index`, in order of names.
  public String name(int index) {
    return pairs[2 * index];
  }

  /// The value of label number `index`, in order of names.
  public String value(int index) {
    return pairs[2 * index + 1];
  }

  /// The value of a label; empty if it is not there.
  public String get(String name) {
    int index = indexOf(name);
    return index < 0 ? "" : pairs[index + 1];
  }

  public boolean has(String name) {
    return indexOf(name) >= 0;
  }

  /// The metric's name; empty if there is none.
  public String metricName() {
    return get(NAME);
  }

  private int indexOf(String name) {
    // Label sets are small: a scan beats a binary search, and equal strings are mostly the same
    // object.
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equals(name)) {
        return i;
      }
    }
    return -1;
  }

  public void forEach(BiConsumer<String, String> action) {
    for (int i = 0; i < pairs.length; i += 2) {
      action.accept(pairs[i], pairs[i + 1]);
    }
  }

  /// The labels whose name passes the test.
  public Labels keep(Predicate<String> names) {
    int kept = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (names.test(pairs[i])) {
        kept += 2;
      }
    }
    if (kept == pairs.length) {
      return this;
    }
    if (kept == 0) {
      return EMPTY;
    }
    String[] remaining = new String[kept];
    int at = 0;
    for (int i = 0; i < pairs.length; i += 2) {
      if (names.test(pairs[i])) {
        remaining[at++] = pairs[i];
        remaining[at++] = pairs[i + 1];
      }
    }
    return new Labels(remaining);
  }

  public Labels without(Collection<String> names) {
    return keep(name -> !names.contains(name));
  }

  public Labels without(String name) {
    return has(name) ? keep(other -> !other.equals(name)) : this;
  }

  /// A copy with one label set, or left out if the value is empty.
  public Labels with(String name, String value) {
    return toBuilder().set(name, value).build();
  }

  public Builder toBuilder() {
    Builder builder = new Builder();
    forEach(builder::set);
    return builder;
  }

  public static Builder builder() {
    return new Builder();
  }

  public Map<String, String> toMap() {
    TreeMap<String, String> map = new TreeMap<>(Labels::compareText);
    forEach(map::put);
    return map;
  }

  /// The 128-bit hash of the pairs, in order: name, 0xFF, value, 0xFF, in UTF-8.
  public Hash128 hash128() {
    CanonicalBytes bytes = new CanonicalBytes();
    writeCanonical(bytes);
    return bytes.hash();
  }

  /// Hash of the labels without [#NAME] and [#BUCKET]: what keeps a histogram together, and the
  /// metrics that are joined on their other labels. Bytes as in [#hash128]; the low 64 bits.
  public long groupingHash() {
    CanonicalBytes bytes = new CanonicalBytes();
    for (int i = 0; i < pairs.length; i += 2) {
      if (!pairs[i].equals(NAME) && !pairs[i].equals(BUCKET)) {
        bytes.writeText(pairs[i]).writeByte(SEPARATOR).writeText(pairs[i + 1]).writeByte(SEPARATOR);
      }
    }
    return bytes.hash().low();
  }

  void writeCanonical(CanonicalBytes bytes) {
    for (String text : pairs) {
      bytes.writeText(text).writeByte(SEPARATOR);
    }
  }

  @Override
  public int compareTo(Labels other) {
    int common = Math.min(pairs.length, other.pairs.length);
    for (int i = 0; i < common; i++) {
      int order = compareText(pairs[i], other.pairs[i]);
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(pairs.length, other.pairs.length);
  }

  /// Orders text by code point. [String#compareTo] orders by UTF-16 unit, which puts supplementary
  /// characters (as surrogates) before U+E000 to U+FFFF.
  public static int compareText(String a, String b) {
    // Of two label sets that are sorted beside each other, most texts are the same.
    if (a.equals(b)) {
      return 0;
    }
    int common = Math.min(a.length(), b.length());
    for (int i = 0; i < common; i++) {
      char left = a.charAt(i);
      char right = b.charAt(i);
      if (left != right) {
        boolean leftSurrogate = Character.isSurrogate(left);
        if (leftSurrogate != Character.isSurrogate(right)) {
          return leftSurrogate ? 1 : -1;
        }
        return left - right;
      }
    }
    return a.length() - b.length();
  }

  @Override
  public boolean equals(Object other) {
    return this == other
        || (other instanceof Labels labels
            && hash == labels.hash
            && Arrays.equals(pairs, labels.pairs));
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /// As Prometheus writes it: `{job="node", instance="a:9100"}` after the metric's name. Names
  /// outside the classic alphabet are quoted.
  @Override
  public String toString() {
    return LabelText.format(this);
  }

  /// Collects labels; a later value for a name replaces an earlier one. Not for sharing between
  /// threads.
  public static final class Builder {
    private final TreeMap<String, String> labels = new TreeMap<>(Labels::compareText);

    private Builder() {}

    /// Sets a label; an empty value removes it.
    public Builder set(String name, String value) {
      requireNonNull(name, "name");
      if (value.isEmpty()) {
        labels.remove(name);
      } else {
        labels.put(name, value);
      }
      return this;
    }

    public Builder remove(String name) {
      labels.remove(name);
      return this;
    }

    /// The value set so far; empty if there is none.
    public String get(String name) {
      return labels.getOrDefault(name, "");
    }

    public Labels build() {
      return ofSorted(labels);
    }
  }

  /// Bytes that content hashes are computed over.
  static final class CanonicalBytes {
    private byte[] bytes = new byte[256];
    private int length;

    CanonicalBytes writeText(String text) {
      byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
      reserve(utf8.length);
      System.arraycopy(utf8, 0, bytes, length, utf8.length);
      length += utf8.length;
      return this;
    }

    CanonicalBytes writeByte(int value) {
      reserve(1);
      bytes[length++] = (byte) value;
      return this;
    }

    private void reserve(int more) {
      if (length + more > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
      }
    }

    Hash128 hash() {
      return Hash128.of(bytes, 0, length);
    }
  }
}
