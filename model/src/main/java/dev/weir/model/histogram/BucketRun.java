package dev.weir.model.histogram;

import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.function.IntToDoubleFunction;
import org.jspecify.annotations.Nullable;

/// The buckets of one side of a histogram while it is being computed: counts by ascending bucket
/// index, with gaps wherever nobody has counted anything.
///
/// With compensation, each count carries what rounding has lost of it so far.
final class BucketRun {
  private int[] indices;
  private double[] counts;
  private double @Nullable [] lost;
  private int size;

  private BucketRun(int[] indices, double[] counts, double @Nullable [] lost, int size) {
    this.indices = indices;
    this.counts = counts;
    this.lost = lost;
    this.size = size;
  }

  static BucketRun of(Buckets buckets, boolean compensated) {
    int size = buckets.counts().length;
    int[] indices = new int[size];
    int index = 0;
    int bucket = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        indices[bucket++] = index++;
      }
    }
    return new BucketRun(
        indices, buckets.counts().clone(), compensated ? new double[size] : null, size);
  }

  BucketRun copy() {
    return new BucketRun(
        Arrays.copyOf(indices, size),
        Arrays.copyOf(counts, size),
        lost == null ? null : Arrays.copyOf(lost, size),
        size);
  }

  int size() {
    return size;
  }

  int index(int place) {
    return indices[place];
  }

  double count(int place) {
    return counts[place];
  }

  double lost(int place) {
    return lost == null ? 0 : lost[place];
  }

  /// Adds the counts of another run, each times `sign`.
  void add(BucketRun other, int sign) {
    if (hasIndicesOf(other)) {
      for (int i = 0; i < size; i++) {
        addAt(i, sign * other.counts[i], sign * other.lost(i));
      }
      return;
    }
    int[] mergedIndices = new int[size + other.size];
    double[] mergedCounts = new double[size + other.size];
    double[] mergedLost = lost == null ? null : new double[size + other.size];
    int mine = 0;
    int others = 0;
    int merged = 0;
    while (mine < size || others < other.size) {
      boolean takeMine =
          others == other.size || (mine < size && indices[mine] <= other.indices[others]);
      boolean takeOther =
          mine == size || (others < other.size && other.indices[others] <= indices[mine]);
      if (takeMine && takeOther) {
        addAt(mine, sign * other.counts[others], sign * other.lost(others));
      }
      mergedIndices[merged] = takeMine ? indices[mine] : other.indices[others];
      mergedCounts[merged] = takeMine ? counts[mine] : sign * other.counts[others];
      if (mergedLost != null) {
        mergedLost[merged] = takeMine ? lost(mine) : sign * other.lost(others);
      }
      merged++;
      mine += takeMine ? 1 : 0;
      others += takeOther ? 1 : 0;
    }
    indices = mergedIndices;
    counts = mergedCounts;
    lost = mergedLost;
    size = merged;
  }

  private boolean hasIndicesOf(BucketRun other) {
    return size == other.size && Arrays.equals(indices, 0, size, other.indices, 0, size);
  }

  private void addAt(int place, double count, double lostOfCount) {
    double sum = counts[place] + count;
    if (lost != null) {
      lost[place] = Compensation.after(counts[place], lost[place], count, sum) + lostOfCount;
    }
    counts[place] = sum;
  }

  void multiply(double factor) {
    for (int i = 0; i < size; i++) {
      counts[i] *= factor;
    }
    if (lost != null) {
      for (int i = 0; i < size; i++) {
        lost[i] *= factor;
      }
    }
  }

  void divide(double divisor) {
    for (int i = 0; i < size; i++) {
      counts[i] /= divisor;
    }
    if (lost != null) {
      for (int i = 0; i < size; i++) {
        lost[i] /= divisor;
      }
    }
  }

  void clear() {
    size = 0;
  }

  /// Maps each bucket to one with the same or a wider range.
  interface Mapping {
    /// The new index of a bucket; ascending where indices ascend.
    int apply(int index);
  }

  /// Merges all buckets that are mapped to the same one.
  void merge(Mapping mapping) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int index = mapping.apply(indices[i]);
      if (kept > 0 && indices[kept - 1] == index) {
        addAt(kept - 1, counts[i], lost(i));
      } else {
        indices[kept] = index;
        counts[kept] = counts[i];
        if (lost != null) {
          lost[kept] = lost[i];
        }
        kept++;
      }
    }
    size = kept;
  }

  /// Merges buckets into those of a schema with fewer.
  ///
  /// @param levels how much smaller the schema's number is
  void coarsen(int levels) {
    if (levels > 0) {
      merge(index -> ((index - 1) >> levels) + 1);
    }
  }

  /// Takes away the first buckets.
  void removeFirst(int count) {
    indices = Arrays.copyOfRange(indices, count, size);
    counts = Arrays.copyOfRange(counts, count, size);
    lost = lost == null ? null : Arrays.copyOfRange(lost, count, size);
    size -= count;
  }

  boolean overflows() {
    for (int i = 0; i < size; i++) {
      if (Double.isInfinite(counts[i])) {
        return true;
      }
    }
    return false;
  }

  double largest() {
    double largest = 0;
    for (int i = 0; i < size; i++) {
      largest = Math.max(largest, Math.abs(counts[i]));
    }
    return largest;
  }

  /// The buckets that hold anything, in as few spans as there can be.
  Buckets toBuckets() {
    return toBuckets(place -> counts[place] + lost(place), false);
  }

  /// The counts as they are added up, those of empty buckets too.
  Buckets toAllBuckets() {
    return toBuckets(place -> counts[place], true);
  }

  /// What rounding has lost, of the same buckets.
  Buckets toLostBuckets() {
    return toBuckets(this::lost, true);
  }

  /// Takes over what rounding has lost of each of its buckets.
  void lose(Buckets lostOfEach) {
    if (lostOfEach.counts().length != size) {
      throw new WeirException.Corrupt(
          "histogram of %d buckets has lost parts of %d"
              .formatted(size, lostOfEach.counts().length));
    }
    lost = lostOfEach.counts().clone();
  }

  private Buckets toBuckets(IntToDoubleFunction valueAt, boolean withEmpty) {
    double[] kept = new double[size];
    int[] offsets = new int[size];
    int[] lengths = new int[size];
    int count = 0;
    int spans = 0;
    int next = 0;
    for (int i = 0; i < size; i++) {
      double value = valueAt.applyAsDouble(i);
      if (value == 0 && !withEmpty) {
        continue;
      }
      if (spans > 0 && indices[i] == next) {
        lengths[spans - 1]++;
      } else {
        offsets[spans] = indices[i] - (spans == 0 ? 0 : next);
        lengths[spans++] = 1;
      }
      kept[count++] = value;
      next = indices[i] + 1;
    }
    return count == 0
        ? Buckets.NONE
        : new Buckets(
            Arrays.copyOf(offsets, spans),
            Arrays.copyOf(lengths, spans),
            Arrays.copyOf(kept, count));
  }
}
