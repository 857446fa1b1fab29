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
  private long elements;
  private long replayed;
  private long evaluations;
  private long samplesRead;

  /// @param slices of all tasks
  Totals(int slices, Progress progress) {
    this.slices = slices;
    this.progress = progress;
    progress.at(0, slices);
  }

  /// @param outcome that tells of failures, or that something is done
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
        elements += found.elements();
        progress.at(++done, slices);
      }
      case REPLAYED -> replayed++;
      case PART, ELEMENTS, CHANGES, BLOCK ->
          throw new IllegalArgumentException("not counted: " + outcome.kindOf());
    }
  }

  /// Refuses what a job said that has not said all of it.
  void checkComplete() {
    if (done != slices || replayed != elements) {
      throw new WeirException.Internal(
          "the job has ended, and was heard of %d of %d slices, and %d of %d stretches of alerts"
              .formatted(done, slices, replayed, elements));
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
