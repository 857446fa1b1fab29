package dev.weir.promql.oracle;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// What an expression comes to at one time.
sealed interface OracleValue {
  record Scalar(double value) implements OracleValue {}

  /// An instant vector.
  record Vector(List<Element> elements) implements OracleValue {
    public Vector {
      elements = List.copyOf(elements);
    }

    /// The same, unless two elements have the same labels.
    Vector distinct() {
      TreeSet<Labels> seen = new TreeSet<>();
      for (Element element : elements) {
        if (!seen.add(element.labels)) {
          throw new OracleError("vector cannot contain metrics with the same labelset");
        }
      }
      return this;
    }
  }

  /// @param dropName whether the name is to go when the query is done, where that is when it goes
  record Element(Labels labels, Sample sample, boolean dropName) {
    Element(Labels labels, Sample sample) {
      this(labels, sample, false);
    }

    /// The element after something that makes another metric of it.
    Element changed(Sample changed, boolean delayed) {
      return delayed
          ? new Element(labels, changed, true)
          : new Element(labels.without(Labels.NAME), changed);
    }
  }

  /// A range vector.
  record Range(long startMillis, long endMillis, List<Row> rows) implements OracleValue {}

  /// A series and its samples in the range.
  record Row(Labels labels, List<Sample> samples) {}

  /// A float or a histogram.
  record Sample(long timestampMillis, double value, @Nullable NaiveHistogram histogram) {
    static Sample of(double value) {
      return new Sample(0, value, null);
    }

    static Sample of(NaiveHistogram histogram) {
      return new Sample(0, 0, histogram);
    }

    boolean isFloat() {
      return histogram == null;
    }

    NaiveHistogram asHistogram() {
      return requireNonNull(histogram);
    }
  }

  /// What Prometheus answers with an error.
  final class OracleError extends RuntimeException {
    private static final long serialVersionUID = 1;

    OracleError(String message) {
      super(message);
    }
  }
}
