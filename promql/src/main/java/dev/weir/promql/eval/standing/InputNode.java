package dev.weir.promql.eval.standing;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A vector that somebody else evaluates.
final class InputNode extends StandingNode {
  private final StandingInput input;
  private @Nullable List<Labels> labels;

  /// Null if two series have the same labels, which is an error.
  private @Nullable Slots slots;

  InputNode(StandingInput input) {
    this.input = input;
  }

  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  @Override
  @Nullable Slots evaluate(long timestampMillis) {
    StandingVector vector = input.vector();
    if (vector == null) {
      return null;
    }
    if (vector.labels() != labels) {
      labels = vector.labels();
      Slots of = new Slots(labels, new int[] {labels.size()});
      slots = of.areDistinct() ? of : null;
    }
    double[] values = values(vector.values().length);
    for (int i = 0; i < values.length; i++) {
      double value = vector.values()[i];
      values[i] = StalenessMarker.is(value) ? AbsentValue.VALUE : value;
    }
    return slots;
  }
}
