package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.file.RuleFileSettings;
import java.time.Duration;

/// How unit tests are read and evaluated.
///
/// @param language which parts of it expressions may use
/// @param engine how expressions are evaluated; the step of subqueries is each file's interval
/// @param unknownKeys whether keys that mean nothing here are warnings instead of problems, in unit
///   tests and in rules
public record UnitTestSettings(ParserOptions language, EngineSettings engine, boolean unknownKeys) {
  public static final UnitTestSettings DEFAULT =
      new UnitTestSettings(ParserOptions.DEFAULT, EngineSettings.DEFAULT, false);

  public UnitTestSettings {
    requireNonNull(language, "language");
    requireNonNull(engine, "engine");
  }

  RuleFileSettings ruleFiles() {
    // Groups are evaluated at each interval of the unit test, whatever theirs is.
    return new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, language, unknownKeys);
  }
}
