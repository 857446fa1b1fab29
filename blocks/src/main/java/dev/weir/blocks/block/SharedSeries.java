package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupSamples;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// The series of a merge that stand in several groups of the result, because their slice was split
/// or their rows came by another way. Each block holds one sample of a series and time, but two
/// blocks may hold one each, in different groups. Here it is found out which of them has to go: the
/// one of the later block. Not for sharing between threads.
final class SharedSeries {
  private record Sample(double value, @Nullable NativeHistogram histogram) {
    boolean sameAs(Sample other) {
      return histogram != null
          ? other.histogram != null && histogram.equals(other.histogram)
          : other.histogram == null
              && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(other.value);
    }
  }

  /// A series in one place of a window.
  private record At(int series, int place) {}

  /// For each label set, the numbers of its series in the result.
  private final Map<Labels, List<Integer>> numbers;

  /// Their numbers in each section, by those in the result.
  private final Map<Section, Map<Integer, Integer>> ownNumbers = new HashMap<>();

  private long conflicts;

  private SharedSeries(Map<Labels, List<Integer>> numbers) {
    this.numbers = numbers;
  }

  static SharedSeries of(List<SectionWriter.NumberedSeries> series) {
    Map<Labels, Integer> first = new HashMap<>();
    Map<Labels, List<Integer>> shared = new HashMap<>();
    for (int number = 0; number < series.size(); number++) {
      Labels labels = series.get(number).meta().labels();
      Integer other = first.putIfAbsent(labels, number);
      if (other != null) {
        shared.computeIfAbsent(labels, _ -> new ArrayList<>(List.of(other))).add(number);
      }
    }
    return new SharedSeries(shared);
  }

  /// Tells of a section that is merged.
  ///
  /// @param seriesNumbers numbers in the result, by own number
  void addSection(Section section, int[] seriesNumbers) {
    if (numbers.isEmpty()) {
      return;
    }
    Set<Integer> shared = new TreeSet<>();
    numbers.values().forEach(shared::addAll);
    Map<Integer, Integer> own = new HashMap<>();
    for (int i = 0; i < seriesNumbers.length; i++) {
      if (shared.contains(seriesNumbers[i])) {
        own.put(seriesNumbers[i], i);
      }
    }
    ownNumbers.put(section, own);
  }

  /// How many samples went that differ from the one that stays.
  long conflicts() {
    return conflicts;
  }

  /// Which samples of which series in which place have to go from a window.
  static final class Losers {
    private final Map<At, BitSet> losers = new HashMap<>();

    /// The column without its losers.
    ///
    /// @param column its index 0 is the place's first row in the window
    GroupSamples.Column without(int series, int place, GroupSamples.Column column) {
      BitSet rows = losers.get(new At(series, place));
      if (rows == null) {
        return column;
      }
      double[] values = column.values().clone();
      @Nullable NativeHistogram[] old = column.histograms();
      @Nullable NativeHistogram[] histograms = old == null ? null : old.clone();
      for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
        values[row] = AbsentValue.VALUE;
        if (histograms != null) {
          histograms[row] = null;
        }
      }
      return new GroupSamples.Column(values, histograms, column.startTimestampsMillis());
    }
  }

  /// @param places in order of precedence
  /// @param series of the result
  /// @param groups of the window
  Losers losers(
      List<SectionMerge.Place> places,
      List<SectionWriter.NumberedSeries> series,
      @Nullable MergedGroup[] groups) {
    Losers losers = new Losers();
    for (List<Integer> ofLabels : numbers.values()) {
      Map<Long, Sample> taken = new HashMap<>();
      for (int place = 0; place < places.size(); place++) {
        for (int number : ofLabels) {
          MergedGroup group = groups[series.get(number).group()];
          Integer own = ownNumbers.getOrDefault(places.get(place).section(), Map.of()).get(number);
          if (group != null && own != null) {
            BitSet rows = take(places.get(place), place, own, group, taken);
            if (!rows.isEmpty()) {
              losers.losers.put(new At(number, place), rows);
            }
          }
        }
      }
    }
    return losers;
  }

  private BitSet take(
      SectionMerge.Place at, int place, int own, MergedGroup group, Map<Long, Sample> taken) {
    BitSet lost = new BitSet();
    SectionRoot root = at.section().root();
    for (int i = 0; i < group.rows().size(); i++) {
      MergedGroup.Rows rows = group.rows().get(i);
      if (rows.place() != place) {
        continue;
      }
      ByteReader values = at.section().find(root.region(at.window(), RegionKind.VALUES), own);
      ByteReader histograms =
          at.section().find(root.region(at.window(), RegionKind.HISTOGRAMS), own);
      GroupSamples.Column column =
          ColumnReader.decode(values, histograms, null, rows.rows(), rows.from(), rows.to());
      @Nullable NativeHistogram[] ofColumn = column.histograms();
      for (int row = 0; row < rows.to() - rows.from(); row++) {
        if (column.hasSample(row)) {
          Sample sample = new Sample(column.values()[row], ofColumn == null ? null : ofColumn[row]);
          Sample before = taken.putIfAbsent(group.merge().timestampMillis(i, row), sample);
          if (before != null) {
            lost.set(row);
            conflicts += before.sameAs(sample) ? 0 : 1;
          }
        }
      }
    }
    return lost;
  }
}
