package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.printer.RealQueries;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// Rules and dashboards that people use (`rules.dir`, see [RealQueries]) are evaluated over series
/// that their selectors match. What comes out is not looked at, but that something does.
class RealQueriesEvaluationTest {
  private static final long END_MILLIS = 10 * 86_400_000L;
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  private final QueryEngine engine =
      new QueryEngine(
          EngineSettings.DEFAULT, ParserOptions.DEFAULT, Runnable::run, System::nanoTime);

  /// What became of some queries.
  private static final class Tally {
    private int evaluated;
    private int withResult;
    private final List<String> refused = new ArrayList<>();
  }

  private void evaluate(String query, Tally tally) {
    MemorySeriesSource source = matching(PARSER.parse(query));
    QueryContext context = QueryContext.of(Tenant.DEFAULT, source);
    tally.evaluated++;
    try {
      boolean any = isThere(engine.instant(query, END_MILLIS, context).value());
      any |=
          isThere(engine.range(query, END_MILLIS - 600_000, END_MILLIS, 60_000, context).value());
      tally.withResult += any ? 1 : 0;
    } catch (WeirException.Unprocessable e) {
      // Made-up series may match many to many.
      if (!String.valueOf(e.getMessage()).contains("many-to-")) {
        tally.refused.add(query + ": " + e.getMessage());
      }
    }
  }

  private static boolean isThere(QueryValue value) {
    return switch (value) {
      case QueryValue.Scalar _, QueryValue.Text _ -> true;
      case QueryValue.Vector vector -> !vector.samples().isEmpty();
      case QueryValue.Matrix matrix -> !matrix.series().isEmpty();
    };
  }

  /// Two instances of a counter for every selector, and of its buckets if it is one.
  private static MemorySeriesSource matching(Expr expr) {
    List<VectorSelector> selectors = new ArrayList<>();
    collect(expr, selectors);
    List<GroupRow.Sample> samples = new ArrayList<>();
    Set<Labels> made = new TreeSet<>();
    for (VectorSelector selector : selectors) {
      for (String instance : List.of("a", "b")) {
        for (String bound : List.of("0.1", "1", "+Inf")) {
          Labels labels = labels(selector, instance, bound);
          if (made.add(labels)) {
            add(samples, labels);
          }
        }
      }
    }
    MemorySeriesSource source = new MemorySeriesSource();
    source.append(GroupRow.of(Tenant.DEFAULT, samples));
    return source;
  }

  private static void add(List<GroupRow.Sample> samples, Labels labels) {
    for (int minute = -30; minute <= 0; minute++) {
      samples.add(GroupRow.Sample.of(labels, END_MILLIS + minute * 60_000L, minute + 40.0));
    }
    // Something for ranges and offsets of days.
    for (int hour = 1; hour < 200; hour += 6) {
      samples.add(GroupRow.Sample.of(labels, END_MILLIS - hour * 3_600_000L, 300.0 - hour));
    }
  }

  private static Labels labels(VectorSelector selector, String instance, String bound) {
    Labels.Builder labels = Labels.builder().set("instance", instance);
    for (Matcher matcher : selector.matchers()) {
      switch (matcher.type()) {
        case EQUAL -> labels.set(matcher.name(), matcher.value());
        case REGEX ->
            labels.set(
                matcher.name(),
                matcher.literals().map(values -> values.iterator().next()).orElse("value"));
        case NOT_EQUAL, NOT_REGEX -> {}
      }
    }
    Labels made = labels.build();
    return made.metricName().endsWith("_bucket") ? made.with(Labels.BUCKET, bound) : made;
  }

  private static void collect(Expr expr, List<VectorSelector> selectors) {
    switch (expr) {
      case Expr.NumberLiteral _, Expr.StringLiteral _ -> {}
      case VectorSelector selector -> selectors.add(selector);
      case Expr.MatrixSelector matrix -> selectors.add(matrix.selector());
      case Expr.Subquery subquery -> collect(subquery.inner(), selectors);
      case Expr.Paren(Expr inner, _) -> collect(inner, selectors);
      case Expr.Unary(_, Expr operand, _) -> collect(operand, selectors);
      case Expr.BinaryOperation operation -> {
        collect(operation.left(), selectors);
        collect(operation.right(), selectors);
      }
      case Expr.SetOperation operation -> {
        collect(operation.left(), selectors);
        collect(operation.right(), selectors);
      }
      case Expr.Aggregation aggregation -> {
        collect(aggregation.operand(), selectors);
        aggregation.parameter().ifPresent(parameter -> collect(parameter, selectors));
      }
      case Expr.Call call -> call.arguments().forEach(argument -> collect(argument, selectors));
    }
  }

  private static Path folder() {
    String folder = System.getProperty("rules.dir", "");
    assumeFalse(folder.isEmpty(), "no folder of rules: set -Drules.dir");
    return Path.of(folder);
  }

  @Test
  void everyRuleIsEvaluated() throws IOException {
    Tally tally = new Tally();
    RealQueries.rules(folder()).forEach(query -> evaluate(query, tally));
    assertEquals(List.of(), tally.refused);
    assertTrue(tally.evaluated >= 223, "only " + tally.evaluated + " rules");
    assertTrue(tally.withResult >= 100, "only " + tally.withResult + " with a result");
  }

  @Test
  void everyDashboardQueryIsEvaluated() throws IOException {
    Tally tally = new Tally();
    for (String query : RealQueries.dashboards(folder())) {
      if (!RealQueries.isGrafanas(query)) {
        evaluate(query, tally);
      }
    }
    assertEquals(List.of(), tally.refused);
    assertTrue(tally.evaluated >= 490, "only " + tally.evaluated + " queries");
    assertTrue(tally.withResult >= 300, "only " + tally.withResult + " with a result");
  }

  @Test
  void queriesOfEveryKindOfPanelAreEvaluated() {
    Tally tally = new Tally();
    RealQueries.own().forEach(query -> evaluate(query, tally));
    assertEquals(List.of(), tally.refused);
    assertTrue(tally.withResult >= 5, "only " + tally.withResult + " with a result");
  }
}
