package dev.weir.promql.script;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.script.Expectation.Text;
import dev.weir.promql.script.Script.Clear;
import dev.weir.promql.script.Script.Evaluation;
import dev.weir.promql.script.Script.Load;
import dev.weir.promql.script.ScriptEngine.Outcome;
import dev.weir.promql.script.ScriptEngine.Outcome.Answer;
import dev.weir.promql.script.ScriptEngine.Outcome.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Runs scripts against an engine.
///
/// An instant query is asked in more ways than the one that is written: in the middle of a range
/// query, and, pinned to its time by `@`, at other times. All must give the same.
public final class ScriptRunner {
  /// What became of an evaluation.
  ///
  /// @param line where it stands in the script, from 1
  /// @param problem what is wrong; empty if it passed
  public record Result(String script, int line, String query, Optional<String> problem) {
    public Result {
      requireNonNull(script, "script");
      requireNonNull(query, "query");
      requireNonNull(problem, "problem");
    }

    public boolean passed() {
      return problem.isEmpty();
    }

    @Override
    public String toString() {
      return "%s:%d: %s: %s".formatted(script, line, query, problem.orElse("passed"));
    }
  }

  private static final long STEP_MILLIS = 60_000;

  private final ScriptEngine engine;

  public ScriptRunner(ScriptEngine engine) {
    this.engine = requireNonNull(engine, "engine");
  }

  /// The results of a script's evaluations, in order. Starts and ends with an engine without
  /// series.
  public List<Result> run(Script script) {
    List<Result> results = new ArrayList<>();
    engine.clear();
    for (Script.Command command : script.commands()) {
      switch (command) {
        case Load(var series) -> engine.load(series);
        case Clear() -> engine.clear();
        case Evaluation evaluation ->
            results.add(
                new Result(
                    script.name(), evaluation.line(), evaluation.query(), evaluate(evaluation)));
      }
    }
    engine.clear();
    return results;
  }

  private Optional<String> evaluate(Evaluation evaluation) {
    Expectation expectation = evaluation.expectation();
    if (evaluation.range().isPresent()) {
      return problem(expectation, engine.range(evaluation.query(), evaluation.range().get()));
    }
    Outcome outcome = engine.instant(evaluation.query(), evaluation.timestampMillis());
    Optional<String> problem = problem(expectation, outcome);
    if (problem.isPresent() || !(outcome instanceof Answer answer)) {
      return problem;
    }
    problem =
        asMiddleOfRange(evaluation.query(), evaluation.timestampMillis(), expectation, answer);
    if (problem.isPresent()) {
      return problem;
    }
    for (PinnedQuery pinned : PinnedQuery.of(evaluation.query(), evaluation.timestampMillis())) {
      problem =
          problem(expectation, engine.instant(pinned.query(), pinned.timestampMillis()))
              .map(found ->
                  "as %s at %d ms: %s".formatted(pinned.query(), pinned.timestampMillis(), found));
      if (problem.isPresent()) {
        return problem;
      }
    }
    return Optional.empty();
  }

  private Optional<String> asMiddleOfRange(
      String query, long timestampMillis, Expectation expectation, Answer answer) {
    boolean hasRange =
        switch (answer.value()) {
          case QueryValue.Scalar _, QueryValue.Vector _ -> true;
          case QueryValue.Text _, QueryValue.Matrix _ -> false;
        };
    if (!hasRange || expectation.ordered() || PinnedQuery.asksForTimes(query)) {
      return Optional.empty();
    }
    Outcome outcome =
        engine.range(
            query,
            new QueryTimes(
                timestampMillis - STEP_MILLIS, timestampMillis + STEP_MILLIS, STEP_MILLIS));
    return switch (outcome) {
      case Failure(String message) -> Optional.of("in a range query: failed: " + message);
      case Answer(QueryValue.Matrix matrix, _, _) ->
          new ResultComparison(expectation, engine.tellsLayouts())
              .problem(middle(matrix, timestampMillis, answer.value()))
              .map(problem -> "in a range query: " + problem);
      case Answer(QueryValue value, _, _) ->
          Optional.of("in a range query: expected a matrix, got a " + value.type().apiName());
    };
  }

  private static QueryValue middle(
      QueryValue.Matrix matrix, long timestampMillis, QueryValue instant) {
    List<QueryValue.Sample> samples = new ArrayList<>();
    for (QueryValue.Series series : matrix.series()) {
      for (int i = 0; i < series.values().length; i++) {
        if (series.timestampsMillis()[i] == timestampMillis && series.hasSample(i)) {
          samples.add(
              new QueryValue.Sample(series.labels(), series.values()[i], series.histogram(i)));
        }
      }
    }
    return instant instanceof QueryValue.Scalar && samples.size() == 1
        ? new QueryValue.Scalar(timestampMillis, samples.getFirst().value())
        : new QueryValue.Vector(timestampMillis, samples);
  }

  private Optional<String> problem(Expectation expectation, Outcome outcome) {
    return switch (outcome) {
      case Failure(String message) ->
          expectation
              .failure()
              .map(expected ->
                  expected.matches(message)
                      ? Optional.<String>empty()
                      : Optional.of(
                          "expected to fail with %s, failed with \"%s\""
                              .formatted(expected, message)))
              .orElse(Optional.of("failed: " + message));
      case Answer(QueryValue value, List<String> warnings, List<String> infos) -> {
        if (expectation.failure().isPresent()) {
          yield Optional.of("expected to fail, got an answer");
        }
        yield annotationProblem(
                "warning",
                expectation.warnings(),
                expectation.anyWarning(),
                expectation.noWarnings(),
                warnings)
            .or(() ->
                annotationProblem(
                    "info",
                    expectation.infos(),
                    expectation.anyInfo(),
                    expectation.noInfos(),
                    infos))
            .or(() -> new ResultComparison(expectation, engine.tellsLayouts()).problem(value));
      }
    };
  }

  private static Optional<String> annotationProblem(
      String kind, List<Text> expected, boolean any, boolean none, List<String> found) {
    if (none && !found.isEmpty()) {
      return Optional.of("expected no %s, got %s".formatted(kind, found));
    }
    if (any && found.isEmpty()) {
      return Optional.of("expected a %s, got none".formatted(kind));
    }
    for (Text text : expected) {
      if (found.stream().noneMatch(text::matches)) {
        return Optional.of("expected %s %s, got %s".formatted(kind, text, found));
      }
    }
    if (!expected.isEmpty()) {
      for (String annotation : found) {
        if (expected.stream().noneMatch(text -> text.matches(annotation))) {
          return Optional.of("unexpected %s \"%s\"".formatted(kind, annotation));
        }
      }
    }
    return Optional.empty();
  }
}
