package dev.weir.promql.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.model.notation.SeriesNotation.Value;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.script.ScriptEngine.Outcome.Answer;
import dev.weir.promql.script.ScriptEngine.Outcome.Failure;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptRunnerTest {
  /// Gives the same answer to every query, and remembers what it was asked.
  private static final class CannedEngine implements ScriptEngine {
    private final Outcome instant;
    private final Outcome range;
    private final List<String> asked = new ArrayList<>();

    private CannedEngine(Outcome instant, Outcome range) {
      this.instant = instant;
      this.range = range;
    }

    @Override
    public void clear() {
      asked.add("clear");
    }

    @Override
    public void load(List<LoadedSeries> series) {
      asked.add("load " + series.size());
    }

    @Override
    public Outcome instant(String query, long timestampMillis) {
      asked.add(query + " at " + timestampMillis);
      return instant;
    }

    @Override
    public Outcome range(String query, QueryTimes times) {
      asked.add(query + " from " + times.startMillis() + " to " + times.endMillis());
      return range;
    }
  }

  private static Answer answer(QueryValue value) {
    return new Answer(value, List.of(), List.of());
  }

  /// Lines of series notation as the answer to an instant query at 1m.
  private static QueryValue.Vector vector(String... lines) {
    List<QueryValue.Sample> samples = new ArrayList<>();
    for (String line : lines) {
      SeriesNotation.Series series = SeriesNotation.parse(line);
      switch (series.values().getFirst()) {
        case Value.Omitted _ -> {}
        case Value.Scalar(double value) ->
            samples.add(new QueryValue.Sample(series.labels(), value, null));
        case Value.Histogram(var histogram, _) ->
            samples.add(new QueryValue.Sample(series.labels(), 0, histogram));
      }
    }
    return new QueryValue.Vector(60_000, samples);
  }

  /// The same as the answer to a range query from 0 with a step of a minute.
  private static QueryValue.Matrix matrix(String... lines) {
    List<QueryValue.Series> all = new ArrayList<>();
    for (String line : lines) {
      SeriesNotation.Series series = SeriesNotation.parse(line);
      int size = series.values().size();
      long[] timestamps = new long[size];
      double[] values = new double[size];
      for (int i = 0; i < size; i++) {
        timestamps[i] = i * 60_000L;
        values[i] =
            series.values().get(i) instanceof Value.Scalar(double value)
                ? value
                : AbsentValue.VALUE;
      }
      all.add(
          new QueryValue.Series(series.labels(), timestamps, values, new NativeHistogram[size]));
    }
    return new QueryValue.Matrix(all);
  }

  private static String problem(CannedEngine engine, String script) {
    List<ScriptRunner.Result> results =
        new ScriptRunner(engine).run(ScriptReader.read("own.test", script));
    assertEquals(1, results.size());
    return results.getFirst().problem().orElse("passed");
  }

  private static String problem(QueryValue.Vector answer, String expected) {
    CannedEngine engine = new CannedEngine(answer(answer), answer(matrixOf(answer)));
    return problem(engine, "eval instant at 1m up\n" + expected);
  }

  private static QueryValue.Matrix matrixOf(QueryValue.Vector vector) {
    List<QueryValue.Series> series = new ArrayList<>();
    for (QueryValue.Sample sample : vector.samples()) {
      series.add(
          new QueryValue.Series(
              sample.labels(),
              new long[] {vector.timestampMillis()},
              new double[] {sample.histogram() == null ? sample.value() : AbsentValue.VALUE},
              new NativeHistogram[] {sample.histogram()}));
    }
    return new QueryValue.Matrix(series);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up 1               | up 1                  | passed
          up 1.0000001       | up 1                  | passed
          up 1.00001         | up 1                  | expected series up 1, got 1.00001
          up NaN             | up NaN                | passed
          up NaN             | up stale              | expected series up stale, got NaN
          up +Inf            | up -Inf               | expected series up -Inf, got +Inf
          up 0               | up 1e-300             | expected series up 1e-300, got 0
          up 1               | up 1~down 1           | expected series down 1, got none
          up 1               | down 1                | unexpected series up 1
          up 1               | 1                     | expected scalar 1, got a vector of 1 samples
          up 1               | expect string "1"     | expected string "1", got a vector of 1 samples
          up 1               | up {{count:1}}        | expected series up {{schema:0 count:1}}, got 1
          up {{count:1}}     | up 0                  | expected series up 0, got {{schema:0 count:1}}
          up {{count:1 buckets:[0 1 0]}}  | up {{count:1 buckets:[1] offset:1}} | passed
          up {{count:1 buckets:[1]}}      | up {{count:1 buckets:[1] offset:1}} | expected series up {{schema:0 count:1 offset:1 buckets:[1]}}, got {{schema:0 count:1 buckets:[1]}}
          up {{counter_reset_hint:gauge}} | up {{}}                             | passed
          up {{counter_reset_hint:gauge}} | up {{counter_reset_hint:unknown}}   | expected series up {{schema:0}}, got {{schema:0 counter_reset_hint:gauge}}
          """)
  void comparesVectors(String answer, String expected, String problem) {
    assertEquals(problem, problem(vector(answer), expected.replace('~', '\n')));
  }

  @Test
  void mindsTheOrderOnlyIfToldTo() {
    QueryValue.Vector answer = vector("up{job=\"a\"} 2", "up{job=\"b\"} 1");
    assertEquals("passed", problem(answer, "up{job=\"b\"} 1\nup{job=\"a\"} 2"));
    assertEquals("passed", problem(answer, "expect ordered\nup{job=\"a\"} 2\nup{job=\"b\"} 1"));
    assertEquals(
        "expected series up{job=\"a\"} at place 2, got it at place 1",
        problem(answer, "expect ordered\nup{job=\"b\"} 1\nup{job=\"a\"} 2"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          up 1 _ 3       | up 1 _ 3      | passed
          up 1 _ 3       | up 1 3        | expected series up 1@0s 3@1m, got 1@0s 3@2m
          up 1 _ 3       | up 1          | expected series up 1@0s, got 1@0s 3@2m
          up 1           | up 1 2        | expected series up 1@0s 2@1m, got 1@0s
          up 1           | up 1 _ _      | passed
          up 1~down 1    | down 1~up 1   | series up comes before down; a matrix is sorted by labels
          up 1           | expect ordered~up 1 | expected an ordered vector, got a matrix
          """)
  void comparesMatrices(String answer, String expected, String problem) {
    CannedEngine engine =
        new CannedEngine(
            new Failure("no instant query expected"), answer(matrix(answer.split("~"))));
    assertEquals(
        problem,
        problem(engine, "eval range from 0 to 2m step 1m up\n" + expected.replace('~', '\n')));
  }

  @Test
  void comparesScalarsAndStrings() {
    CannedEngine scalar =
        new CannedEngine(
            answer(new QueryValue.Scalar(60_000, 42)),
            answer(
                new QueryValue.Matrix(
                    List.of(
                        new QueryValue.Series(
                            Labels.EMPTY,
                            new long[] {60_000},
                            new double[] {42},
                            new NativeHistogram[1])))));
    assertEquals("passed", problem(scalar, "eval instant at 1m 6 * 7\n  42"));
    assertEquals("expected 41, got 42", problem(scalar, "eval instant at 1m 6 * 7\n  41"));
    assertEquals(
        "expected series, got scalar 42", problem(scalar, "eval instant at 1m 6 * 7\n  {} 42"));
    CannedEngine text =
        new CannedEngine(
            answer(new QueryValue.Text(60_000, "a")), new Failure("strings have no range"));
    assertEquals("passed", problem(text, "eval instant at 1m \"a\"\n  expect string \"a\""));
    assertEquals(
        "expected string \"b\", got \"a\"",
        problem(text, "eval instant at 1m \"a\"\n  expect string \"b\""));
  }

  @Test
  void expectsFailuresAndAnswers() {
    CannedEngine failing = new CannedEngine(new Failure("too much"), new Failure("too much"));
    assertEquals("failed: too much", problem(failing, "eval instant at 1m up\n  up 1"));
    assertEquals("passed", problem(failing, "eval_fail instant at 1m up"));
    assertEquals("passed", problem(failing, "eval instant at 1m up\n  expect fail msg: too much"));
    assertEquals(
        "expected to fail with \"too\", failed with \"too much\"",
        problem(failing, "eval range from 0 to 1m step 1m up\n  expect fail msg: too"));
    CannedEngine answering = new CannedEngine(answer(vector("up 1")), answer(matrix("up 1")));
    assertEquals(
        "expected to fail, got an answer",
        problem(answering, "eval instant at 1m up\n  expect fail"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ''                                 | passed
          expect warn                        | passed
          expect warn msg: odd (1:1)         | unexpected warning "strange (1:4)"
          expect warn regex: (odd).*         | unexpected warning "strange (1:4)"
          expect warn regex: [os].*[0-9].    | passed
          expect warn msg: bad               | expected warning "bad", got [odd (1:1), strange (1:4)]
          expect no_warn                     | expected no warning, got [odd (1:1), strange (1:4)]
          expect no_info                     | passed
          expect info                        | expected info any message, got []
          """)
  void comparesAnnotations(String expected, String problem) {
    Answer annotated = new Answer(vector("up 1"), List.of("odd (1:1)", "strange (1:4)"), List.of());
    CannedEngine engine = new CannedEngine(annotated, answer(matrixOf(vector("up 1"))));
    assertEquals(
        problem,
        problem(
            engine,
            "eval instant at 1m up\n" + (expected.isEmpty() ? "" : expected + "\n") + "up 1"));
  }

  @Test
  void asksAnInstantQueryInAllWays() {
    CannedEngine engine =
        new CannedEngine(answer(vector("up 1")), answer(matrixOf(vector("up 1"))));
    assertEquals("passed", problem(engine, "load 1m\n  up 1\n\neval instant at 1m up\n  up 1"));
    assertEquals(
        List.of(
            "clear",
            "load 1",
            "up at 60000",
            "up from 0 to 120000",
            "up @ 60.000 at -600000",
            "up @ 60.000 at 0",
            "up @ 60.000 at 12000",
            "up @ 60.000 at 60000",
            "up @ 60.000 at 600000",
            "clear"),
        engine.asked);
  }

  @Test
  void doesNotPinAQueryThatMindsTheTime() {
    for (String query : List.of("time() + up", "timestamp(up)", "start() + up", "hour()")) {
      assertEquals(List.of(), PinnedQuery.of(query, 60_000));
    }
    assertEquals(
        "max_over_time(rate(up[5m])[1h:] @ 60.000) + down @ 5.000",
        PinnedQuery.of("max_over_time(rate(up[5m])[1h:]) + down @ 5", 60_000).getFirst().query());
  }

  @Test
  void findsAnAnswerThatDiffersInARangeQuery() {
    CannedEngine engine = new CannedEngine(answer(vector("up 1")), answer(matrix("up 1 2 3")));
    assertEquals(
        "in a range query: expected series up 1, got 2",
        problem(engine, "eval instant at 1m up\n  up 1"));
  }

  @Test
  void comparesHistogramsWithRounding() {
    assertTrue(
        ResultComparison.almostEqual(
            HistogramNotation.parse("{{count:3 sum:1 z_bucket:1 buckets:[2]}}"),
            HistogramNotation.parse("{{count:3.0000001 sum:1 z_bucket:1 buckets:[2.0000001]}}"),
            true));
  }
}
