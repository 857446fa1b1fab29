package dev.weir.promql.eval.aggregate;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.promql.ast.Expr.Aggregation;
import dev.weir.promql.eval.run.Annotations;
import dev.weir.promql.eval.vector.VectorSeries;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Merges states of shards ([AggregationStates#merge]) one time after another: which columns belong
/// to which group is worked out once for as long as each shard gives the same. Of floats alone.
public final class StandingStateMerge {
  private final Supplier<StatefulAccumulator> accumulators;

  /// What the shards' columns were when this was worked out.
  private List<List<Labels>> columns = List.of();

  private List<Shard> shards = List.of();
  private List<Labels> labels = List.of();
  private double[] values = {};

  /// The states of one shard.
  ///
  /// @param cells the value of each column, where its state finds it
  /// @param states what the shard has for each of its groups
  /// @param groups numbers of those groups
  private record Shard(double[][] cells, List<StateColumns> states, int[] groups) {}

  /// @param node an aggregation that [StandingStates#supports]
  public StandingStateMerge(Aggregation node) {
    this.accumulators =
        AggregationStates.accumulators(
            node, StandingStates.operandSpan(node), 1, new Annotations(""));
  }

  /// Merges what shards have taken in.
  ///
  /// @param labelsOfShards of their columns; the same lists for as long as they are the same
  /// @param valuesOfShards of their columns
  public void take(List<List<Labels>> labelsOfShards, List<double[]> valuesOfShards) {
    if (!areSame(labelsOfShards)) {
      prepare(labelsOfShards);
    }
    @Nullable StatefulAccumulator[] merged = new StatefulAccumulator[labels.size()];
    for (int i = 0; i < shards.size(); i++) {
      Shard shard = shards.get(i);
      for (int column = 0; column < shard.cells.length; column++) {
        shard.cells[column][0] = valuesOfShards.get(i)[column];
      }
      for (int group = 0; group < shard.groups.length; group++) {
        StatefulAccumulator state = accumulators.get();
        state.load(shard.states.get(group));
        StatefulAccumulator before = merged[shard.groups[group]];
        if (before == null) {
          merged[shard.groups[group]] = state;
        } else {
          before.merge(state);
        }
      }
    }
    for (int group = 0; group < merged.length; group++) {
      StatefulAccumulator state = merged[group];
      values[group] = state == null ? AbsentValue.VALUE : state.finish(Labels.EMPTY).values()[0];
    }
  }

  // Lists that are equal, but others, are not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  private boolean areSame(List<List<Labels>> labelsOfShards) {
    if (labelsOfShards.size() != columns.size()) {
      return false;
    }
    for (int i = 0; i < columns.size(); i++) {
      if (labelsOfShards.get(i) != columns.get(i)) {
        return false;
      }
    }
    return true;
  }

  private void prepare(List<List<Labels>> labelsOfShards) {
    Map<Labels, Integer> numbers = new HashMap<>();
    List<Labels> groups = new ArrayList<>();
    List<Shard> prepared = new ArrayList<>();
    for (List<Labels> ofShard : labelsOfShards) {
      Map<Labels, Integer> placesInShard = new HashMap<>();
      double[][] cells = new double[ofShard.size()][1];
      List<StateColumns> states = new ArrayList<>();
      int[] groupsOfShard = new int[cells.length];
      for (int column = 0; column < cells.length; column++) {
        Labels group = StateColumns.groupOf(ofShard.get(column));
        Integer place = placesInShard.get(group);
        if (place == null) {
          place = states.size();
          placesInShard.put(group, place);
          states.add(new StateColumns(1));
          groupsOfShard[place] =
              numbers.computeIfAbsent(
                  group,
                  added -> {
                    groups.add(added);
                    return groups.size() - 1;
                  });
        }
        states.get(place).add(new VectorSeries(ofShard.get(column), false, cells[column], null));
      }
      prepared.add(new Shard(cells, states, Arrays.copyOf(groupsOfShard, states.size())));
    }
    columns = List.copyOf(labelsOfShards);
    shards = prepared;
    labels = List.copyOf(groups);
    values = new double[labels.size()];
  }

  /// The groups: the same list for as long as they are the same.
  public List<Labels> labels() {
    return labels;
  }

  /// The aggregation's value of each group. Valid until [#take] is called again.
  public double[] values() {
    return values;
  }
}
