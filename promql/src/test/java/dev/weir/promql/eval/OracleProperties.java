package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.NaiveEvaluator.WindowFunction;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiFunction;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/// The engine, which works on columns, slides over windows and aggregates group by group, against
/// [NaiveEvaluator], which does none of that.
class OracleProperties {
  private static final ExecutorService EXECUTOR = Executors.newFixedThreadPool(3);
  private static final long LOOKBACK = 120_000;

  private final QueryEngine engine =
      new QueryEngine(
          EngineSettings.DEFAULT.withLookback(Duration.ofMillis(LOOKBACK)),
          ParserOptions.EXPERIMENTAL,
          EXECUTOR,
          System::nanoTime);

  @AfterContainer
  static void stop() {
    EXECUTOR.shutdown();
  }

  /// A question at random times.
  private record Steps(long startMillis, long stepMillis, int count) {
    static Steps random(Random random, RandomSeries data) {
      long step = random.nextLong(1, 90_000);
      long start = random.nextLong(data.startMillis() - 200_000, data.endMillis() + 200_000);
      return new Steps(start, step, random.nextInt(1, 80));
    }

    long endMillis() {
      return startMillis + (count - 1) * stepMillis;
    }
  }

  private void check(
      RandomSeries data, String query, Steps steps, LongFunction<Map<Labels, Double>> expected) {
    QueryContext context = QueryContext.of(Tenant.DEFAULT, data.source());
    QueryValue.Matrix matrix =
        (QueryValue.Matrix)
            engine
                .range(query, steps.startMillis, steps.endMillis(), steps.stepMillis, context)
                .value();
    for (int step = 0; step < steps.count; step++) {
      long time = steps.startMillis + step * steps.stepMillis;
      Map<Labels, Double> actual = new TreeMap<>();
      for (QueryValue.Series series : matrix.series()) {
        assertEquals(time, series.timestampsMillis()[step]);
        if (series.hasSample(step)) {
          actual.put(series.labels(), series.values()[step]);
        }
      }
      Map<Labels, Double> wanted = expected.apply(time);
      String where = "%s at %d ms".formatted(query, time);
      assertEquals(wanted.keySet(), actual.keySet(), where);
      wanted.forEach((labels, value) -> assertClose(value, actual.get(labels), where, labels));
    }
    Labels previous = null;
    for (QueryValue.Series series : matrix.series()) {
      if (previous != null && previous.compareTo(series.labels()) >= 0) {
        fail(series.labels() + " stands after " + previous);
      }
      previous = series.labels();
    }
  }

  private static void assertClose(
      double expected, @Nullable Double actual, String where, Labels at) {
    if (actual == null) {
      fail(where + ": " + at + " is not there");
      return;
    }
    boolean equal = Double.compare(expected, actual) == 0 || expected == actual;
    double size = Math.max(1, Math.max(Math.abs(expected), Math.abs(actual)));
    if (!equal && !(Double.isFinite(size) && Math.abs(expected - actual) <= 1e-9 * size)) {
      fail("%s: %s is %s, expected %s".formatted(where, at, actual, expected));
    }
  }

  private static Predicate<Labels> metric(String name) {
    return labels -> labels.metricName().equals(name);
  }

  @Property(tries = 150)
  void aSelectorTakesTheLatestSample(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 3);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    check(data, "temperature", steps, time -> naive.instant(metric("temperature"), time, LOOKBACK));
    long offset = random.nextLong(-100_000, 100_000);
    check(
        data,
        "{job=\"api\", path!=\"/1\"} offset %dms".formatted(offset),
        steps,
        time -> naive.instant(l -> !l.get("path").equals("/1"), time - offset, LOOKBACK));
    long at = random.nextLong(data.startMillis(), data.endMillis() + 1);
    check(
        data,
        "queue_length @ %s".formatted(seconds(at)),
        steps,
        _ -> naive.instant(metric("queue_length"), at, LOOKBACK));
  }

  private static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).toPlainString();
  }

  private static final Map<String, WindowFunction> RANGE_FUNCTIONS = rangeFunctions();

  private static Map<String, WindowFunction> rangeFunctions() {
    Map<String, WindowFunction> functions = new TreeMap<>();
    functions.put("rate", w -> NaiveEvaluator.extrapolated(w, true, true));
    functions.put("increase", w -> NaiveEvaluator.extrapolated(w, true, false));
    functions.put("delta", w -> NaiveEvaluator.extrapolated(w, false, false));
    functions.put("irate", w -> NaiveEvaluator.instantRate(w, true));
    functions.put("idelta", w -> NaiveEvaluator.instantRate(w, false));
    functions.put("resets", w -> NaiveEvaluator.count(w.samples(), (a, b) -> b < a));
    functions.put(
        "changes", w -> NaiveEvaluator.count(w.samples(), (a, b) -> Double.compare(a, b) != 0));
    functions.put("sum_over_time", w -> NaiveEvaluator.sum(NaiveEvaluator.values(w)));
    functions.put(
        "avg_over_time", w -> NaiveEvaluator.sum(NaiveEvaluator.values(w)) / w.samples().size());
    functions.put("min_over_time", w -> NaiveEvaluator.min(NaiveEvaluator.values(w)));
    functions.put("max_over_time", w -> NaiveEvaluator.max(NaiveEvaluator.values(w)));
    functions.put("count_over_time", w -> (double) w.samples().size());
    functions.put("present_over_time", _ -> 1.0);
    functions.put("last_over_time", w -> w.last().value());
    functions.put("first_over_time", w -> w.first().value());
    functions.put("ts_of_last_over_time", w -> w.last().timestampMillis() / 1000.0);
    functions.put("ts_of_first_over_time", w -> w.first().timestampMillis() / 1000.0);
    functions.put("stdvar_over_time", w -> NaiveEvaluator.variance(NaiveEvaluator.values(w)));
    functions.put(
        "stddev_over_time", w -> Math.sqrt(NaiveEvaluator.variance(NaiveEvaluator.values(w))));
    functions.put("deriv", NaiveEvaluator::slope);
    return functions;
  }

  @Property(tries = 150)
  void rangeFunctionsEqualTheirDefinitions(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 2);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    long range = random.nextLong(1, 1_000_000);
    String metric = random.nextBoolean() ? "http_requests_total" : "queue_length";
    RANGE_FUNCTIONS.forEach((name, function) ->
        check(
            data,
            "%s(%s[%dms])".formatted(name, metric, range),
            steps,
            time ->
                naive.range(
                    metric(metric),
                    time,
                    range,
                    name.equals("last_over_time") || name.equals("first_over_time"),
                    function)));
    double quantile = random.nextDouble();
    check(
        data,
        "quantile_over_time(%s, %s[%dms])".formatted(quantile, metric, range),
        steps,
        time ->
            naive.range(
                metric(metric),
                time,
                range,
                false,
                w -> NaiveEvaluator.quantile(quantile, NaiveEvaluator.values(w))));
  }

  @Property(tries = 100)
  void extremesAndQuantilesTreatWhatIsNoNumberAsDefined(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 3);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    long range = random.nextLong(1, 1_000_000);
    Map<String, ToDoubleFunction<List<Double>>> functions =
        Map.of(
            "min_over_time", NaiveEvaluator::min,
            "max_over_time", NaiveEvaluator::max,
            "quantile_over_time", values -> NaiveEvaluator.quantile(0.9, values));
    functions.forEach((name, function) ->
        check(
            data,
            "%s(%stemperature[%dms])"
                .formatted(name, name.startsWith("quantile") ? "0.9, " : "", range),
            steps,
            time ->
                naive.range(
                    metric("temperature"),
                    time,
                    range,
                    false,
                    w -> function.applyAsDouble(NaiveEvaluator.values(w)))));
  }

  private static final Map<String, ToDoubleFunction<List<Double>>> AGGREGATIONS =
      Map.of(
          "sum", NaiveEvaluator::sum,
          "avg", values -> NaiveEvaluator.sum(values) / values.size(),
          "min", NaiveEvaluator::min,
          "max", NaiveEvaluator::max,
          "count", List::size,
          "group", _ -> 1,
          "stdvar", NaiveEvaluator::variance,
          "stddev", values -> Math.sqrt(NaiveEvaluator.variance(values)),
          "quantile", values -> NaiveEvaluator.quantile(0.3, values));

  @Property(tries = 100)
  void aggregationsEqualTheirDefinitions(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 2);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    long range = random.nextLong(1, 1_000_000);
    Map<String, Predicate<String>> groupings =
        Map.of(
            "", _ -> false,
            "by (path)", "path"::equals,
            "without (path)", label -> !label.equals("path") && !label.equals(Labels.NAME));
    AGGREGATIONS.forEach((name, function) ->
        groupings.forEach((grouping, kept) -> {
          String parameter = name.equals("quantile") ? "0.3, " : "";
          check(
              data,
              "%s %s (%squeue_length)".formatted(name, grouping, parameter),
              steps,
              time ->
                  NaiveEvaluator.aggregated(
                      NaiveEvaluator.grouped(
                          naive.instant(metric("queue_length"), time, LOOKBACK), kept),
                      function));
          check(
              data,
              "%s %s (%srate(http_requests_total[%dms]))"
                  .formatted(name, grouping, parameter, range),
              steps,
              time ->
                  NaiveEvaluator.aggregated(
                      NaiveEvaluator.grouped(
                          naive.range(
                              metric("http_requests_total"),
                              time,
                              range,
                              false,
                              w -> NaiveEvaluator.extrapolated(w, true, true)),
                          kept),
                      function));
        }));
  }

  @Property(tries = 100)
  void topkAndBottomkPickByValueThenLabels(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 2);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    int k = random.nextInt(1, 6);
    BiFunction<Map<Labels, Double>, Boolean, Map<Labels, Double>> pick =
        (vector, greatest) -> {
          List<Map.Entry<Labels, Double>> entries = new ArrayList<>(vector.entrySet());
          entries.sort((a, b) -> {
            int order = Double.compare(a.getValue(), b.getValue());
            int byValue = greatest ? -order : order;
            return byValue != 0 ? byValue : a.getKey().compareTo(b.getKey());
          });
          Map<Labels, Double> picked = new TreeMap<>();
          entries.stream().limit(k).forEach(e -> picked.put(e.getKey(), e.getValue()));
          return picked;
        };
    LongFunction<Map<Labels, Double>> vector =
        time -> naive.instant(metric("queue_length"), time, LOOKBACK);
    check(
        data,
        "topk(%d, queue_length)".formatted(k),
        steps,
        time -> pick.apply(vector.apply(time), true));
    check(
        data,
        "bottomk(%d, queue_length)".formatted(k),
        steps,
        time -> pick.apply(vector.apply(time), false));
  }

  @Property(tries = 100)
  void aSubqueryRangesOverTheValuesAtMultiplesOfItsStep(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 2);
    NaiveEvaluator naive = new NaiveEvaluator(data.series());
    Steps steps = Steps.random(random, data);
    long range = random.nextLong(1, 500_000);
    long step = random.nextLong(1_000, 60_000);
    check(
        data,
        "sum_over_time(queue_length[%dms:%dms])".formatted(range, step),
        steps,
        time -> {
          Map<Labels, List<Double>> values = new TreeMap<>();
          long first = (Math.floorDiv(time - range, step) + 1) * step;
          for (long at = first; at <= time; at += step) {
            naive
                .instant(metric("queue_length"), at, LOOKBACK)
                .forEach((labels, value) ->
                    values
                        .computeIfAbsent(labels.without(Labels.NAME), _ -> new ArrayList<>())
                        .add(value));
          }
          return NaiveEvaluator.aggregated(values, NaiveEvaluator::sum);
        });
  }

  @Property(tries = 60)
  void anInstantQueryIsOneStepOfARangeQuery(@ForAll long seed) {
    Random random = new Random(seed);
    RandomSeries data = RandomSeries.of(random, 2);
    QueryContext context = QueryContext.of(Tenant.DEFAULT, data.source());
    Steps steps = Steps.random(random, data);
    for (String query :
        List.of(
            "sum by (path) (rate(http_requests_total[2m])) / on () group_left count(queue_length)",
            "max_over_time(rate(http_requests_total[1m])[5m:30s])",
            "queue_length > 3 or on (instance, path) -http_requests_total",
            "avg_over_time(queue_length[10m]) unless on (path) (queue_length == 0)",
            "clamp(queue_length, 2, 5) * scalar(count(queue_length))")) {
      QueryValue.Matrix matrix =
          (QueryValue.Matrix)
              engine
                  .range(query, steps.startMillis, steps.endMillis(), steps.stepMillis, context)
                  .value();
      for (int step = 0; step < steps.count; step += 1 + random.nextInt(10)) {
        long time = steps.startMillis + step * steps.stepMillis;
        Map<Labels, Double> expected = new TreeMap<>();
        for (QueryValue.Series series : matrix.series()) {
          if (series.hasSample(step)) {
            expected.put(series.labels(), series.values()[step]);
          }
        }
        Map<Labels, Double> actual = new TreeMap<>();
        QueryValue.Vector vector = (QueryValue.Vector) engine.instant(query, time, context).value();
        vector.samples().forEach(sample -> actual.put(sample.labels(), sample.value()));
        assertEquals(expected.keySet(), actual.keySet(), query);
        expected.forEach((labels, value) -> assertClose(value, actual.get(labels), query, labels));
      }
    }
  }
}
