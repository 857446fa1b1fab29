package dev.weir.history.job;

import dev.weir.blocks.Progress;
import dev.weir.history.alert.AlertChange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// What a backtest found.
///
/// @param changes of all alerts, in order of time, then rule, then labels
/// @param failures of rules, by number
/// @param evaluations of rules
/// @param samplesRead of the history
public record Backtest(
    List<AlertChange> changes,
    Map<Integer, RuleFailures> failures,
    long evaluations,
    long samplesRead) {
  private static final Comparator<AlertChange> ORDER =
      Comparator.comparingLong(AlertChange::timestampMillis)
          .thenComparingInt(AlertChange::rule)
          .thenComparing(AlertChange::labels);

  public Backtest {
    changes = List.copyOf(changes);
    failures = Map.copyOf(failures);
  }

  /// @param plan whose purpose is a backtest
  /// @param progress counts slices
  public static Backtest run(HistoryPlan plan, FlinkTarget target, Progress progress) {
    List<AlertChange> changes = new ArrayList<>();
    Totals totals = new Totals(plan.sliceCount(), progress);
    new HistoryJob(plan)
        .run(
            target,
            outcome -> {
              switch (outcome.kindOf()) {
                case CHANGES -> changes.addAll(outcome.read(OutcomeCodec::readChanges));
                case FAILURES, REPLAYED, DONE -> totals.add(outcome);
                case PART, ELEMENTS, BLOCK ->
                    throw new IllegalStateException("a backtest gives no " + outcome.kindOf());
              }
            });
    totals.checkComplete();
    changes.sort(ORDER);
    return new Backtest(changes, totals.failures(), totals.evaluations(), totals.samplesRead());
  }
}
