package dev.weir.promql.eval.standing;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.promql.eval.standing.SlidingRange.Rows;
import dev.weir.promql.eval.standing.StandingSelection.Block;
import dev.weir.promql.query.QueryLimits;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A selector, or a function of the range that a selector gives: a value for each selected series.
final class SelectedNode extends StandingNode {
  private final StandingSource source;
  private final Tenant tenant;
  private final List<Matcher> matchers;
  private final long lengthMillis;
  private final long offsetMillis;
  private final @Nullable Function<StandingColumn, SlidingRange> function;
  private @Nullable StandingSelection selection;
  private Slots slots = Slots.NONE;
  private StandingColumn[] columns = {};
  private SlidingRange[] ranges = {};
  private Rows[] rows = {};

  /// @param lengthMillis of the range; of a selector without one, the lookback
  /// @param function of a range; null if the latest sample is asked for
  SelectedNode(
      StandingSource source,
      Tenant tenant,
      List<Matcher> matchers,
      long lengthMillis,
      long offsetMillis,
      @Nullable Function<StandingColumn, SlidingRange> function) {
    this.source = source;
    this.tenant = tenant;
    this.matchers = matchers;
    this.lengthMillis = lengthMillis;
    this.offsetMillis = offsetMillis;
    this.function = function;
  }

  // The same series: what is equal, but another object, is not worth comparing.
  @SuppressWarnings("ReferenceEquality")
  @Override
  @Nullable Slots evaluate(long timestampMillis) {
    StandingSelection now = source.select(tenant, matchers);
    if (now == null) {
      return null;
    }
    if (now != selection) {
      take(now);
    }
    if (columns.length > QueryLimits.DEFAULT.maxSeries()) {
      return null;
    }
    double[] values = values(columns.length);
    int slot = 0;
    for (int block = 0; block < rows.length; block++) {
      Rows of = rows[block];
      of.move(timestampMillis - offsetMillis, lengthMillis);
      for (int end = slots.blockEnds()[block]; slot < end; slot++) {
        if (columns[slot].hasHistograms()) {
          return null;
        }
        values[slot] = function == null ? latest(columns[slot], of) : ranges[slot].value(of);
      }
    }
    return slots;
  }

  /// The latest sample, unless it says that the series has ended.
  private static double latest(StandingColumn column, Rows rows) {
    for (long row = rows.to() - 1; row >= rows.from(); row--) {
      double value = column.value(row);
      // Mostly it is a number.
      if (!Double.isNaN(value)) {
        return value;
      }
      if (!AbsentValue.is(value)) {
        return StalenessMarker.is(value) ? AbsentValue.VALUE : value;
      }
    }
    return AbsentValue.VALUE;
  }

  /// Takes over other series. What is remembered of those that were there stays.
  private void take(StandingSelection changed) {
    IdentityHashMap<StandingColumn, SlidingRange> known = new IdentityHashMap<>();
    for (int i = 0; i < ranges.length; i++) {
      known.put(columns[i], ranges[i]);
    }
    List<Labels> labels = new ArrayList<>();
    List<StandingColumn> all = new ArrayList<>();
    int[] blockEnds = new int[changed.blocks().size()];
    Rows[] ofBlocks = new Rows[blockEnds.length];
    for (int i = 0; i < blockEnds.length; i++) {
      Block block = changed.blocks().get(i);
      ofBlocks[i] = new Rows(block.group());
      block.columns().forEach(column -> labels.add(column.labels()));
      all.addAll(block.columns());
      blockEnds[i] = all.size();
    }
    selection = changed;
    slots = new Slots(List.copyOf(labels), blockEnds);
    columns = all.toArray(new StandingColumn[0]);
    rows = ofBlocks;
    if (function != null) {
      ranges = new SlidingRange[columns.length];
      for (int i = 0; i < columns.length; i++) {
        ranges[i] = known.computeIfAbsent(columns[i], function);
      }
    }
  }
}
