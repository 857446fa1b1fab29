package dev.weir.promql.eval.aggregate;

import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;

/// Chooses, at each step, some series of a group: the greatest or least k, any k, or a share of
/// them. What is not chosen may be forgotten: choosing from what was chosen, and others, comes to
/// the same.
sealed interface SeriesChoice {
  /// Marks the chosen ones of a step.
  ///
  /// @param candidates in order of labels
  /// @param chosen for each candidate, the steps at which it is chosen
  void choose(List<VectorSeries> candidates, int step, List<BitSet> chosen);

  /// The samples of the candidates that are chosen, in order of labels.
  default List<VectorSeries> prune(List<VectorSeries> candidates, int steps) {
    List<VectorSeries> sorted = new ArrayList<>(candidates);
    sorted.sort(Comparator.comparing(VectorSeries::labels));
    List<BitSet> chosen = new ArrayList<>(sorted.size());
    for (int i = 0; i < sorted.size(); i++) {
      chosen.add(new BitSet(steps));
    }
    for (int step = 0; step < steps; step++) {
      choose(sorted, step, chosen);
    }
    List<VectorSeries> kept = new ArrayList<>();
    for (int i = 0; i < sorted.size(); i++) {
      if (!chosen.get(i).isEmpty()) {
        VectorSeries series = sorted.get(i);
        for (int step = 0; step < steps; step++) {
          if (!chosen.get(i).get(step)) {
            series.remove(step);
          }
        }
        kept.add(series);
      }
    }
    return kept;
  }

  /// `topk` and `bottomk`: floats by value, then by labels.
  record Best(boolean greatest, int[] counts, IgnoredHistograms ignored) implements SeriesChoice {
    @Override
    public List<VectorSeries> prune(List<VectorSeries> candidates, int steps) {
      candidates.forEach(ignored::remarkOn);
      return SeriesChoice.super.prune(
          candidates.stream().map(VectorSeries::withoutHistograms).toList(), steps);
    }

    @Override
    public void choose(List<VectorSeries> candidates, int step, List<BitSet> chosen) {
      if (counts[step] < 1) {
        return;
      }
      KBest best = new KBest(greatest);
      for (int i = 0; i < candidates.size(); i++) {
        VectorSeries series = candidates.get(i);
        if (series.hasFloat(step)) {
          best.offer(i, series.values()[step], counts[step]);
        }
      }
      for (int place = 0; place < best.size(); place++) {
        chosen.get(best.number(place)).set(step);
      }
    }
  }

  /// `limitk`: the first ones by labels.
  record First(int[] counts) implements SeriesChoice {
    @Override
    public void choose(List<VectorSeries> candidates, int step, List<BitSet> chosen) {
      int left = counts[step];
      for (int i = 0; i < candidates.size() && left > 0; i++) {
        if (candidates.get(i).hasSample(step)) {
          chosen.get(i).set(step);
          left--;
        }
      }
    }
  }

  /// `limit_ratio`: those whose labels hash into a share of all hashes, from below, or from above
  /// for a negative share.
  record Share(double[] shares) implements SeriesChoice {
    @Override
    public void choose(List<VectorSeries> candidates, int step, List<BitSet> chosen) {
      double share = Math.clamp(shares[step], -1, 1);
      for (int i = 0; i < candidates.size(); i++) {
        if (candidates.get(i).hasSample(step)
            && holds(share, LabelHash.fraction(candidates.get(i).labels()))) {
          chosen.get(i).set(step);
        }
      }
    }

    private static boolean holds(double share, double fraction) {
      return share >= 0 ? fraction < share : fraction >= 1 + share;
    }
  }
}
