package dev.weir.promql.eval.vector;

import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/// A stream whose series may have become equal by losing or changing labels: refuses those that
/// have samples at the same step. Equal series that do not meet pass as parts of one (see
/// [VectorStream.Traits#whole]). Keeps labels and a bit a step, never values.
public final class DistinctStream extends VectorStream {
  /// When equal labels are an error.
  public enum Rule {
    /// Always: functions of range vectors.
    NEVER_EQUAL,
    /// Where samples meet.
    NEVER_MEET
  }

  private final VectorStream source;
  private final Rule rule;

  public DistinctStream(VectorStream source, Rule rule) {
    super(rule == Rule.NEVER_EQUAL ? source.traits() : source.traits().inParts());
    this.source = source;
    this.rule = rule;
  }

  private record Checked<T>(List<Labels> labels, List<BitSet> present, T result) {}

  @Override
  public <T> void process(
      Function<? super VectorBlock, ? extends T> work, Consumer<? super T> merge) {
    Set<Labels> seen = new HashSet<>();
    Map<Labels, BitSet> presence = new HashMap<>();
    source.<Checked<T>>process(
        block -> {
          List<Labels> labels = new ArrayList<>(block.series().size());
          List<BitSet> present = new ArrayList<>();
          for (VectorSeries series : block.series()) {
            labels.add(series.labels());
            if (rule == Rule.NEVER_MEET) {
              present.add(stepsOf(series));
            }
          }
          return new Checked<>(labels, present, work.apply(block));
        },
        checked -> {
          for (int i = 0; i < checked.labels.size(); i++) {
            Labels labels = checked.labels.get(i);
            boolean met =
                switch (rule) {
                  case NEVER_EQUAL -> !seen.add(labels);
                  case NEVER_MEET -> meets(presence, labels, checked.present.get(i));
                };
            if (met) {
              throw EqualLabels.error();
            }
          }
          merge.accept(checked.result);
        });
  }

  private static BitSet stepsOf(VectorSeries series) {
    int steps = series.values().length;
    BitSet present = new BitSet(steps);
    for (int step = 0; step < steps; step++) {
      if (series.hasSample(step)) {
        present.set(step);
      }
    }
    return present;
  }

  private static boolean meets(Map<Labels, BitSet> presence, Labels labels, BitSet present) {
    BitSet before = presence.putIfAbsent(labels, present);
    if (before == null) {
      return false;
    }
    boolean meets = before.intersects(present);
    before.or(present);
    return meets;
  }
}
