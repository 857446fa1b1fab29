package dev.weir.model;

/// A part of a target's series, chosen by the leading bits of [Labels#groupingHash], so that a
/// histogram stays together and churn touches few slices.
///
/// Slices form a binary tree and are numbered as in a heap: 1 holds everything, and slice `n`
/// splits into `2n` (next bit 0) and `2n+1` (next bit 1).
///
/// Example: slice 6 (binary 110) holds the series whose hash starts with the bits 10.
public record Slice(int number) implements Comparable<Slice> {
  public static final Slice WHOLE = new Slice(1);

  /// Series that a slice holds before it splits.
  public static final int MAX_SERIES = 2_000;

  /// Bits of the hash that a slice may name: a target of over a billion series is refused long
  /// before.
  public static final int MAX_DEPTH = 20;

  public Slice {
    if (number < 1 || depth(number) > MAX_DEPTH) {
      throw new WeirException.Corrupt(
          "slice %d is not one of 1 to %d".formatted(number, (2 << MAX_DEPTH) - 1));
    }
  }

  private static int depth(int number) {
    return 31 - Integer.numberOfLeadingZeros(number);
  }

  /// How many leading bits of the hash the slice names.
  public int depth() {
    return depth(number);
  }

  /// Whether a series with this [Labels#groupingHash] belongs here.
  public boolean holds(long groupingHash) {
    int depth = depth();
    return depth == 0 || (groupingHash >>> (64 - depth)) == (number - (1 << depth));
  }

  public boolean canSplit() {
    return depth() < MAX_DEPTH;
  }

  /// The half whose next bit is 0.
  public Slice left() {
    return new Slice(2 * number);
  }

  /// The half whose next bit is 1.
  public Slice right() {
    return new Slice(2 * number + 1);
  }

  @Override
  public int compareTo(Slice other) {
    return Integer.compare(number, other.number);
  }
}
