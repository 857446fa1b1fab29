package dev.weir.sink;

import dev.weir.blocks.node.LeafAnswer;
import dev.weir.blocks.node.LeafEvaluator;
import dev.weir.blocks.node.LeafQuestion;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.plan.AnnotationText;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.LeafMerge;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.query.QueryValue.Series;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Evaluates the leaves of queries over what a sink has in memory, in the thread that was asked.
/// There are as many at once as there are processors, and together they take no more than a quarter
/// of the memory that there is; each keeps to the limits that the asker gives.
///
/// Samples of a sink come first: what is evaluated for others competes with reading for processors,
/// so there is no parallelism within a question.
public final class LeafEvaluation implements LeafEvaluator {
  private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);
  private final QueryEngine engine;

  public LeafEvaluation() {
    this.engine =
        new QueryEngine(
            EngineSettings.DEFAULT
                .withMaxConcurrentQueries(Runtime.getRuntime().availableProcessors())
                .withMaxMemoryBytes(Math.max(1, Runtime.getRuntime().maxMemory() / 4)),
            ParserOptions.EXPERIMENTAL,
            Runnable::run,
            System::nanoTime);
  }

  @Override
  public LeafAnswer evaluate(SeriesSource source, Tenant tenant, LeafQuestion question) {
    if (question.splitVersion() != SplitExpr.VERSION) {
      throw new WeirException.Unavailable(
          "this storage node splits queries by version %d, not %d"
              .formatted(SplitExpr.VERSION, question.splitVersion()));
    }
    long deadlineNanos = System.nanoTime() + Duration.ofMillis(question.timeoutMillis()).toNanos();
    Expr whole = parser.parse(question.query());
    QueryTimes times =
        new QueryTimes(question.startMillis(), question.endMillis(), question.stepMillis());
    List<LeafAnswer.Vector> vectors = new ArrayList<>();
    Set<Annotation> annotations = new LinkedHashSet<>();
    Completeness completeness = Completeness.FULL;
    for (Leaf leaf : SplitExpr.of(whole, 0, _ -> true).leaves()) {
      QueryResult result =
          engine.evaluatePart(
              question.query(),
              whole,
              leaf.expr(),
              leaf.hasStates(),
              times,
              context(source, tenant, question, deadlineNanos));
      vectors.add(vector(result.value(), times));
      annotations.addAll(result.annotations());
      completeness = completeness.and(result.completeness());
    }
    return new LeafAnswer(
        vectors, annotations.stream().map(AnnotationText::write).toList(), completeness);
  }

  private static QueryContext context(
      SeriesSource source, Tenant tenant, LeafQuestion question, long deadlineNanos) {
    long left = deadlineNanos - System.nanoTime();
    if (left <= 0) {
      throw new WeirException.TimedOut("query timed out in expression evaluation");
    }
    QueryLimits limits =
        new QueryLimits(
            question.maxSamples(),
            question.maxSeries(),
            QueryLimits.DEFAULT.maxSteps(),
            question.maxMemoryBytes(),
            Duration.ofNanos(left));
    return QueryContext.of(tenant, source)
        .withLimits(limits)
        .withLookback(Duration.ofMillis(question.lookbackMillis()));
  }

  private static LeafAnswer.Vector vector(QueryValue value, QueryTimes times) {
    long[] at = times.timestampsMillis();
    List<Series> series =
        switch (value) {
          case QueryValue.Vector vector -> LeafMerge.series(at, vector.samples());
          case QueryValue.Matrix matrix -> matrix.series();
          case QueryValue.Scalar _, QueryValue.Text _ ->
              throw new WeirException.Internal("a leaf is a " + value.type());
        };
    List<Labels> labels = new ArrayList<>(series.size());
    List<GroupSamples.Column> columns = new ArrayList<>(series.size());
    for (Series one : series) {
      labels.add(one.labels());
      columns.add(new GroupSamples.Column(values(one), one.histograms(), null));
    }
    return new LeafAnswer.Vector(labels, new GroupSamples(at, columns));
  }

  /// Where there is a histogram, the value means nothing.
  private static double[] values(Series series) {
    @Nullable NativeHistogram[] histograms = series.histograms();
    if (histograms == null) {
      return series.values();
    }
    double[] values = series.values().clone();
    for (int step = 0; step < values.length; step++) {
      if (histograms[step] != null) {
        values[step] = AbsentValue.VALUE;
      }
    }
    return values;
  }
}
