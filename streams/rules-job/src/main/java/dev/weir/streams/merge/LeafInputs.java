package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.LeafMerge;
import dev.weir.promql.plan.LeafResults;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.promql.query.QueryValue.Series;
import dev.weir.streams.definition.GroupPlan;
import dev.weir.streams.partial.Partial;
import dev.weir.streams.query.Answer;
import dev.weir.streams.query.AnswersSource;
import dev.weir.streams.query.Question;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a group's merge reads at one time: the results of its leaves over all partitions, and the
/// answers for rules that are evaluated by query. Worked out when somebody asks: rules that stand
/// do not.
final class LeafInputs implements ForwardingSource {
  private final GroupPlan plan;
  private final List<Partial> partials;
  private final long sampleMillis;
  private final Map<Question, Answer> answers;
  private @Nullable SeriesSource source;

  /// @param partials of the plan's definition, in the order of partitions
  /// @param answers one for each question of the plan
  LeafInputs(
      GroupPlan plan, List<Partial> partials, long sampleMillis, Map<Question, Answer> answers) {
    this.plan = plan;
    this.partials = partials;
    this.sampleMillis = sampleMillis;
    this.answers = answers;
  }

  @Override
  public SeriesSource source() {
    SeriesSource known = source;
    if (known == null) {
      known = merged();
      source = known;
    }
    return known;
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return source().select(tenant, matchers, range, hints);
  }

  private SeriesSource merged() {
    long[] at = {sampleMillis};
    Map<Integer, List<List<Series>>> shards = new HashMap<>();
    Map<Integer, String> failed = new HashMap<>(plan.refused());
    for (Partial partial : partials) {
      partial
          .leaves()
          .forEach((number, leaf) -> {
            switch (leaf) {
              case Partial.Leaf.Values values ->
                  shards
                      .computeIfAbsent(number, _ -> new ArrayList<>())
                      .add(LeafMerge.series(at, values.samples()));
              case Partial.Leaf.Failed(String message) -> failed.putIfAbsent(number, message);
            }
          });
    }
    List<Leaf> leaves = plan.leaves().leaves();
    Annotations unheard = new Annotations("");
    Map<Integer, List<Series>> values = new HashMap<>();
    shards.forEach((number, of) -> {
      if (!failed.containsKey(number)) {
        values.put(number, LeafMerge.merge(leaves.get(number), of, at, unheard));
      }
    });
    Set<Integer> incomplete = new HashSet<>();
    plan.asked()
        .forEach((number, query) -> {
          switch (requireNonNull(answers.get(new Question(query, sampleMillis)), "an answer")) {
            case Answer.Values(List<Sample> samples, boolean complete) -> {
              values.put(number, LeafMerge.series(at, samples));
              if (!complete) {
                incomplete.add(number);
              }
            }
            case Answer.Failed(String message) -> failed.put(number, message);
          }
        });
    return new AnswersSource(new LeafResults(at, values, failed, NoSeries.INSTANCE), incomplete);
  }
}
