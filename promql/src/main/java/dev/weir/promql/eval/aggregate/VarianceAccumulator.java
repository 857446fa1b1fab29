package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.eval.vector.VectorSeries;

/// `stdvar` and `stddev`, of the population.
///
/// Source: B. P. Welford, "Note on a Method for Calculating Corrected Sums of Squares and
/// Products", Technometrics 4 (1962); merging after T. F. Chan, G. H. Golub and R. J. LeVeque,
/// "Updating Formulae and a Pairwise Algorithm for Computing Sample Variances" (1979).
final class VarianceAccumulator extends StatefulAccumulator {
  private final boolean deviation;
  private final double[] counts;
  private final double[] means;
  private final double[] squares;
  private final IgnoredHistograms ignored;

  VarianceAccumulator(boolean deviation, int steps, IgnoredHistograms ignored) {
    this.deviation = deviation;
    this.counts = new double[steps];
    this.means = new double[steps];
    this.squares = new double[steps];
    this.ignored = ignored;
  }

  @Override
  void accept(VectorSeries series) {
    double[] values = series.values();
    for (int step = 0; step < counts.length; step++) {
      double value = values[step];
      if (AbsentValue.is(value)) {
        continue;
      }
      counts[step]++;
      if (counts[step] == 1) {
        means[step] = value;
        // The variance of what is not finite is not a number, be it alone.
        squares[step] = Double.isFinite(value) ? 0 : Double.NaN;
      } else {
        double delta = value - means[step];
        means[step] += delta / counts[step];
        squares[step] += delta * (value - means[step]);
      }
    }
    ignored.remarkOn(series);
  }

  @Override
  void combine(Accumulator later) {
    VarianceAccumulator other = (VarianceAccumulator) later;
    for (int step = 0; step < counts.length; step++) {
      double count = other.counts[step];
      if (count == 0) {
        continue;
      }
      if (counts[step] == 0) {
        counts[step] = count;
        means[step] = other.means[step];
        squares[step] = other.squares[step];
        continue;
      }
      double total = counts[step] + count;
      double delta = other.means[step] - means[step];
      means[step] += delta * count / total;
      squares[step] += other.squares[step] + delta * delta * counts[step] * count / total;
      counts[step] = total;
    }
  }

  @Override
  void save(StateColumns state) {
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] == 0) {
        counts[step] = AbsentValue.VALUE;
        means[step] = AbsentValue.VALUE;
        squares[step] = AbsentValue.VALUE;
      }
    }
    state.put("count", counts);
    state.put("mean", means);
    state.put("squares", squares);
  }

  @Override
  void load(StateColumns state) {
    double[] savedCounts = state.values("count");
    double[] savedMeans = state.values("mean");
    double[] savedSquares = state.values("squares");
    for (int step = 0; step < counts.length; step++) {
      if (!AbsentValue.is(savedCounts[step])) {
        counts[step] = savedCounts[step];
        means[step] = savedMeans[step];
        squares[step] = savedSquares[step];
      }
    }
  }

  @Override
  VectorSeries result(Labels labels) {
    double[] values = VectorSeries.absent(counts.length);
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] > 0) {
        double variance = squares[step] / counts[step];
        values[step] = deviation ? Math.sqrt(variance) : variance;
      }
    }
    return VectorSeries.ofValues(labels, values);
  }

  @Override
  int columns() {
    return 3;
  }
}
