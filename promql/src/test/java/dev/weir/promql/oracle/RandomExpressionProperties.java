package dev.weir.promql.oracle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.oracle.OracleValue.Element;
import dev.weir.promql.oracle.OracleValue.OracleError;
import dev.weir.promql.oracle.OracleValue.Sample;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/// Random expressions have the same values in the engine and by [Oracle].
///
/// A failure names the query, the time, and the seed that the data is made of.
class RandomExpressionProperties {
  private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(2);
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private static final int QUERIES_FOR_EACH_DATA = 25;
  private static final long LOOKBACK = 120_000;
  private static final String SAME_LABELS = "vector cannot contain metrics with the same labelset";

  private final QueryEngine engine =
      new QueryEngine(
          EngineSettings.DEFAULT.withLookback(Duration.ofMillis(LOOKBACK)),
          ParserOptions.EXPERIMENTAL,
          EXECUTOR,
          System::nanoTime);

  private final QueryEngine delaying =
      new QueryEngine(
          EngineSettings.DEFAULT
              .withLookback(Duration.ofMillis(LOOKBACK))
              .withDelayedNameRemoval(true),
          ParserOptions.EXPERIMENTAL,
          EXECUTOR,
          System::nanoTime);

  @AfterContainer
  static void stop() {
    EXECUTOR.shutdown();
  }

  @Property(tries = 40)
  void theEngineAnswersWhatTheDefinitionSays(@ForAll long seed) {
    Random random = new Random(seed);
    RandomData data = RandomData.of(random);
    RandomExpressions expressions = new RandomExpressions(random, data, true);
    for (int i = 0; i < QUERIES_FOR_EACH_DATA; i++) {
      String query = expressions.any(random.nextInt(1, 4));
      Expr expr = PARSER.parse(query);
      long start = random.nextLong(data.startMillis() - 100_000, data.endMillis() + 100_000);
      checkInstant(data, query, expr, start, seed, false);
      long step = random.nextLong(1, 60_000);
      QueryTimes times = new QueryTimes(start, start + step * random.nextInt(12), step);
      checkRange(data, query, expr, times, seed);
    }
  }

  /// At one time: whether a name is to go is a matter of series, and not of steps.
  @Property(tries = 20)
  void namesMayGoAtTheEnd(@ForAll long seed) {
    Random random = new Random(seed);
    RandomData data = RandomData.of(random);
    RandomExpressions expressions = new RandomExpressions(random, data, false);
    for (int i = 0; i < QUERIES_FOR_EACH_DATA; i++) {
      String query = expressions.any(random.nextInt(1, 4));
      long time = random.nextLong(data.startMillis() - 100_000, data.endMillis() + 100_000);
      checkInstant(data, query, PARSER.parse(query), time, seed, true);
    }
  }

  private void checkInstant(
      RandomData data, String query, Expr expr, long time, long seed, boolean delayed) {
    String where = "seed %d: %s at %d ms".formatted(seed, query, time);
    QueryEngine engine = delayed ? delaying : this.engine;
    Oracle oracle = new Oracle(data.series(), LOOKBACK, QueryTimes.instant(time), delayed);
    QueryContext context = QueryContext.of(Tenant.DEFAULT, data.source());
    Map<Labels, Sample> expected;
    try {
      expected = byLabels(oracle.result(expr, time));
    } catch (OracleError error) {
      String message = failure(() -> engine.instant(query, time, context));
      assertTrue(isOfData(message), where + ": " + message + ", not " + error.getMessage());
      return;
    }
    Map<Labels, Sample> actual = new TreeMap<>();
    QueryValue answer;
    try {
      answer = engine.instant(query, time, context).value();
    } catch (WeirException.Unprocessable refused) {
      // Subqueries in subqueries are evaluated between windows, too.
      String message = String.valueOf(refused.getMessage());
      assertTrue(query.contains("ms:") && isOfData(message), where + ": " + message);
      return;
    }
    switch (answer) {
      case QueryValue.Scalar(_, double value) -> actual.put(Labels.EMPTY, Sample.of(value));
      case QueryValue.Vector vector ->
          vector
              .samples()
              .forEach(sample ->
                  actual.put(sample.labels(), sample(sample.value(), sample.histogram())));
      case QueryValue value -> throw new AssertionError(where + ": " + value);
    }
    assertSame(expected, actual, where);
  }

  private void checkRange(RandomData data, String query, Expr expr, QueryTimes times, long seed) {
    String where = "seed %d: %s over %s".formatted(seed, query, times);
    Oracle oracle = new Oracle(data.series(), LOOKBACK, times, false);
    QueryContext context = QueryContext.of(Tenant.DEFAULT, data.source());
    List<Map<Labels, Sample>> expected = new ArrayList<>();
    List<String> errors = new ArrayList<>();
    for (long time = times.startMillis(); time <= times.endMillis(); time += times.stepMillis()) {
      try {
        expected.add(byLabels(oracle.result(expr, time)));
      } catch (OracleError error) {
        errors.add(String.valueOf(error.getMessage()));
      }
    }
    QueryValue.Matrix matrix;
    try {
      matrix =
          (QueryValue.Matrix)
              engine
                  .range(query, times.startMillis(), times.endMillis(), times.stepMillis(), context)
                  .value();
    } catch (WeirException.Unprocessable refused) {
      String message = String.valueOf(refused.getMessage());
      // Series of a range function may not be equal at all, even if they never meet; and subqueries
      // are evaluated between windows, too.
      assertTrue(
          message.equals(SAME_LABELS)
              || ((!errors.isEmpty() || query.contains("ms:")) && isOfData(message)),
          where + ": " + message);
      return;
    }
    assertEquals(List.of(), errors, where);
    for (int step = 0; step < expected.size(); step++) {
      Map<Labels, Sample> actual = new TreeMap<>();
      for (QueryValue.Series series : matrix.series()) {
        if (series.hasSample(step)) {
          actual.put(series.labels(), sample(series.values()[step], series.histogram(step)));
        }
      }
      assertSame(expected.get(step), actual, where + " step " + step);
    }
  }

  /// Of several errors in a query, the engine may meet another one first.
  private static boolean isOfData(String message) {
    return message.equals(SAME_LABELS)
        || message.startsWith("found duplicate series for the match group")
        || message.startsWith("multiple matches for labels");
  }

  private static Sample sample(double value, @Nullable NativeHistogram histogram) {
    return histogram == null ? Sample.of(value) : Sample.of(NaiveHistogram.of(histogram));
  }

  private static String failure(Runnable query) {
    try {
      query.run();
      return "an answer";
    } catch (WeirException.Unprocessable refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  private static Map<Labels, Sample> byLabels(OracleValue value) {
    Map<Labels, Sample> samples = new TreeMap<>();
    switch (value) {
      case OracleValue.Scalar(double scalar) -> samples.put(Labels.EMPTY, Sample.of(scalar));
      case OracleValue.Vector vector -> {
        for (Element element : vector.distinct().elements()) {
          samples.put(element.labels(), element.sample());
        }
      }
      case OracleValue.Range _ -> throw new IllegalArgumentException("a range");
    }
    return samples;
  }

  private static void assertSame(
      Map<Labels, Sample> expected, Map<Labels, Sample> actual, String where) {
    assertEquals(expected.keySet(), actual.keySet(), where);
    expected.forEach((labels, sample) -> {
      Sample found = actual.getOrDefault(labels, sample);
      assertTrue(
          isClose(sample, found), () -> where + ": " + labels + " is " + found + ", not " + sample);
    });
  }

  private static boolean isClose(Sample expected, Sample actual) {
    if (expected.isFloat() || actual.isFloat()) {
      return expected.isFloat() == actual.isFloat() && isClose(expected.value(), actual.value());
    }
    NaiveHistogram wanted = expected.asHistogram();
    NaiveHistogram found = actual.asHistogram();
    Collection<Integer> indices = new TreeSet<>(wanted.counts().keySet());
    indices.addAll(found.counts().keySet());
    return wanted.schema() == found.schema()
        && wanted.bounds().equals(found.bounds())
        && isClose(wanted.count(), found.count())
        && isClose(wanted.sum(), found.sum())
        && isClose(wanted.zeroCount(), found.zeroCount())
        && indices.stream()
            .allMatch(index ->
                isClose(
                    wanted.counts().getOrDefault(index, 0.0),
                    found.counts().getOrDefault(index, 0.0)));
  }

  private static boolean isClose(double expected, double actual) {
    double size = Math.max(1, Math.max(Math.abs(expected), Math.abs(actual)));
    return Double.compare(expected, actual) == 0
        || expected == actual
        || (Double.isFinite(size) && Math.abs(expected - actual) <= 1e-9 * size);
  }
}
