package dev.weir.promql.eval.select;

import dev.weir.model.SeriesMeta;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import dev.weir.promql.eval.run.Budget;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads the groups of a selection, several at once.
public final class GroupReader {
  /// Threads that help the one of the query, of those that all queries share.
  private static final int HELPERS = Math.max(1, Runtime.getRuntime().availableProcessors() - 1);

  private GroupReader() {}

  /// Applies `work` to each group, by any thread, and `merge` to what comes out, by this thread and
  /// in the order of the groups. A column's samples are in memory until `work` asks for the next.
  public static <T> void read(
      QueryRun run,
      Selection selection,
      Function<? super SampleColumns, ? extends T> work,
      Consumer<? super T> merge) {
    try (GroupCursor cursor =
            run.select(
                selection.matchers(), selection.range(), selection.hints(), selection.repeated());
        OrderedWork<T> pipeline =
            new OrderedWork<>(run.executor(), HELPERS, run.settings().groupsInFlight(), merge)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        run.checkpoint();
        run.budget().countGroup(group.series().size());
        SeriesGroup taken = group;
        pipeline.submit(() -> apply(run, taken, work));
      }
      pipeline.finish();
      run.selected(cursor.completeness());
    }
  }

  private static <T> T apply(
      QueryRun run, SeriesGroup group, Function<? super SampleColumns, ? extends T> work) {
    run.checkpoint();
    try (Reading reading = new Reading(run.budget(), group.series(), group.columns())) {
      return work.apply(reading.columns());
    }
  }

  /// A group that is being read, and what the query pays for it: the column that was asked for
  /// last, and the whole group if that is in memory.
  private static final class Reading implements AutoCloseable {
    private final Budget budget;
    private final List<SeriesMeta> series;
    private final GroupColumns samples;
    private final int length;

    /// Of the whole group, where the source has it in memory.
    private final long whole;

    /// Of the column at hand.
    private long held;

    Reading(Budget budget, List<SeriesMeta> series, GroupColumns samples) {
      this.budget = budget;
      this.series = series;
      this.samples = samples;
      this.length = samples.timestampsMillis().length;
      this.whole = samples.heldBytes();
      budget.reserve(whole / Double.BYTES, whole);
    }

    SampleColumns columns() {
      return new SampleColumns(samples.timestampsMillis(), series.size(), this::column);
    }

    private SampleColumn column(int place) {
      GroupSamples.Column column = samples.column(place);
      budget.countSamplesRead(length);
      hold(column.memoryBytes());
      return SampleColumn.of(series.get(place).labels(), column);
    }

    private void hold(long bytes) {
      if (bytes != held) {
        budget.reserve(held == 0 ? length : 0, bytes - held);
        held = bytes;
      }
    }

    @Override
    public void close() {
      budget.release((held == 0 ? 0 : length) + whole / Double.BYTES, held + whole);
    }
  }
}
