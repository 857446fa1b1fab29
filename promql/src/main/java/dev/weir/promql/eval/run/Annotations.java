package dev.weir.promql.eval.run;

import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.SourcePosition;
import dev.weir.promql.ast.SourceSpan;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.Annotation.Severity;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// Collects annotations in Prometheus's words. Safe for many threads.
///
/// Each message is there once, however many places of the query it is about; as in Prometheus, the
/// place that it names is the one that is evaluated last. Of histograms that had to be made
/// monotonic, it is the first, and what is said of them counts all.
public final class Annotations {
  /// Kinds of histogram operations that annotations tell apart.
  public enum HistogramOperation {
    ADDITION("addition"),
    SUBTRACTION("subtraction"),
    AGGREGATION("aggregation");

    private final String text;

    HistogramOperation(String text) {
      this.text = text;
    }
  }

  private record Message(Severity severity, String text) {}

  private final String query;
  private final Map<Message, Set<SourceSpan>> places = new HashMap<>();
  private final Map<Message, MonotonicityFix> fixes = new HashMap<>();

  /// @param query the text that spans refer to; empty if there is none
  public Annotations(String query) {
    this.query = query;
  }

  /// All, warnings first, by their place in the query.
  ///
  /// @param expr the query
  public synchronized List<Annotation> collected(Expr expr) {
    EvaluationOrder order = EvaluationOrder.of(expr);
    Comparator<SourceSpan> byRank =
        Comparator.comparingInt(order::rank).thenComparingInt(SourceSpan::start);
    TreeSet<Annotation> collected = new TreeSet<>();
    places.forEach((message, spans) -> {
      MonotonicityFix fix = fixes.get(message);
      SourceSpan place =
          fix == null ? Collections.max(spans, byRank) : Collections.min(spans, byRank);
      collected.add(
          new Annotation(
              message.severity,
              fix == null ? message.text : message.text + described(fix),
              query.isEmpty()
                  ? Optional.empty()
                  : Optional.of(SourcePosition.of(query, place.start()))));
    });
    return List.copyOf(collected);
  }

  private static String described(MonotonicityFix fix) {
    return ", from buckets %s to %s, with a max diff of %s, over %d samples from %s to %s"
        .formatted(
            FloatText.shortest(fix.lowestBound()),
            FloatText.shortest(fix.highestBound()),
            FloatText.twoDigits(fix.largestRaise()),
            fix.samples(),
            Instant.ofEpochSecond(fix.firstMillis() / 1000),
            Instant.ofEpochSecond(fix.lastMillis() / 1000));
  }

  private synchronized void add(Message message, SourceSpan span) {
    places.computeIfAbsent(message, _ -> new HashSet<>()).add(span);
  }

  private void warn(SourceSpan span, String message) {
    add(new Message(Severity.WARNING, message), span);
  }

  private void info(SourceSpan span, String message) {
    add(new Message(Severity.INFO, message), span);
  }

  private static String quoted(String text) {
    return LabelText.quote(text);
  }

  private static String forMetric(String metricName) {
    return metricName.isEmpty() ? "" : " for metric name " + quoted(metricName);
  }

  public void invalidQuantile(double quantile, SourceSpan span) {
    warn(span, "quantile value should be between 0 and 1, got " + FloatText.shortest(quantile));
  }

  public void invalidRatio(double ratio, double cappedTo, SourceSpan span) {
    warn(
        span,
        "ratio value should be between -1 and 1, got %s, capping to %s"
            .formatted(FloatText.shortest(ratio), FloatText.shortest(cappedTo)));
  }

  public void badBucketLabel(String metricName, String label, SourceSpan span) {
    warn(
        span,
        "bucket label \"le\" is missing or has a malformed value of "
            + quoted(label)
            + forMetric(metricName));
  }

  public void mixedFloatsAndHistograms(String metricName, SourceSpan span) {
    warn(span, "encountered a mix of histograms and floats for metric name " + quoted(metricName));
  }

  public void mixedFloatsAndHistogramsInAggregation(SourceSpan span) {
    warn(span, "encountered a mix of histograms and floats for aggregation");
  }

  public void mixedClassicAndNativeHistograms(String metricName, SourceSpan span) {
    warn(span, "vector contains a mix of classic and native histograms" + forMetric(metricName));
  }

  public void quantileIsNan(String metricName, SourceSpan span) {
    info(
        span,
        "input to histogram_quantile has NaN observations, result is NaN" + forMetric(metricName));
  }

  public void quantileIsHigher(String metricName, SourceSpan span) {
    info(
        span,
        "input to histogram_quantile has NaN observations, result is skewed higher"
            + forMetric(metricName));
  }

  public void fractionWithoutNan(String metricName, SourceSpan span) {
    info(
        span,
        "input to histogram_fraction has NaN observations, which are excluded from all fractions"
            + forMetric(metricName));
  }

  public synchronized void forcedMonotonicity(
      String metricName, MonotonicityFix fix, SourceSpan span) {
    Message message =
        new Message(
            Severity.INFO,
            "input to histogram_quantile needed to be fixed for monotonicity (see"
                + " https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile)"
                + forMetric(metricName));
    fixes.computeIfAbsent(message, _ -> new MonotonicityFix()).add(fix);
    add(message, span);
  }

  public void histogramIsNoCounter(String metricName, SourceSpan span) {
    warn(span, "this native histogram metric is not a counter: " + quoted(metricName));
  }

  public void histogramIsNoGauge(String metricName, SourceSpan span) {
    warn(span, "this native histogram metric is not a gauge: " + quoted(metricName));
  }

  public void mixedExponentialAndCustomBuckets(String metricName, SourceSpan span) {
    warn(
        span,
        "vector contains a mix of histograms with exponential and custom buckets schemas for metric"
            + " name "
            + quoted(metricName));
  }

  public void incompatibleBucketLayout(String operator, SourceSpan span) {
    warn(span, "incompatible bucket layout encountered for binary operator " + operator);
  }

  public void conflictingCounterResets(HistogramOperation operation, SourceSpan span) {
    warn(span, "conflicting counter resets during histogram " + operation.text);
  }

  public void reconciledCustomBuckets(HistogramOperation operation, SourceSpan span) {
    info(span, "mismatched custom buckets were reconciled during " + operation.text);
  }

  public void sortIsIneffective(SourceSpan span) {
    warn(span, "sort is ineffective for range queries since results are always ordered by labels");
  }

  public void perhapsNoCounter(String metricName, SourceSpan span) {
    info(
        span,
        "metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "
            + quoted(metricName));
  }

  public void perhapsNoCounterByType(String metricName, String type, SourceSpan span) {
    info(
        span,
        "metric might not be a counter, __type__ label is not set to \"counter\" or \"histogram\","
            + " got "
            + quoted(type)
            + ": "
            + quoted(metricName));
  }

  public void incompatibleTypes(String left, String operator, String right, SourceSpan span) {
    info(
        span,
        "incompatible sample types encountered for binary operator %s: %s %s %s"
            .formatted(quoted(operator), left, operator, right));
  }

  public void ignoredHistogramInAggregation(String aggregation, SourceSpan span) {
    info(span, "ignored histogram in " + aggregation + " aggregation");
  }

  public void ignoredHistogramsInRange(String metricName, SourceSpan span) {
    info(
        span,
        "ignored histograms in a range containing both floats and histograms for metric name "
            + quoted(metricName));
  }
}
