package dev.weir.rules.group;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryValue;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.template.TemplateLimits;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A group that is evaluated over series in notation, one minute after another.
final class Evaluations {
  static final long MINUTE = 60_000;

  private final MemorySeriesSource source = new MemorySeriesSource();
  private final GroupEvaluator evaluator =
      new GroupEvaluator(
          QueryEngine.inCallersThread(),
          new AlertExpansion(
              Labels.of("region", "eu"), "http://weir:9090", TemplateLimits.DEFAULT));
  private RuleGroup group;
  private GroupState state = GroupState.EMPTY;

  /// @param rules the lines of a group, below `groups:`
  /// @param series with a sample every minute
  Evaluations(String rules, String... series) {
    this.group = group(rules);
    SeriesNotation.load(MINUTE, List.of(series))
        .forEach(loaded -> {
          List<GroupRow.Sample> samples = new ArrayList<>();
          loaded
              .samples()
              .forEach(sample ->
                  samples.add(
                      GroupRow.Sample.of(
                          loaded.labels(), sample.timestampMillis(), sample.value())));
          source.append(GroupRow.of(Tenant.DEFAULT, samples));
        });
  }

  private static RuleGroup group(String rules) {
    return RuleFile.parse("rules.yml", "groups:\n" + rules, RuleFileSettings.DEFAULT)
        .groups()
        .getFirst();
  }

  /// Goes on with another definition of the group.
  void reload(String rules) {
    group = group(rules);
  }

  GroupState state() {
    return state;
  }

  GroupResult at(long minute) {
    return at(minute, true);
  }

  /// Evaluates the group, and stores what it records.
  GroupResult at(long minute, boolean complete) {
    GroupResult result =
        evaluator.evaluate(
            group, state, minute * MINUTE, QueryContext.of(Tenant.DEFAULT, source), complete);
    state = result.state();
    List<GroupRow.Sample> samples = new ArrayList<>();
    for (QueryValue.Sample sample : result.samples()) {
      samples.add(GroupRow.Sample.of(sample.labels(), result.sampleMillis(), sample.value()));
    }
    source.append(GroupRow.of(Tenant.DEFAULT, samples));
    return result;
  }

  /// The samples of a result by series, as text.
  static Map<String, String> recorded(GroupResult result) {
    Map<String, String> recorded = new TreeMap<>();
    for (QueryValue.Sample sample : result.samples()) {
      String value = StalenessMarker.is(sample.value()) ? "stale" : Double.toString(sample.value());
      recorded.put(sample.labels().toString(), value);
    }
    return recorded;
  }
}
