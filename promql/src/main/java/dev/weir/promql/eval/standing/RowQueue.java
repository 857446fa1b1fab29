package dev.weir.promql.eval.standing;

/// Row numbers in ascending order, to which later ones are added and from which earlier ones go.
final class RowQueue {
  private static final long[] NONE = {};
  private static final int MIN_CAPACITY = 4;

  /// A ring: its length is a power of two, or zero.
  private long[] rows = NONE;

  private int first;
  private int size;

  int size() {
    return size;
  }

  /// Row number `place` of the queue.
  long get(int place) {
    return rows[(first + place) & (rows.length - 1)];
  }

  long getLast() {
    return get(size - 1);
  }

  void add(long row) {
    if (size == rows.length) {
      grow();
    }
    rows[(first + size++) & (rows.length - 1)] = row;
  }

  private void grow() {
    long[] larger = new long[Math.max(MIN_CAPACITY, 2 * rows.length)];
    for (int i = 0; i < size; i++) {
      larger[i] = get(i);
    }
    rows = larger;
    first = 0;
  }

  void removeLast() {
    size--;
  }

  /// Removes rows before another.
  ///
  /// @return how many went
  int removeBefore(long row) {
    int gone = 0;
    while (size > 0 && rows[first] < row) {
      first = (first + 1) & (rows.length - 1);
      size--;
      gone++;
    }
    return gone;
  }

  void clear() {
    first = 0;
    size = 0;
  }
}
