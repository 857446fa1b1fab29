package dev.weir.promql.eval.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import java.util.List;
import org.junit.jupiter.api.Test;

class AnnotationsTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  private static List<String> collected(Annotations annotations, Expr expr) {
    return annotations.collected(expr).stream().map(Object::toString).toList();
  }

  @Test
  void aMessageNamesThePlaceThatIsEvaluatedLast() {
    String query = "max(up)\n  + max(up)";
    BinaryOperation sum = (BinaryOperation) PARSER.parse(query);
    SourceSpan left = ((Aggregation) sum.left()).operand().span();
    SourceSpan right = ((Aggregation) sum.right()).operand().span();
    for (List<SourceSpan> order : List.of(List.of(left, right), List.of(right, left))) {
      Annotations annotations = new Annotations(query);
      order.forEach(span -> annotations.ignoredHistogramInAggregation("max", span));
      assertEquals(
          List.of("PromQL info: ignored histogram in max aggregation (2:9)"),
          collected(annotations, sum));
    }
  }

  @Test
  void whatIsAroundIsEvaluatedAfterWhatIsInside() {
    String query = "quantile(2, (quantile by (job) (2, up)))";
    Aggregation outer = (Aggregation) PARSER.parse(query);
    Aggregation inner = (Aggregation) ((Expr.Paren) outer.operand()).inner();
    Annotations annotations = new Annotations(query);
    annotations.invalidQuantile(2, outer.parameter().orElseThrow().span());
    annotations.invalidQuantile(2, inner.parameter().orElseThrow().span());
    annotations.invalidQuantile(3, inner.parameter().orElseThrow().span());
    assertEquals(
        List.of(
            "PromQL warning: quantile value should be between 0 and 1, got 2 (1:10)",
            "PromQL warning: quantile value should be between 0 and 1, got 3 (1:33)"),
        collected(annotations, outer));
  }

  @Test
  void raisedBucketsAreCountedTogetherAndNameTheFirstPlace() {
    String query = "max(up) + max(up)";
    BinaryOperation sum = (BinaryOperation) PARSER.parse(query);
    Annotations annotations = new Annotations(query);
    annotations.forcedMonotonicity(
        "latency_bucket", fix(4, 2, 7_999), ((Aggregation) sum.right()).operand().span());
    annotations.forcedMonotonicity(
        "latency_bucket", fix(0.5, 1, 90_000), ((Aggregation) sum.left()).operand().span());
    assertEquals(
        List.of(
            "PromQL info: input to histogram_quantile needed to be fixed for monotonicity (see"
                + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + " for metric name \"latency_bucket\", from buckets 0.5 to 4, with a max diff of"
                + " 2, over 2 samples from 1970-01-01T00:00:07Z to 1970-01-01T00:01:30Z (1:5)"),
        collected(annotations, sum));
  }

  private static MonotonicityFix fix(double bound, double by, long timestampMillis) {
    MonotonicityFix fix = new MonotonicityFix();
    fix.raised(bound, by);
    fix.endSample(timestampMillis);
    return fix;
  }

  @Test
  void withoutTextThereIsNoPlace() {
    Expr expr = PARSER.parse("max(up)");
    Annotations annotations = new Annotations("");
    annotations.ignoredHistogramInAggregation("max", expr.span());
    assertEquals(
        List.of("PromQL info: ignored histogram in max aggregation"), collected(annotations, expr));
  }
}
