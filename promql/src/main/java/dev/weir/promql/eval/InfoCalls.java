package dev.weir.promql.eval;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.ast.Expr.BinaryOperation;
import dev.weir.promql.ast.Expr.Call;
import dev.weir.promql.ast.Expr.MatrixSelector;
import dev.weir.promql.ast.Expr.NumberLiteral;
import dev.weir.promql.ast.Expr.Paren;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.Expr.StringLiteral;
import dev.weir.promql.ast.Expr.Subquery;
import dev.weir.promql.ast.Expr.Unary;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.EqualLabels;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import dev.weir.promql.eval.vector.VectorStream.Traits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `info(v, selector)`: series with labels added from info metrics of the same `job` and
/// `instance`.
///
/// An info metric's samples are looked for as of the time that the first selector inside `v` looks
/// at, so that `@` and `offset` choose the labels of that time, too. Of two info series of one
/// metric and target the one with the later sample counts.
final class InfoCalls {
  private static final List<String> IDENTIFYING = List.of("instance", "job");
  private static final Matcher TARGET_INFO = Matcher.equal(Labels.NAME, "target_info");

  private final QueryRun run;
  private final Evaluator evaluator;
  private final Selectors selectors;

  InfoCalls(QueryRun run, Evaluator evaluator, Selectors selectors) {
    this.run = run;
    this.evaluator = evaluator;
    this.selectors = selectors;
  }

  VectorStream evaluate(Call call, Steps steps) {
    Expr vector = Calls.argument(call, 0);
    Request request = Request.of(call);
    VectorBlock base = evaluator.vector(vector, steps, Calls.inside(call)).whole().collect();
    List<VectorSeries> enriched = new ArrayList<>();
    for (VectorSeries series : base.series()) {
      if (!request.isInfo(series)) {
        enriched.add(series);
      }
    }
    Map<Target, List<VectorSeries>> infos = infoSeries(request, enriched, vector, steps);
    Output output = new Output(steps.count());
    for (VectorSeries series : base.series()) {
      run.checkpoint();
      if (request.isInfo(series)) {
        output.addAll(series);
      } else {
        enrich(series, infos.getOrDefault(Target.of(series.labels()), List.of()), request, output);
      }
    }
    base.release(run.budget());
    return VectorStream.of(VectorBlock.reserve(run.budget(), output.series()), Traits.NONE);
  }

  /// What identifies a target.
  private record Target(List<String> values) {
    static Target of(Labels labels) {
      return new Target(IDENTIFYING.stream().map(labels::get).toList());
    }
  }

  /// Which info metrics are wanted, and which of their labels.
  ///
  /// @param names matchers of the metric's name; empty if there are none, which is `target_info`
  /// @param labels matchers of the labels that are added, by label; empty for all labels
  private record Request(List<Matcher> names, Map<String, List<Matcher>> labels) {
    static Request of(Call call) {
      if (call.arguments().size() < 2) {
        return new Request(List.of(TARGET_INFO), Map.of());
      }
      if (!(Calls.argument(call, 1) instanceof VectorSelector selector)) {
        throw new WeirException.Internal("the second argument of info() is no selector");
      }
      List<Matcher> names = new ArrayList<>();
      Map<String, List<Matcher>> labels = new HashMap<>();
      for (Matcher matcher : selector.matchers()) {
        if (matcher.name().equals(Labels.NAME)) {
          names.add(matcher);
        } else {
          labels.computeIfAbsent(matcher.name(), _ -> new ArrayList<>()).add(matcher);
        }
      }
      return new Request(names, labels);
    }

    /// Whether a series is of an info metric itself, which nothing is added to.
    boolean isInfo(VectorSeries series) {
      return !names.isEmpty()
          && names.stream().allMatch(matcher -> matcher.matches(series.metricName()));
    }

    boolean wants(String label) {
      return labels.isEmpty() || labels.containsKey(label);
    }

    /// Whether a series may stay without any info.
    boolean allowsNone() {
      return labels.values().stream()
          .flatMap(List::stream)
          .allMatch(matcher -> matcher.matches(""));
    }

    List<Matcher> matchers() {
      List<Matcher> matchers = new ArrayList<>(names.isEmpty() ? List.of(TARGET_INFO) : names);
      labels.values().forEach(matchers::addAll);
      return matchers;
    }
  }

  /// Info series of all targets of the given series, by target: when their sample was taken, in
  /// seconds, at each step.
  private Map<Target, List<VectorSeries>> infoSeries(
      Request request, List<VectorSeries> enriched, Expr vector, Steps steps) {
    List<Matcher> matchers = request.matchers();
    boolean identified = false;
    for (String label : IDENTIFYING) {
      TreeSet<String> values = new TreeSet<>();
      for (VectorSeries series : enriched) {
        values.add(series.labels().get(label));
      }
      values.remove("");
      if (!values.isEmpty()) {
        identified = true;
        matchers.add(Matcher.oneOf(label, values));
      }
    }
    Map<Target, List<VectorSeries>> infos = new HashMap<>();
    if (identified) {
      VectorBlock block = selectors.infoTimes(matchers, reference(vector, steps)).collect();
      for (VectorSeries series : block.series()) {
        infos.computeIfAbsent(Target.of(series.labels()), _ -> new ArrayList<>()).add(series);
      }
      block.release(run.budget());
    }
    return infos;
  }

  /// The times that the first selector of an expression looks at.
  private Steps reference(Expr expr, Steps steps) {
    return first(expr, steps).orElse(steps);
  }

  private Optional<Steps> first(Expr expr, Steps steps) {
    return switch (expr) {
      case NumberLiteral _, StringLiteral _ -> Optional.empty();
      case VectorSelector selector -> Optional.of(selectors.times(selector.modifiers(), steps));
      case MatrixSelector matrix -> first(matrix.selector(), steps);
      case Subquery subquery ->
          first(subquery.inner(), selectors.times(subquery.modifiers(), steps));
      case Paren(Expr inner, _) -> first(inner, steps);
      case Unary(_, Expr operand, _) -> first(operand, steps);
      case BinaryOperation operation ->
          first(operation.left(), steps).or(() -> first(operation.right(), steps));
      case SetOperation operation ->
          first(operation.left(), steps).or(() -> first(operation.right(), steps));
      case Aggregation aggregation ->
          first(aggregation.operand(), steps)
              .or(() -> aggregation.parameter().flatMap(parameter -> first(parameter, steps)));
      case Call call ->
          call.arguments().stream()
              .map(argument -> first(argument, steps))
              .flatMap(Optional::stream)
              .findFirst();
    };
  }

  private static void enrich(
      VectorSeries series, List<VectorSeries> infos, Request request, Output output) {
    for (int step = 0; step < series.values().length; step++) {
      if (!series.hasSample(step)) {
        continue;
      }
      Map<String, VectorSeries> current = current(infos, step);
      if (current.isEmpty() && !request.allowsNone()) {
        continue;
      }
      output.add(withInfo(series.labels(), current, request), series, step);
    }
  }

  /// The info series that count at a step, by metric.
  private static Map<String, VectorSeries> current(List<VectorSeries> infos, int step) {
    Map<String, VectorSeries> current = new TreeMap<>();
    for (VectorSeries info : infos) {
      if (!info.hasFloat(step)) {
        continue;
      }
      VectorSeries other = current.putIfAbsent(info.metricName(), info);
      if (other == null) {
        continue;
      }
      double time = info.values()[step];
      double otherTime = other.values()[step];
      if (time == otherTime) {
        long millis = Math.round(time * 1000);
        throw new WeirException.Unprocessable(
            "found duplicate series for info metric: existing %s @ %d, new %s @ %d"
                .formatted(
                    MetricNames.inBraces(other.labels()),
                    millis,
                    MetricNames.inBraces(info.labels()),
                    millis));
      }
      if (time > otherTime) {
        current.put(info.metricName(), info);
      }
    }
    return current;
  }

  private static Labels withInfo(
      Labels labels, Map<String, VectorSeries> current, Request request) {
    Map<String, String> added = new HashMap<>();
    for (VectorSeries info : current.values()) {
      info.labels()
          .forEach((name, value) -> {
            if (name.equals(Labels.NAME) || !request.wants(name)) {
              return;
            }
            String other = added.get(name);
            if (other != null && !other.equals(value)) {
              throw new WeirException.Unprocessable("conflicting label: " + name);
            }
            if (!labels.has(name)) {
              added.put(name, value);
            }
          });
    }
    if (added.isEmpty()) {
      return labels;
    }
    Labels.Builder builder = labels.toBuilder();
    added.forEach(builder::set);
    return builder.build();
  }

  /// The series that come out: one that goes in may become several, as its info changes.
  private static final class Output {
    private final int steps;
    private final Map<Labels, VectorSeries> byLabels = new LinkedHashMap<>();

    private Output(int steps) {
      this.steps = steps;
    }

    private void addAll(VectorSeries series) {
      for (int step = 0; step < steps; step++) {
        if (series.hasSample(step)) {
          add(series.labels(), series, step);
        }
      }
    }

    private void add(Labels labels, VectorSeries from, int step) {
      VectorSeries series =
          byLabels.computeIfAbsent(
              labels,
              _ ->
                  new VectorSeries(
                      labels, from.dropName(), VectorSeries.absent(steps), noHistograms()));
      if (series.hasSample(step)) {
        throw EqualLabels.error();
      }
      NativeHistogram histogram = from.histogram(step);
      @Nullable NativeHistogram[] histograms = series.histograms();
      if (histogram != null && histograms != null) {
        histograms[step] = histogram;
      } else {
        series.values()[step] = from.values()[step];
      }
    }

    private @Nullable NativeHistogram[] noHistograms() {
      return new NativeHistogram[steps];
    }

    private List<VectorSeries> series() {
      return List.copyOf(byLabels.values());
    }
  }
}
