package dev.weir.rules.group;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.ActiveElement;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.alert.AlertLifecycle;
import dev.weir.rules.alert.AlertSeries;
import dev.weir.rules.alert.AlertStep;
import dev.weir.rules.template.prometheus.TemplateQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/// Evaluates a group at one time: its rules in order, each of which sees what those before it have
/// recorded at that time. For use by any number of threads.
///
/// The result depends on nothing but the arguments: the same samples give the same result, whoever
/// evaluates, and however often.
public final class GroupEvaluator {
  private final QueryEngine engine;
  private final AlertExpansion expansion;

  /// @param expansion of the labels and annotations of alerts
  public GroupEvaluator(QueryEngine engine, AlertExpansion expansion) {
    this.engine = requireNonNull(engine, "engine");
    this.expansion = requireNonNull(expansion, "expansion");
  }

  /// How expressions are evaluated.
  public EngineSettings settings() {
    return engine.settings();
  }

  /// Evaluates a group over a source that has all that the group recorded before.
  ///
  /// @param complete whether the source has all samples up to the time, as in [Inputs]; the source
  ///   itself may say that it has not
  /// @return whatever happened: a rule that fails says so, and keeps its state
  public GroupResult evaluate(
      RuleGroup group,
      GroupState before,
      long timestampMillis,
      QueryContext context,
      boolean complete) {
    return evaluate(group, before, timestampMillis, context, new RecordedSamples(), complete);
  }

  /// Evaluates a group.
  ///
  /// @param recent what the group recorded before and the source may not have yet; what it records
  ///   now is added
  /// @param complete as above
  public GroupResult evaluate(
      RuleGroup group,
      GroupState before,
      long timestampMillis,
      QueryContext context,
      RecordedSamples recent,
      boolean complete) {
    return evaluate(
        group, before, timestampMillis, context, recent, Inputs.of(complete), Optional.empty());
  }

  /// Evaluates a group.
  ///
  /// @param templates answers the queries of templates; absent: they are evaluated as rules are
  public GroupResult evaluate(
      RuleGroup group,
      GroupState before,
      long timestampMillis,
      QueryContext context,
      RecordedSamples recent,
      Inputs inputs,
      Optional<TemplateQuery> templates) {
    return evaluate(
        new StandingRules(group, _ -> Optional.empty()),
        before,
        timestampMillis,
        context,
        recent,
        inputs,
        templates);
  }

  /// Evaluates a group that is evaluated again and again.
  ///
  /// @param rules of the group; those that stand are evaluated over what they stand on, the others
  ///   over the context's source
  public GroupResult evaluate(
      StandingRules rules,
      GroupState before,
      long timestampMillis,
      QueryContext context,
      RecordedSamples recent,
      Inputs inputs,
      Optional<TemplateQuery> templates) {
    return new Evaluation(rules, timestampMillis, context, recent, inputs, templates)
        .run(before.adaptedTo(rules.identities()));
  }

  /// One evaluation of one group.
  private final class Evaluation {
    private final StandingRules standing;
    private final RuleGroup group;
    private final long timestampMillis;
    private final long sampleMillis;
    private final RecordedSamples recorded;
    private final QueryContext context;
    private final Inputs inputs;
    private final TemplateQuery templates;

    Evaluation(
        StandingRules standing,
        long timestampMillis,
        QueryContext context,
        RecordedSamples recorded,
        Inputs inputs,
        Optional<TemplateQuery> templates) {
      this.standing = standing;
      this.group = standing.group();
      this.timestampMillis = timestampMillis;
      this.sampleMillis = timestampMillis - group.queryOffsetMillis();
      this.recorded = recorded;
      this.inputs = inputs;
      this.templates = templates.orElse(this::answer);
      this.context = context.withSource(recorded.over(context.tenant(), context.source()));
    }

    GroupResult run(GroupState state) {
      List<RuleResult> results = new ArrayList<>();
      List<RuleState> states = new ArrayList<>();
      boolean all = inputs.complete();
      for (int i = 0; i < group.rules().size(); i++) {
        Outcome outcome =
            evaluate(group.rules().get(i), standing.rules().get(i), state.rules().get(i));
        results.add(outcome.result());
        states.add(outcome.state());
        all &= outcome.result().complete();
      }
      List<QueryValue.Sample> ended = new ArrayList<>();
      for (Labels labels : state.orphans()) {
        record(new QueryValue.Sample(labels, StalenessMarker.VALUE, null), ended);
      }
      return new GroupResult(
          timestampMillis,
          sampleMillis,
          results,
          ended,
          all,
          new GroupState(timestampMillis, states, List.of()));
    }

    private Outcome evaluate(Rule rule, StandingRule remembered, RuleState state) {
      try {
        return switch (rule) {
          case Rule.Recording recording -> recording(recording, remembered, state);
          case Rule.Alerting alerting -> alerting(alerting, remembered, state);
        };
      } catch (WeirException e) {
        return new Outcome(RuleResult.failed(rule, e.getMessage()), state);
      }
    }

    private Value value(Rule rule, StandingRule remembered) {
      long begunNanos = System.nanoTime();
      List<QueryValue.Sample> stood = remembered.evaluate(rule, sampleMillis);
      if (stood != null) {
        return new Value(stood, inputs.complete(), List.of(), 0, System.nanoTime() - begunNanos);
      }
      QueryResult result =
          engine.evaluate(
              rule.expression(), rule.expr(), QueryTimes.instant(sampleMillis), context);
      return new Value(
          samples(result.value()),
          inputs.complete() && isComplete(result.completeness()),
          result.warnings(),
          result.statistics().samplesRead(),
          result.statistics().evalNanos());
    }

    private boolean isComplete(Completeness reached) {
      return reached.warnings().isEmpty() && reached.completeToMillis() >= sampleMillis;
    }

    private Outcome recording(Rule.Recording rule, StandingRule remembered, RuleState state) {
      Value value = value(rule, remembered);
      List<QueryValue.Sample> samples = remembered.stood() ? value.samples : named(rule, value);
      if (group.limit() > 0 && samples.size() > group.limit()) {
        throw new WeirException.Unprocessable(
            "exceeded limit of %d with %d series".formatted(group.limit(), samples.size()));
      }
      AlertStep none = new AlertStep(List.of(), List.of());
      return outcome(rule, value, samples, none, state);
    }

    /// What a rule records, in the order of labels.
    private static List<QueryValue.Sample> named(Rule.Recording rule, Value value) {
      TreeMap<Labels, QueryValue.Sample> samples = new TreeMap<>();
      for (QueryValue.Sample sample : value.samples) {
        QueryValue.Sample named =
            new QueryValue.Sample(
                StandingRule.named(rule, sample.labels()), sample.value(), sample.histogram());
        if (samples.put(named.labels(), named) != null) {
          throw new WeirException.Unprocessable(
              "vector contains metrics with the same labelset after applying rule labels");
        }
      }
      return List.copyOf(samples.values());
    }

    private Outcome alerting(Rule.Alerting rule, StandingRule remembered, RuleState state) {
      Value value = value(rule, remembered);
      List<ActiveElement> elements =
          expansion.expand(rule, value.samples, timestampMillis, templates);
      AlertStep step =
          AlertLifecycle.step(
              rule,
              elements,
              state.alerts(),
              timestampMillis,
              group.limit(),
              value.complete,
              inputs.silent());
      List<QueryValue.Sample> samples =
          AlertSeries.of(step.alerts()).stream()
              .sorted(Comparator.comparing(QueryValue.Sample::labels))
              .toList();
      return outcome(rule, value, samples, step, state);
    }

    /// Answers a query of a template.
    private List<QueryValue.Sample> answer(String query) {
      return samples(engine.instant(query, timestampMillis, context).value());
    }

    // The same series: what is equal, but another object, is not worth comparing.
    @SuppressWarnings("ReferenceEquality")
    private Outcome outcome(
        Rule rule, Value value, List<QueryValue.Sample> samples, AlertStep step, RuleState state) {
      List<QueryValue.Sample> recordedNow = new ArrayList<>(samples.size());
      samples.forEach(sample -> record(sample, recordedNow));
      List<Labels> series =
          areOf(state.series(), samples)
              ? state.series()
              : series(rule, value, samples, state, recordedNow);
      return new Outcome(
          new RuleResult(
              rule,
              recordedNow,
              step.transitions(),
              Optional.empty(),
              value.warnings,
              value.complete,
              value.samplesRead,
              value.evaluationNanos),
          state.series() == series && state.alerts().equals(step.alerts())
              ? state
              : new RuleState(state.identity(), series, step.alerts()));
    }

    /// Whether samples, which are in the order of labels, are of these series.
    private static boolean areOf(List<Labels> series, List<QueryValue.Sample> samples) {
      boolean same = series.size() == samples.size();
      for (int i = 0; same && i < series.size(); i++) {
        same = series.get(i).equals(samples.get(i).labels());
      }
      return same;
    }

    /// The series of a rule, by labels; marks those that have ended.
    private List<Labels> series(
        Rule rule,
        Value value,
        List<QueryValue.Sample> samples,
        RuleState state,
        List<QueryValue.Sample> recordedNow) {
      TreeSet<Labels> series = new TreeSet<>();
      samples.forEach(sample -> series.add(sample.labels()));
      for (Labels labels : state.series()) {
        if (series.contains(labels)) {
          continue;
        }
        // What tells of alerts follows their state; another series that is missing from incomplete
        // data is not known to have ended.
        if (value.complete || rule instanceof Rule.Alerting) {
          record(new QueryValue.Sample(labels, StalenessMarker.VALUE, null), recordedNow);
        } else {
          series.add(labels);
        }
      }
      return List.copyOf(series);
    }

    /// Keeps a sample for the rules behind, unless another rule recorded the series already.
    private void record(QueryValue.Sample sample, List<QueryValue.Sample> into) {
      if (recorded.add(sampleMillis, sample)) {
        into.add(sample);
      }
    }
  }

  private record Outcome(RuleResult result, RuleState state) {}

  private record Value(
      List<QueryValue.Sample> samples,
      boolean complete,
      List<String> warnings,
      long samplesRead,
      long evaluationNanos) {}

  /// The elements of a value: a scalar is one without labels.
  private static List<QueryValue.Sample> samples(QueryValue value) {
    return switch (value) {
      case QueryValue.Vector(_, List<QueryValue.Sample> samples) -> samples;
      case QueryValue.Scalar(_, double number) ->
          List.of(new QueryValue.Sample(Labels.EMPTY, number, null));
      case QueryValue.Text _, QueryValue.Matrix _ ->
          throw new WeirException.Unprocessable("rule result is not a vector or scalar");
    };
  }
}
