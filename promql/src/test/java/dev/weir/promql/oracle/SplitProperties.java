package dev.weir.promql.oracle;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.oracle.OracleValue.Sample;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.LeafMerge;
import dev.weir.promql.plan.LeafResults;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.query.QueryValue.Series;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// Expressions that are split over shards of the series have the values, the errors and the
/// annotations that they have in one piece. Series lie on shards by their partition keys.
class SplitProperties {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private static final int QUERIES_FOR_EACH_DATA = 30;

  /// What random expressions rarely have: joins and groups inside of partitions, all aggregations.
  private static final List<String> TEMPLATES =
      List.of(
          "A / A",
          "A / ignoring (le) B",
          "sum by (path) (A / B)",
          "A unless B > 2",
          "count(A and B)",
          "avg without (path) (A)",
          "stddev by (path) (A)",
          "stdvar(A)",
          "sum by (job) (rate(A[3m]))",
          "sum(A) / count(A)",
          "max by (path) (A) - min by (path) (A)",
          "group by (instance) (A)",
          "topk by (path) (2, A)",
          "bottomk(1, sum without (path) (A))",
          "limitk(3, A)",
          "limit_ratio(0.4, A)",
          "limit_ratio(-0.7, A)",
          "quantile by (job) (0.7, A)",
          "count_values by (path) (\"value\", A)",
          "count_values without (path) (\"value\", abs(A))",
          "absent(sum(A > 100))",
          "absent(A)",
          "histogram_quantile(0.9, A)",
          "histogram_quantile(0.5, sum by (path) (rate(A[4m])))",
          "sort_desc(sum by (path) (A))",
          "label_replace(avg by (path) (A), \"p\", \"$1\", \"path\", \"/(.*)\")",
          "sum(A{job=~\".+\",instance!=\"\"} + on (job, instance, path) B{job=\"api\",instance=~\"host.*\"})",
          "sum by (job, instance) (A{job=\"api\",instance!=\"\"})",
          "max_over_time((A - B)[4m:1m])",
          "avg(A) + on () group_left () sum(B)",
          "rate(A[3m]) / rate(B[3m])",
          "-A > -B",
          "-A > bool -B",
          "abs(A) and -B",
          "deriv(A[3m]) or rate(B[3m])",
          "A{job=~\".+\",instance=\"host-1\"} * on (job, instance) B{job=~\".+\",instance!=\"\"}",
          "A{instance=\"host-1\"} / ignoring (le) B",
          "A > ignoring (le) group_left () sum without (le) (B)",
          "sum without (le) (A) * ignoring (le) group_right () B",
          "A{job=~\".+\",instance!=\"\"} * on (job, instance) group_left () max by (job, instance) (B{job=~\".+\",instance=\"host-1\"})",
          "A{job=~\".+\",instance!=\"\"} * on (job, instance) group_left (path) B{job=~\".+\",instance=\"host-1\"}",
          "A{job=~\".+\",instance!=\"\"} - ignoring (path) group_left (path) max without (path) (B{job=~\".+\",instance!=\"\"})",
          "max without (path) (A{job=~\".+\",instance!=\"\"}) + on (job, instance) fill (1) min by (job, instance) (B{job=~\".+\",instance!=\"\"})",
          "A - fill_left (0) fill_right (3) B",
          "A or ignoring (le) B",
          "A unless ignoring (path) B",
          "A and on () B",
          "A{job=\"\"} / B",
          "A offset 1m / B",
          "A / B offset 1m > 1",
          "absent(A / B)",
          "absent(A{job=\"none\"} / B)",
          "absent(topk(1, A{job=\"none\"}))",
          "absent_over_time(A{job=\"none\"}[2m] offset 1m)",
          "topk(2, A) / A",
          "topk without (le) (1, A) / B",
          "label_replace(A, \"job\", \"$1\", \"path\", \"/(.*)\") / B",
          "label_join(A, \"instance\", \"-\", \"path\", \"instance\") * B",
          "sum without (job) (A) / sum without (job) (B)",
          "count_values without (le) (\"path\", A)",
          "count_values without (le) (\"value\", A{job=~\".+\",instance!=\"\"}) + on (job, instance, value) B{job=~\".+\",instance!=\"\"}",
          "sum by (__name__) ({path=\"/pay\"})",
          "sum(rate({path=\"/pay\"}[3m]))",
          "abs({path=\"/pay\"}) > 3",
          "max(A) > bool scalar(sum(B))",
          "clamp(A, scalar(min(B)), scalar(max(B)))",
          "(A / B) / (A / B)",
          "A / (A > 1 and B)",
          "A * ignoring (__type__, __unit__) B",
          "sum by (__name__, path) (rate(A[3m]))",
          "label_replace(rate({path=\"/pay\"}[3m]), \"n\", \"$1\", \"__name__\", \"(.*)\")",
          "sum by (__name__, path) (-A)",
          "label_replace(-{path=\"/pay\"}, \"n\", \"$1\", \"__name__\", \"(.*)\")",
          "-A + on (__name__, path) group_left () max by (__name__, path) (abs(A))",
          "time() - max(timestamp(A))");

  private static QueryEngine engine(boolean delayedNameRemoval) {
    return new QueryEngine(
        EngineSettings.DEFAULT
            .withLookback(Duration.ofMinutes(2))
            .withDelayedNameRemoval(delayedNameRemoval),
        ParserOptions.EXPERIMENTAL,
        Runnable::run,
        System::nanoTime);
  }

  /// Series in one piece, and by partition.
  private record Data(MemorySeriesSource whole, List<SeriesSource> shards) {}

  @Property(tries = 150)
  void shardsAndAMergeGiveWhatOneEvaluationGives(@ForAll long seed) {
    randomQueriesAreTheSame(seed, engine(false));
  }

  @Property(tries = 50)
  void namesThatAreDroppedAtTheEndAreSoInTheMerge(@ForAll long seed) {
    randomQueriesAreTheSame(seed, engine(true));
  }

  private static void randomQueriesAreTheSame(long seed, QueryEngine engine) {
    Random random = new Random(seed);
    RandomData series = RandomData.of(random);
    Data data = sharded(random, series);
    RandomExpressions expressions = new RandomExpressions(random, series, true);
    Set<Leaf.Kind> kinds = EnumSet.noneOf(Leaf.Kind.class);
    for (int i = 0; i < QUERIES_FOR_EACH_DATA; i++) {
      String query =
          random.nextBoolean() ? expressions.any(random.nextInt(1, 4)) : fromTemplate(random);
      long start = random.nextLong(series.startMillis() - 100_000, series.endMillis() + 100_000);
      long step = random.nextLong(1, 60_000);
      QueryTimes times =
          random.nextBoolean()
              ? QueryTimes.instant(start)
              : new QueryTimes(start, start + step * random.nextInt(8), step);
      check("seed %d: %s at %s".formatted(seed, query, times), query, times, data, engine, kinds);
    }
    assertTrue(
        kinds.size() > 1 || engine.settings().delayedNameRemoval(),
        "random queries have leaves of " + kinds);
  }

  /// What rounding loses in one shard is not lost in the merge: `1e17 + 1 - 1e17` is 1, wherever
  /// the three lie.
  @Property(tries = 50)
  void sumsCarryWhatRoundingLost(@ForAll long seed) {
    Random random = new Random(seed);
    int count = random.nextInt(1, 6);
    List<MemorySeriesSource> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      shards.add(new MemorySeriesSource());
    }
    List<Double> values = new ArrayList<>();
    for (int i = random.nextInt(1, 10); i > 0; i--) {
      double large = 1e17 * random.nextInt(1, 1000);
      values.addAll(List.of(large, -large, (double) random.nextInt(100), 0.25));
    }
    double sum = 0;
    for (double value : values) {
      sum += Math.abs(value) < 1e6 ? value : 0;
    }
    Collections.shuffle(values, random);
    for (int i = 0; i < values.size(); i++) {
      NavigableMap<Long, Sample> sample = new TreeMap<>();
      NaiveHistogram histogram =
          NaiveHistogram.custom(List.of(1.0), 1, values.get(i), Map.of(0, values.get(i)));
      sample.put(0L, new Sample(0, values.get(i), null));
      MemorySeriesSource shard = shards.get(random.nextInt(count));
      append(shard, Labels.of("__name__", "balance", "id", "" + i), sample);
      sample.put(0L, new Sample(0, 0, histogram));
      append(shard, Labels.of("__name__", "balances", "id", "" + i), sample);
    }
    Data data = new Data(new MemorySeriesSource(), List.copyOf(shards));
    assertEquals(sum, only(value("sum(balance)", data)).value());
    double mean = sum / values.size();
    assertEquals(mean, only(value("avg(balance)", data)).value(), Math.ulp(mean));
    assertEquals(sum, requireNonNull(only(value("sum(balances)", data)).histogram()).sum());
    assertEquals(
        mean, requireNonNull(only(value("avg(balances)", data)).histogram()).sum(), Math.ulp(mean));
  }

  private static QueryValue value(String query, Data data) {
    Expr expr = PARSER.parse(query);
    SplitExpr split = SplitExpr.of(expr, 3, _ -> true);
    return merged(query, expr, split, QueryTimes.instant(0), data, engine(false), new TreeSet<>());
  }

  private static QueryValue.Sample only(QueryValue value) {
    return ((QueryValue.Vector) value).samples().getFirst();
  }

  private static String fromTemplate(Random random) {
    String template = TEMPLATES.get(random.nextInt(TEMPLATES.size()));
    return template.replace("A", metric(random)).replace("B", metric(random));
  }

  private static String metric(Random random) {
    return RandomData.METRICS.get(random.nextInt(RandomData.METRICS.size()));
  }

  /// Some series without job or instance, whose labels say where they lie; metrics of other units,
  /// with buckets instead of paths, and targets that have one path of a metric only.
  private static Data sharded(Random random, RandomData data) {
    int count = random.nextInt(1, 6);
    List<MemorySeriesSource> shards = new ArrayList<>();
    for (int shard = 0; shard < count; shard++) {
      shards.add(new MemorySeriesSource());
    }
    MemorySeriesSource whole = new MemorySeriesSource();
    Map<String, String> without = new HashMap<>();
    Map<String, Integer> kinds = new HashMap<>();
    data.series()
        .forEach((labels, samples) -> {
          String gone =
              without.computeIfAbsent(
                  labels.get("instance"), _ -> List.of("", "", "job").get(random.nextInt(3)));
          int kind = kinds.computeIfAbsent(labels.metricName(), _ -> random.nextInt(16));
          String lacks = labels.metricName() + labels.get("instance");
          boolean onePath = kinds.computeIfAbsent(lacks, _ -> random.nextInt(16)) < 3;
          if (onePath && labels.get("path").equals("/buy")) {
            return;
          }
          Labels kept = ofKind(kind, labels.keep(name -> !name.equals(gone)));
          PartitionKey key = PartitionKey.of(Tenant.DEFAULT, kept);
          append(whole, kept, samples);
          append(shards.get(Math.floorMod(key.hashCode() * 31, count)), kept, samples);
        });
    return new Data(whole, List.copyOf(shards));
  }

  private static Labels ofKind(int kind, Labels labels) {
    return switch (kind) {
      case 0, 1, 2 -> labels.with("__unit__", "seconds");
      case 3 -> labels.with("__type__", "gauge").with("__unit__", "seconds");
      case 4, 5 ->
          labels.without("path").with("le", labels.get("path").equals("/pay") ? "5" : "+Inf");
      default -> labels;
    };
  }

  private static void append(
      MemorySeriesSource source, Labels labels, NavigableMap<Long, Sample> samples) {
    samples.forEach((time, sample) -> {
      NaiveHistogram histogram = sample.histogram();
      source.append(
          GroupRow.of(
              Tenant.DEFAULT,
              List.of(
                  new GroupRow.Sample(
                      new SeriesMeta(labels, MetricType.UNKNOWN),
                      time,
                      histogram == null ? sample.value() : AbsentValue.VALUE,
                      histogram == null ? null : histogram.toNative(),
                      0))));
    });
  }

  private static void check(
      String where,
      String query,
      QueryTimes times,
      Data data,
      QueryEngine engine,
      Set<Leaf.Kind> kinds) {
    Expr expr = PARSER.parse(query);
    SplitExpr split = SplitExpr.of(expr, 3, _ -> true, engine.settings().delayedNameRemoval());
    if (!split.unsplit(_ -> true).isEmpty()) {
      return;
    }
    split.leaves().forEach(leaf -> kinds.add(leaf.kind()));
    QueryResult expected;
    try {
      expected = engine.evaluate(query, expr, times, context(data.whole()));
    } catch (WeirException.Unprocessable error) {
      String message =
          failure(() -> merged(query, expr, split, times, data, engine, new TreeSet<>()));
      assertEquals(kindOf(String.valueOf(error.getMessage())), kindOf(message), where);
      return;
    }
    Set<String> remarks = new TreeSet<>();
    QueryValue actual;
    try {
      actual = merged(query, expr, split, times, data, engine, remarks);
    } catch (WeirException.Unprocessable error) {
      throw new AssertionError(where + ": shards failed", error);
    }
    assertSame(where, expected.value(), actual);
    if (!query.contains("histogram_")) {
      assertEquals(withoutOrder(messages(expected.annotations())), withoutOrder(remarks), where);
    }
  }

  private static QueryContext context(SeriesSource source) {
    return QueryContext.of(Tenant.DEFAULT, source);
  }

  private static QueryValue merged(
      String query,
      Expr expr,
      SplitExpr split,
      QueryTimes times,
      Data data,
      QueryEngine engine,
      Set<String> remarks) {
    long[] timestamps = times.timestampsMillis();
    Map<Integer, List<Series>> results = new HashMap<>();
    Annotations annotations = new Annotations(query);
    for (int number = 0; number < split.leaves().size(); number++) {
      Leaf leaf = split.leaves().get(number);
      List<List<Series>> shards = new ArrayList<>();
      for (SeriesSource shard : data.shards()) {
        QueryResult result =
            engine.evaluatePart(query, expr, leaf.expr(), leaf.hasStates(), times, context(shard));
        remarks.addAll(messages(result.annotations()));
        shards.add(
            switch (result.value()) {
              case QueryValue.Vector vector -> LeafMerge.series(timestamps, vector.samples());
              case QueryValue.Matrix matrix -> matrix.series();
              case QueryValue value -> throw new AssertionError("a leaf is a " + value.type());
            });
      }
      results.put(number + 3, LeafMerge.merge(leaf, shards, timestamps, annotations));
    }
    QueryResult merged =
        engine.evaluate(
            query,
            split.merge(),
            times,
            context(new LeafResults(timestamps, results, Map.of(), new MemorySeriesSource())));
    remarks.addAll(messages(annotations.collected(expr)));
    remarks.addAll(messages(merged.annotations()));
    return merged.value();
  }

  private static Set<String> messages(List<Annotation> annotations) {
    Set<String> messages = new TreeSet<>();
    annotations.forEach(annotation -> messages.add(annotation.message()));
    return messages;
  }

  /// Where exponential and custom buckets are in one group, what comes first decides which of them
  /// are added up: whether bounds had to be reconciled, and whose name the warning gives.
  private static Set<String> withoutOrder(Set<String> messages) {
    Set<String> kept = new TreeSet<>(messages);
    if (kept.removeIf(message -> message.contains("exponential and custom"))) {
      kept.removeIf(message -> message.contains("reconciled"));
      kept.add("exponential and custom buckets");
    }
    return kept;
  }

  private static String failure(Runnable query) {
    try {
      query.run();
      return "an answer";
    } catch (WeirException.Unprocessable refused) {
      return String.valueOf(refused.getMessage());
    }
  }

  /// Which of several errors comes first is not said.
  private static String kindOf(String message) {
    return message.equals("an answer") ? message : "an error";
  }

  private static void assertSame(String where, QueryValue expected, QueryValue actual) {
    Map<String, Object> wanted = byLabelsAndTime(expected);
    Map<String, Object> got = byLabelsAndTime(actual);
    assertEquals(wanted.keySet(), got.keySet(), where);
    wanted.forEach((place, value) ->
        assertTrue(
            isClose(value, got.getOrDefault(place, "nothing")),
            () -> "%s: %s is %s, not %s".formatted(where, place, got.get(place), value)));
  }

  private static Map<String, Object> byLabelsAndTime(QueryValue value) {
    Map<String, Object> samples = new TreeMap<>();
    switch (value) {
      case QueryValue.Scalar(_, double number) -> samples.put("", number);
      case QueryValue.Vector vector ->
          vector
              .samples()
              .forEach(sample -> {
                NativeHistogram histogram = sample.histogram();
                samples.put(
                    sample.labels().toString(), histogram == null ? sample.value() : histogram);
              });
      case QueryValue.Matrix matrix -> {
        for (Series series : matrix.series()) {
          for (int i = 0; i < series.values().length; i++) {
            NativeHistogram histogram = series.histogram(i);
            if (series.hasSample(i)) {
              samples.put(
                  series.labels() + " at " + series.timestampsMillis()[i],
                  histogram == null ? series.values()[i] : histogram);
            }
          }
        }
      }
      case QueryValue.Text(_, String text) -> samples.put("", text);
    }
    return samples;
  }

  private static boolean isClose(Object expected, Object actual) {
    if (expected instanceof Double wanted && actual instanceof Double got) {
      double size = Math.max(1, Math.abs(wanted));
      return wanted.equals(got)
          || wanted.doubleValue() == got
          || (Double.isFinite(size) && Math.abs(wanted - got) <= 1e-9 * size);
    }
    if (expected instanceof NativeHistogram wanted && actual instanceof NativeHistogram got) {
      return wanted.schema() == got.schema()
          && isClose((Object) wanted.count(), got.count())
          && isClose((Object) wanted.sum(), got.sum())
          && wanted.positive().counts().length == got.positive().counts().length
          && wanted.resetHint() == got.resetHint();
    }
    return expected.equals(actual);
  }
}
