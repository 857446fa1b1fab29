package dev.weir.streams.window;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.eval.standing.StandingExpr;
import dev.weir.promql.eval.standing.StandingVector;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.query.QueryValue.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/// What a standing expression comes to over a window equals what the engine finds there, to the
/// last bit: whatever rows come, late ones and parts of rows among them, and whatever is dropped.
class StandingEqualsEngineProperties {
  private static final Tenant TENANT = Tenant.DEFAULT;
  private static final int EVALUATIONS = 60;
  private static final long INTERVAL = 1_000;

  /// How far back the expressions look.
  private static final long REACH = 25_000;

  private static final List<String> OPERANDS =
      List.of(
          "m offset 3s",
          "-m",
          "m * 2.5 + 1",
          "3 - m",
          "m > 1",
          "1 <= m",
          "m == bool 1",
          "(m % 7) ^ 2",
          "abs(m)",
          "ceil(m)",
          "sqrt(m)",
          "rate(m[10s])",
          "rate(m[3s] offset 2s)",
          "increase(m[20s])",
          "delta(m[7s])",
          "irate(m[10s])",
          "idelta(m[5s])",
          "changes(m[20s])",
          "resets(m[10s])",
          "count_over_time(m[4s])",
          "present_over_time(m[4s])",
          "first_over_time(m[9s])",
          "last_over_time(m[9s])",
          "ts_of_first_over_time(m[9s])",
          "ts_of_last_over_time(m[9s])",
          "max_over_time(m[20s])",
          "min_over_time(m[20s])",
          "ts_of_max_over_time(m[12s])",
          "ts_of_min_over_time(m[12s])",
          "sum_over_time(m[20s])",
          "avg_over_time(m[15s])",
          "rate(m{slot=\"1\"}[10s]) > 0");

  private static final Set<String> HANDED_ON =
      Set.of(
          "m offset 3s",
          "first_over_time(m[9s])",
          "last_over_time(m[9s])",
          "max_over_time(m[20s])",
          "min_over_time(m[20s])");

  private static final List<String> STATES =
      List.of(
          "sum(%s)",
          "sum by (slot) (%s)",
          "avg by (instance) (%s)",
          "avg without (slot) (%s)",
          "min by (slot) (%s)",
          "max(%s)",
          "count by (slot) (%s)",
          "group by (instance) (%s)",
          "stddev by (slot) (%s)",
          "stdvar(%s)");

  private static final double[] ODD = {
    0.0,
    -0.0,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    Double.NaN,
    Double.longBitsToDouble(0x7ff8000000000001L),
    Double.longBitsToDouble(0xfff8000000000123L),
    1e308,
    -1e308,
    1e-320,
    1e17,
    1,
    -1e17
  };

  /// An expression that stands, and the same for the engine.
  private record Compared(String text, Expr expr, boolean states, StandingExpr standing) {}

  private final QueryEngine engine = QueryEngine.inCallersThread();
  private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private Random random = new Random();
  private RowWindow window = new RowWindow();

  /// Whether series are found in other groups for a while. Then nothing stands.
  private boolean moves;

  /// What a series of a group shows next.
  private final Map<Labels, Double> values = new LinkedHashMap<>();

  @Property(tries = 40)
  void valuesAreThoseOfTheEngineToTheLastBit(@ForAll long seed) {
    random = new Random(seed);
    window = new RowWindow();
    values.clear();
    moves = random.nextInt(4) == 0;
    List<Compared> all = compared();
    int stood = 0;
    long now = 1_700_000_000_000L;
    for (int i = 0; i < EVALUATIONS; i++) {
      now += INTERVAL;
      for (int instance = 0; instance < 3; instance++) {
        scrape(instance, now - random.nextInt(900));
      }
      if (random.nextInt(4) == 0) {
        // A row that comes late, or again.
        scrape(random.nextInt(3), now - random.nextInt(15_000));
      }
      // Now and then an evaluation goes back: rows behind it are there already.
      long time = random.nextInt(20) == 0 ? now - random.nextInt(5_000) : now;
      for (Compared one : all) {
        stood += compare(one, time) ? 1 : 0;
      }
      if (random.nextInt(5) == 0) {
        window.dropBefore(now - REACH - 5_000);
      }
    }
    assertTrue(moves || stood == EVALUATIONS * all.size(), "not all stood, but " + stood);
  }

  private List<Compared> compared() {
    List<Compared> all = new ArrayList<>();
    for (String operand : OPERANDS) {
      all.add(compared(operand, false));
      String around = STATES.get(random.nextInt(STATES.size()));
      all.add(compared(around.replace("%s", operand), true));
    }
    return all;
  }

  private Compared compared(String text, boolean states) {
    Expr expr = parser.parse(text);
    assertEquals(states, expr instanceof Aggregation);
    return new Compared(
        text,
        expr,
        states,
        StandingExpr.over(window, TENANT, expr, states, engine.settings())
            .orElseThrow(() -> new AssertionError(text + " does not stand")));
  }

  /// Series come and go, rows lack some, counters start anew.
  private void scrape(int instance, long millis) {
    List<SeriesMeta> series = new ArrayList<>();
    int slots = random.nextInt(10) == 0 ? 2 : 4;
    for (int slot = 0; slot < slots; slot++) {
      Labels labels =
          Labels.of("__name__", "m", "job", "j", "instance", "i" + instance, "slot", "" + slot);
      series.add(new SeriesMeta(labels, MetricType.UNKNOWN));
    }
    series.add(
        new SeriesMeta(
            Labels.of("__name__", "other", "job", "j", "instance", "i" + instance),
            MetricType.UNKNOWN));
    Layout layout = Layout.of(series);
    // Sometimes a series is found elsewhere for a while.
    String target = moves && random.nextInt(60) == 0 ? "elsewhere" : "";
    GroupKey group =
        new GroupKey(new PartitionKey.OfTarget(TENANT, "j", "i" + instance), target, Slice.WHOLE);
    int[] columns =
        random.nextInt(4) == 0
            ? IntStream.range(0, layout.size()).filter(_ -> random.nextInt(3) > 0).toArray()
            : null;
    double[] row = new double[columns == null ? layout.size() : columns.length];
    for (int i = 0; i < row.length; i++) {
      row[i] = next(layout.series().get(columns == null ? i : columns[i]).labels());
    }
    window.add(
        group,
        layout,
        IntStream.range(0, layout.size()).toArray(),
        columns == null ? Row.whole(millis, row) : Row.partial(millis, columns, row));
  }

  private double next(Labels series) {
    int kind = random.nextInt(40);
    if (kind < 3) {
      return AbsentValue.VALUE;
    }
    if (kind < 5) {
      return StalenessMarker.VALUE;
    }
    if (kind < 8) {
      return AbsentValue.replaceIn(ODD[random.nextInt(ODD.length)]);
    }
    if (kind == 8) {
      return values.merge(series, 0.0, (_, zero) -> zero);
    }
    return values.merge(
        series,
        random.nextInt(3) == 0 ? 0.0 : random.nextInt(50) / 8.0,
        (before, more) -> before + more);
  }

  /// @return whether the expression could stand
  private boolean compare(Compared one, long time) {
    StandingVector vector = one.standing.evaluate(time);
    if (vector == null) {
      return false;
    }
    TreeMap<Labels, String> stood = new TreeMap<>();
    for (int i = 0; i < vector.values().length; i++) {
      if (!AbsentValue.is(vector.values()[i])) {
        stood.put(vector.labels().get(i), bits(one, vector.values()[i]));
      }
    }
    TreeMap<Labels, String> expected = new TreeMap<>();
    QueryValue value =
        engine
            .evaluatePart(
                "",
                one.expr,
                one.expr,
                one.states,
                QueryTimes.instant(time),
                QueryContext.of(TENANT, window))
            .value();
    for (Sample sample : ((QueryValue.Vector) value).samples()) {
      expected.put(sample.labels(), bits(one, sample.value()));
    }
    assertEquals(expected, stood, one.text);
    return true;
  }

  /// Whose payload the sum of two NaN has is up to compiler and processor; a sample that is handed
  /// on keeps its own.
  private static String bits(Compared one, double value) {
    return Double.isNaN(value) && !HANDED_ON.contains(one.text)
        ? "NaN"
        : value + " " + Long.toHexString(Double.doubleToRawLongBits(value));
  }
}
