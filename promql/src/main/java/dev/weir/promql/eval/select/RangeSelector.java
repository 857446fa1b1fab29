package dev.weir.promql.eval.select;

import dev.weir.model.AbsentValue;
import dev.weir.model.NativeHistogram;
import dev.weir.model.StalenessMarker;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The samples themselves, as a query for `up[5m]` answers them; without staleness markers.
public final class RangeSelector {
  private RangeSelector() {}

  /// All samples in the selection's range.
  public static List<QueryValue.Series> select(QueryRun run, Selection selection) {
    List<QueryValue.Series> result = new ArrayList<>();
    GroupReader.<List<QueryValue.Series>>read(
        run,
        selection,
        columns -> {
          List<QueryValue.Series> series = new ArrayList<>(columns.size());
          for (int i = 0; i < columns.size(); i++) {
            SampleColumn column = columns.column(i);
            QueryValue.Series samples = samples(columns.timestampsMillis(), column);
            if (samples.timestampsMillis().length > 0) {
              series.add(samples);
              run.budget().reserve(samples.values().length, 16L * samples.values().length);
            }
          }
          return series;
        },
        result::addAll);
    return result;
  }

  private static QueryValue.Series samples(long[] timestamps, SampleColumn column) {
    long[] keptTimestamps = new long[timestamps.length];
    double[] kept = new double[timestamps.length];
    NativeHistogram[] histograms = column.histograms();
    @Nullable NativeHistogram[] keptHistograms =
        histograms == null ? null : new NativeHistogram[timestamps.length];
    int count = 0;
    for (int i = 0; i < timestamps.length; i++) {
      NativeHistogram histogram = histograms == null ? null : histograms[i];
      double value = column.values()[i];
      boolean there =
          histogram == null
              ? !AbsentValue.is(value) && !StalenessMarker.is(value)
              : !histogram.isStale();
      if (there) {
        keptTimestamps[count] = timestamps[i];
        kept[count] = value;
        if (keptHistograms != null) {
          keptHistograms[count] = histogram;
        }
        count++;
      }
    }
    return new QueryValue.Series(
        column.labels(),
        Arrays.copyOf(keptTimestamps, count),
        Arrays.copyOf(kept, count),
        keptHistograms == null ? null : Arrays.copyOf(keptHistograms, count));
  }
}
