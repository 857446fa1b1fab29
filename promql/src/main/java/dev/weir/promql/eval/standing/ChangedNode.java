package dev.weir.promql.eval.standing;

import dev.weir.promql.eval.function.FloatFunctions.ColumnFunction;
import dev.weir.promql.eval.vector.MetricNames;
import org.jspecify.annotations.Nullable;

/// A vector with each value changed by itself.
final class ChangedNode extends StandingNode {
  private final StandingNode operand;
  private final ColumnFunction change;
  private final boolean dropsName;
  private @Nullable Slots operandSlots;

  /// Null if series become equal: then it depends on their samples whether that is an error.
  private @Nullable Slots slots;

  /// @param change of all values at once; leaves absent ones absent
  /// @param dropsName whether the result is something else than the metric
  ChangedNode(StandingNode operand, ColumnFunction change, boolean dropsName) {
    this.operand = operand;
    this.change = change;
    this.dropsName = dropsName;
  }

  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  @Override
  @Nullable Slots evaluate(long timestampMillis) {
    Slots of = operand.evaluate(timestampMillis);
    if (of == null) {
      return null;
    }
    if (of != operandSlots) {
      operandSlots = of;
      slots = dropsName ? withoutNames(of) : of;
    }
    change.apply(valuesOf(operand));
    return slots;
  }

  private static @Nullable Slots withoutNames(Slots of) {
    Slots changed = of.map(MetricNames::drop);
    return changed.areDistinct() ? changed : null;
  }
}
