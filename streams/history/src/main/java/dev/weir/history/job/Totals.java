package dev.weir.history.job;

import dev.weir.blocks.Progress;
import dev.weir.model.WeirException;
import java.util.Map;
import java.util.TreeMap;

/// Counts what the tasks of a job say that they have done.
final class Totals {
  private final int slices;
  private final Progress progress;
  private final TreeMap<Integer, RuleFailures> failures = new TreeMap<>();
  private int done;
  private long evaluations;
  private long samplesRead;

  /// @param slices of all tasks
  Totals(int slices, Progress progress) {
    this.slices = slices;
    this.progress = progress;
    progress.at(0, slices);
  }

  /// @param outcome that tells of failures, or that a slice is done
  void add(TaskOutcome outcome) {
    switch (outcome.kindOf()) {
      case FAILURES -> {
        OutcomeCodec.Failures found = outcome.read(OutcomeCodec::readFailures);
        failures.merge(
            outcome.rule(),
            new RuleFailures(found.count(), found.firstMillis(), found.reason()),
            RuleFailures::and);
      }
      case DONE -> {
        OutcomeCodec.Done found = outcome.read(OutcomeCodec::readDone);
        evaluations += found.evaluations();
        samplesRead += found.samples();
        progress.at(++done, slices);
      }
      case ELEMENTS, CHANGES, BLOCK ->
          throw new IllegalArgumentException("not counted: " + outcome.kindOf());
    }
  }

  /// Refuses what a job said that has not said all of it.
  void checkComplete() {
    if (done != slices) {
      throw new WeirException.Internal(
          "the job has ended, and %d of %d slices were heard of".formatted(done, slices));
    }
  }

  Map<Integer, RuleFailures> failures() {
    return failures;
  }

  long evaluations() {
    return evaluations;
  }

  long samplesRead() {
    return samplesRead;
  }
}
