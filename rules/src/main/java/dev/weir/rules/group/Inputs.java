package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.rules.alert.SilentTargets;

/// What is known of the data that a group is evaluated over. What is not known to be gone does not
/// end because it is missing.
///
/// @param complete whether the source has all samples up to the time. If not, no alert resolves and
///   no series is marked
/// @param silent targets whose samples have stopped coming. No alert resolves that one of them may
///   have kept up
public record Inputs(boolean complete, SilentTargets silent) {
  /// All that there is to know.
  public static final Inputs COMPLETE = new Inputs(true, SilentTargets.NONE);

  public Inputs {
    requireNonNull(silent, "silent");
  }

  /// Complete or not, and nothing silent.
  public static Inputs of(boolean complete) {
    return new Inputs(complete, SilentTargets.NONE);
  }
}
