package dev.weir.query.push;

import dev.weir.blocks.node.LeafAnswer;
import dev.weir.blocks.node.LeafQuestion;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.plan.AnnotationText;
import dev.weir.promql.plan.Leaf;
import dev.weir.promql.plan.LeafMerge;
import dev.weir.promql.plan.LeafResults;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.QueryValue.Series;
import dev.weir.query.source.NodeShards.Shards;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the merge of a query reads: leaves that storage nodes evaluate, all of them when the first
/// is selected. So a query waits for nodes where it waits for samples otherwise, with the same
/// bounds.
///
/// Safe for use by many threads.
final class LeafSource implements ForwardingSource {
  private final Shards shards;
  private final SplitExpr split;
  private final LeafQuestion question;
  private final long reachMillis;
  private final long[] timestampsMillis;
  private final SeriesSource others;
  private final Annotations merging;

  private @Nullable LeafResults results;
  private @Nullable WeirException failure;
  private final Set<Annotation> remarks = new LinkedHashSet<>();
  private Completeness completeness = Completeness.FULL;

  /// @param others what is no leaf
  LeafSource(
      Shards shards,
      SplitExpr split,
      LeafQuestion question,
      long reachMillis,
      long[] timestampsMillis,
      SeriesSource others) {
    this.shards = shards;
    this.split = split;
    this.question = question;
    this.reachMillis = reachMillis;
    this.timestampsMillis = timestampsMillis;
    this.others = others;
    this.merging = new Annotations(question.query());
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return results().select(tenant, matchers, range, hints);
  }

  private synchronized LeafResults results() {
    if (failure != null) {
      throw failure;
    }
    if (results == null) {
      try {
        results = asked();
      } catch (WeirException e) {
        failure = e;
        throw e;
      }
    }
    return results;
  }

  private LeafResults asked() {
    List<LeafAnswer> answers = shards.evaluate(question, timestampsMillis[0] - reachMillis);
    List<List<List<Series>>> byLeaf = new ArrayList<>();
    for (int number = 0; number < split.leaves().size(); number++) {
      byLeaf.add(new ArrayList<>());
    }
    for (LeafAnswer answer : answers) {
      if (answer.leaves().size() != byLeaf.size()) {
        throw new WeirException.Corrupt(
            "a storage node answers %d leaves, %d were asked for"
                .formatted(answer.leaves().size(), byLeaf.size()));
      }
      for (int number = 0; number < byLeaf.size(); number++) {
        byLeaf.get(number).add(series(answer.leaves().get(number)));
      }
      answer.remarks().forEach(remark -> remarks.add(AnnotationText.read(remark)));
      completeness = completeness.and(answer.completeness());
    }
    Map<Integer, List<Series>> merged = new HashMap<>();
    for (int number = 0; number < byLeaf.size(); number++) {
      Leaf leaf = split.leaves().get(number);
      merged.put(number, LeafMerge.merge(leaf, byLeaf.get(number), timestampsMillis, merging));
    }
    return new LeafResults(timestampsMillis, merged, Map.of(), others);
  }

  private List<Series> series(LeafAnswer.Vector vector) {
    if (vector.samples().timestampsMillis().length != timestampsMillis.length) {
      throw new WeirException.Corrupt(
          "a storage node answers %d steps, %d were asked for"
              .formatted(vector.samples().timestampsMillis().length, timestampsMillis.length));
    }
    List<Series> series = new ArrayList<>(vector.series().size());
    for (int i = 0; i < vector.series().size(); i++) {
      GroupSamples.Column column = vector.samples().columns().get(i);
      series.add(
          Series.of(
              vector.series().get(i), timestampsMillis, column.values(), column.histograms()));
    }
    return series;
  }

  /// What is to be said of the leaves.
  synchronized Set<Annotation> remarks() {
    Set<Annotation> all = new LinkedHashSet<>(remarks);
    all.addAll(merging.collected(split.merge()));
    return all;
  }

  synchronized Completeness completeness() {
    return completeness;
  }

  /// Whether nodes could not be asked: then the query may still be answered from their samples.
  synchronized boolean nodesFailed() {
    return failure instanceof WeirException.Unavailable
        || failure instanceof WeirException.Corrupt
        || failure instanceof WeirException.Internal;
  }

  @Override
  public SeriesSource source() {
    return others;
  }
}
