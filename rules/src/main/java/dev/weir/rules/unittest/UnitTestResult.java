package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// What a test came to.
///
/// @param failures what was not as expected, each with its place in the file; some are of several
///   lines
/// @param warnings about what was hardly meant
/// @param nanos that it took
public record UnitTestResult(
    UnitTest test, List<String> failures, List<String> warnings, long nanos) {
  public UnitTestResult {
    requireNonNull(test, "test");
    failures = List.copyOf(failures);
    warnings = List.copyOf(warnings);
  }

  public boolean passed() {
    return failures.isEmpty();
  }
}
