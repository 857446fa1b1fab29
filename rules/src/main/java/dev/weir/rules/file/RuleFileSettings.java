package dev.weir.rules.file;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.parser.ParserOptions;
import java.time.Duration;

/// What rule files leave to the configuration around them.
///
/// @param interval between evaluations of groups that name none: `global.evaluation_interval`
/// @param queryOffset of groups that name none: `global.rule_query_offset`
/// @param expressions which parts of the language expressions may use
/// @param unknownKeys whether keys that mean nothing here are warnings instead of problems
public record RuleFileSettings(
    Duration interval, Duration queryOffset, ParserOptions expressions, boolean unknownKeys) {
  /// Prometheus's own.
  public static final RuleFileSettings DEFAULT =
      new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, ParserOptions.DEFAULT);

  /// For groups that were read and published by another: their texts leave nothing out, and may use
  /// every part of the language.
  static final RuleFileSettings PUBLISHED =
      new RuleFileSettings(Duration.ofMinutes(1), Duration.ZERO, ParserOptions.EXPERIMENTAL);

  public RuleFileSettings {
    if (!interval.isPositive() || queryOffset.isNegative()) {
      throw new IllegalArgumentException(
          "interval %s is above zero, query offset %s is not below"
              .formatted(interval, queryOffset));
    }
    requireNonNull(expressions, "expressions");
  }

  /// Unknown keys are problems.
  public RuleFileSettings(Duration interval, Duration queryOffset, ParserOptions expressions) {
    this(interval, queryOffset, expressions, false);
  }
}
