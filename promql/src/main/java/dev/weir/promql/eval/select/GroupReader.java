package dev.weir.promql.eval.select;

import dev.weir.model.NativeHistogram;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import dev.weir.promql.eval.run.QueryRun;
import java.util.function.Consumer;
import java.util.function.Function;

/// Reads the groups of a selection, several at once.
public final class GroupReader {
  /// What an object of a histogram takes beside its buckets.
  private static final long HISTOGRAM_BYTES = 128;

  private GroupReader() {}

  /// Applies `work` to each group, by any thread, and `merge` to what comes out, by this thread and
  /// in the order of the groups. A group's samples are in memory no longer than `work` takes.
  public static <T> void read(
      QueryRun run,
      Selection selection,
      Function<? super SampleColumns, ? extends T> work,
      Consumer<? super T> merge) {
    try (GroupCursor cursor =
            run.source()
                .select(run.tenant(), selection.matchers(), selection.range(), selection.hints());
        OrderedWork<T> pipeline =
            new OrderedWork<>(run.executor(), run.settings().groupsInFlight(), merge)) {
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
    GroupSamples samples = group.read();
    long count = (long) samples.timestampsMillis().length * group.series().size();
    long bytes = count * Double.BYTES + histogramBytes(samples);
    run.budget().countSamplesRead(count);
    run.budget().reserve(count, bytes);
    try {
      return work.apply(SampleColumns.of(group.series(), samples));
    } finally {
      run.budget().release(count, bytes);
    }
  }

  private static long histogramBytes(GroupSamples samples) {
    long bytes = 0;
    for (GroupSamples.Column column : samples.columns()) {
      NativeHistogram[] histograms = column.histograms();
      if (histograms != null) {
        for (NativeHistogram histogram : histograms) {
          if (histogram != null) {
            int buckets =
                histogram.positive().counts().length + histogram.negative().counts().length;
            bytes += HISTOGRAM_BYTES + (long) Double.BYTES * buckets;
          }
        }
      }
    }
    return bytes;
  }
}
