package dev.weir.promql.eval.binary;

import dev.weir.model.Labels;
import dev.weir.promql.ast.Expr.SetOperation;
import dev.weir.promql.ast.VectorMatching;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.EqualLabels;
import dev.weir.promql.eval.vector.MetricNames;
import dev.weir.promql.eval.vector.VectorBlock;
import dev.weir.promql.eval.vector.VectorSeries;
import dev.weir.promql.eval.vector.VectorStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// `and`, `or` and `unless`: at each step, which series of a side have a partner on the other.
public final class SetOperations {
  private final QueryRun run;
  private final SetOperation node;
  private final VectorMatching matching;
  private final Collection<String> matchingLabels;
  private final int steps;

  public SetOperations(QueryRun run, SetOperation node, int steps) {
    this.run = run;
    this.node = node;
    this.matching = node.matching();
    this.matchingLabels = MetricNames.lookup(matching.labels());
    this.steps = steps;
  }

  /// The result. Both operands are read and may be changed.
  public VectorBlock apply(VectorStream left, VectorStream right) {
    return switch (node.operator()) {
      case AND -> {
        Map<Labels, BitSet> partners = presence(right, true);
        yield filtered(left, partners, true);
      }
      case UNLESS -> {
        Map<Labels, BitSet> partners = presence(right, true);
        yield filtered(left, partners, false);
      }
      case OR -> {
        VectorBlock first = left.collect();
        Map<Labels, BitSet> partners = presence(VectorStream.of(first, left.traits()), false);
        VectorBlock others = filtered(right, partners, false);
        List<VectorSeries> all = new ArrayList<>(first.series());
        all.addAll(others.series());
        VectorBlock both =
            new VectorBlock(
                all, first.samples() + others.samples(), first.bytes() + others.bytes());
        yield run.delayedNameRemoval() && steps == 1 ? both : EqualLabels.merge(both);
      }
    };
  }

  /// At which steps there is a series with these matching labels.
  ///
  /// @param release whether the blocks are not needed any more
  private Map<Labels, BitSet> presence(VectorStream stream, boolean release) {
    Map<Labels, BitSet> presence = new HashMap<>();
    stream.process(
        block -> {
          Map<Labels, BitSet> ofBlock = new HashMap<>();
          for (VectorSeries series : block.series()) {
            BitSet present = ofBlock.computeIfAbsent(matchOf(series), _ -> new BitSet(steps));
            for (int step = 0; step < steps; step++) {
              if (series.hasSample(step)) {
                present.set(step);
              }
            }
          }
          if (release) {
            block.release(run.budget());
          }
          return ofBlock;
        },
        ofBlock ->
            ofBlock.forEach((labels, present) ->
                presence.merge(
                    labels,
                    present,
                    (mine, others) -> {
                      mine.or(others);
                      return mine;
                    })));
    return presence;
  }

  private Labels matchOf(VectorSeries series) {
    return MetricNames.signature(series.labels(), matching.on(), matchingLabels);
  }

  /// The samples that have a partner, or those that have none.
  private VectorBlock filtered(
      VectorStream stream, Map<Labels, BitSet> partners, boolean withPartner) {
    return stream
        .map(block -> {
          List<VectorSeries> kept = new ArrayList<>(block.series().size());
          for (VectorSeries series : block.series()) {
            BitSet present = partners.get(matchOf(series));
            if (present == null) {
              if (!withPartner) {
                kept.add(series);
              }
              continue;
            }
            for (int step = 0; step < steps; step++) {
              if (present.get(step) != withPartner) {
                series.remove(step);
              }
            }
            if (!series.isEmpty()) {
              kept.add(series);
            }
          }
          return block.with(kept);
        })
        .collect();
  }
}
