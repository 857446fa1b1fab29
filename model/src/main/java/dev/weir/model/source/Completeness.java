package dev.weir.model.source;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// How much of what was asked for an answer holds.
///
/// @param completeToMillis everything that was acknowledged with a timestamp up to here is in the
///   answer; [Long#MAX_VALUE] where nothing more can come
/// @param warnings one sentence for each part that did not answer
public record Completeness(long completeToMillis, List<String> warnings) {
  /// All of it, and nothing more can come.
  public static final Completeness FULL = new Completeness(Long.MAX_VALUE, List.of());

  public Completeness {
    requireNonNull(warnings, "warnings");
    warnings = List.copyOf(warnings);
  }

  /// Of an answer that is made of two: complete to the earlier, with the warnings of both, each
  /// once.
  public Completeness and(Completeness other) {
    if (this.equals(FULL)) {
      return other;
    }
    Set<String> all = new LinkedHashSet<>(warnings);
    all.addAll(other.warnings);
    return new Completeness(
        Math.min(completeToMillis, other.completeToMillis), new ArrayList<>(all));
  }
}
