package dev.weir.history.job;

import dev.weir.blocks.Progress;
import java.util.Map;

/// What a backfill wrote.
///
/// @param blocks that were published
/// @param samples in them
/// @param bytes that they take
/// @param present slices that were there, or have nothing
/// @param withheld slices that were not written, since evaluations in them failed
/// @param failures of rules, by number
/// @param evaluations of rules
/// @param samplesRead of the history
public record Backfill(
    int blocks,
    long samples,
    long bytes,
    int present,
    int withheld,
    Map<Integer, RuleFailures> failures,
    long evaluations,
    long samplesRead) {
  public Backfill {
    failures = Map.copyOf(failures);
  }

  /// @param plan whose purpose is a backfill
  /// @param progress counts slices
  public static Backfill run(HistoryPlan plan, FlinkTarget target, Progress progress) {
    Totals totals = new Totals(plan.sliceCount(), progress);
    int[] slices = new int[2];
    long[] written = new long[2];
    new HistoryJob(plan)
        .run(
            target,
            outcome -> {
              switch (outcome.kindOf()) {
                case BLOCK -> {
                  OutcomeCodec.Block block = outcome.read(OutcomeCodec::readBlock);
                  slices[block.written() ? 0 : 1]++;
                  written[0] += block.written() ? block.samples() : 0;
                  written[1] += block.written() ? block.bytes() : 0;
                }
                case FAILURES, DONE -> totals.add(outcome);
                case PART, ELEMENTS, REPLAYED, CHANGES ->
                    throw new IllegalStateException("a backfill gives no " + outcome.kindOf());
              }
            });
    totals.checkComplete();
    return new Backfill(
        slices[0],
        written[0],
        written[1],
        slices[1],
        plan.sliceCount() - slices[0] - slices[1],
        totals.failures(),
        totals.evaluations(),
        totals.samplesRead());
  }
}
