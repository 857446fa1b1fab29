package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an expression is expected to come to at a time, over series and what rules recorded.
///
/// @param line in the file
/// @param evalMillis since the start of the test
public record ExpressionCase(
    int line, String expression, long evalMillis, List<Expected> expected) {
  public ExpressionCase {
    requireNonNull(expression, "expression");
    expected = List.copyOf(expected);
  }

  /// One sample.
  ///
  /// @param value meaningless if there is a histogram
  public record Expected(Labels labels, double value, @Nullable NativeHistogram histogram) {
    public Expected {
      requireNonNull(labels, "labels");
    }
  }
}
