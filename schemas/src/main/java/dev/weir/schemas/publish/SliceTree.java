package dev.weir.schemas.publish;

import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// The slices of one target, or of one partition key's pushed series. A slice that outgrows
/// [Slice#MAX_SERIES] splits; it never joins again while the tree lives, so that a target whose
/// size wavers around the bound keeps its groups.
///
/// A slice is not split where that would help little: series that share all labels but name and
/// `le` stay together whatever their number, so only the others count.
///
/// Not safe for use by several threads.
public final class SliceTree {
  private final BitSet split = new BitSet();

  /// The slice of a series with this [dev.weir.model.Labels#groupingHash].
  public Slice sliceOf(long groupingHash) {
    int number = Slice.WHOLE.number();
    long bits = groupingHash;
    while (split.get(number)) {
      number = 2 * number + (int) (bits >>> 63);
      bits <<= 1;
    }
    return new Slice(number);
  }

  /// Whether a slice with series of these grouping hashes is too large and can be made smaller.
  public static boolean shouldSplit(Slice slice, long[] groupingHashes) {
    if (groupingHashes.length <= Slice.MAX_SERIES || !slice.canSplit()) {
      return false;
    }
    long[] sorted = groupingHashes.clone();
    Arrays.sort(sorted);
    int largest = 0;
    int start = 0;
    for (int i = 1; i <= sorted.length; i++) {
      if (i == sorted.length || sorted[i] != sorted[start]) {
        largest = Math.max(largest, i - start);
        start = i;
      }
    }
    return sorted.length - largest > Slice.MAX_SERIES / 2;
  }

  /// Replaces a slice by its two halves.
  public void split(Slice slice) {
    if (!slice.canSplit()) {
      throw new IllegalArgumentException("slice %d splits no further".formatted(slice.number()));
    }
    split.set(slice.number());
  }

  /// Divides series among the slices, splitting where it must.
  ///
  /// @return the slices that have series, in order
  public SortedMap<Slice, List<SeriesMeta>> assign(Collection<SeriesMeta> series) {
    List<SeriesMeta> all = List.copyOf(series);
    long[] hashes = new long[all.size()];
    for (int i = 0; i < hashes.length; i++) {
      hashes[i] = all.get(i).labels().groupingHash();
    }
    int[] everything = new int[hashes.length];
    Arrays.setAll(everything, i -> i);
    SortedMap<Slice, List<SeriesMeta>> assigned = new TreeMap<>();
    divide(Slice.WHOLE, everything, hashes, all, assigned);
    return assigned;
  }

  private void divide(
      Slice slice,
      int[] members,
      long[] hashes,
      List<SeriesMeta> all,
      SortedMap<Slice, List<SeriesMeta>> assigned) {
    if (members.length == 0) {
      return;
    }
    if (!split.get(slice.number())) {
      long[] own = new long[members.length];
      for (int i = 0; i < own.length; i++) {
        own[i] = hashes[members[i]];
      }
      if (!shouldSplit(slice, own)) {
        List<SeriesMeta> held = new ArrayList<>(members.length);
        for (int member : members) {
          held.add(all.get(member));
        }
        assigned.put(slice, held);
        return;
      }
      split(slice);
    }
    for (Slice half : List.of(slice.left(), slice.right())) {
      int[] held = Arrays.stream(members).filter(member -> half.holds(hashes[member])).toArray();
      divide(half, held, hashes, all, assigned);
    }
  }
}
