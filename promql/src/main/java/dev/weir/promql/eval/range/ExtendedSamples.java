package dev.weir.promql.eval.range;

import dev.weir.model.WeirException;
import dev.weir.promql.ast.RangeEdges;
import dev.weir.promql.eval.range.ColumnSamples.Kind;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.select.GroupReader;
import dev.weir.promql.eval.select.SampleColumns;
import dev.weir.promql.eval.select.SampleColumns.SampleColumn;
import dev.weir.promql.eval.select.Selection;
import dev.weir.promql.eval.select.Windows;
import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The samples of an `anchored` or `smoothed` range itself, as a query for `up[5m] anchored`
/// answers them: those inside, and one at each bound.
public final class ExtendedSamples {
  private ExtendedSamples() {}

  /// @param range with one end
  public static List<QueryValue.Series> select(
      QueryRun run, Selection selection, RangeFunction.Range range) {
    List<QueryValue.Series> result = new ArrayList<>();
    GroupReader.<List<QueryValue.Series>>read(
        run,
        selection,
        group -> {
          List<QueryValue.Series> series = new ArrayList<>(group.size());
          for (int i = 0; i < group.size(); i++) {
            SampleColumn column = group.column(i);
            add(run, group, column, range, series);
          }
          return series;
        },
        result::addAll);
    return result;
  }

  private static void add(
      QueryRun run,
      SampleColumns group,
      SampleColumn column,
      RangeFunction.Range range,
      List<QueryValue.Series> series) {
    Windows reach = range.reach(group.timestampsMillis());
    if (column.histograms() != null
        && ColumnSamples.of(Kind.HISTOGRAMS, group.timestampsMillis(), column, null, reach).count(0)
            > 0) {
      throw new WeirException.Unprocessable(
          "smoothed and anchored modifiers do not work with native histograms");
    }
    ColumnSamples samples =
        ColumnSamples.of(Kind.FLOATS, group.timestampsMillis(), column, null, reach);
    FloatWindows windows =
        new FloatWindows(
            samples.timestampsMillis(),
            samples.values(),
            null,
            range.windows(samples.timestampsMillis(), samples.windows()),
            range.ends(),
            range.rangeMillis());
    if (windows.from(0) < windows.to(0)) {
      QueryValue.Series bounded = bounded(column, windows, range.edges() == RangeEdges.SMOOTHED);
      run.budget().reserve(bounded.values().length, 16L * bounded.values().length);
      series.add(bounded);
    }
  }

  private static QueryValue.Series bounded(
      SampleColumn column, FloatWindows windows, boolean smoothed) {
    int first = windows.from(0);
    int last = windows.to(0) - 1;
    long end = windows.ends().timeMillis(0);
    long start = end - windows.rangeMillis();
    long[] times = new long[last - first + 3];
    double[] values = new double[times.length];
    int count = 0;
    times[count] = start;
    values[count++] =
        smoothed && windows.timestampsMillis()[first] < start
            ? ExtendedRate.interpolate(windows, first, start, false)
            : windows.values()[first];
    for (int i = first; i <= last; i++) {
      long time = windows.timestampsMillis()[i];
      if (time > start && time < end) {
        times[count] = time;
        values[count++] = windows.values()[i];
      }
    }
    times[count] = end;
    values[count++] =
        smoothed && windows.timestampsMillis()[last] > end
            ? ExtendedRate.interpolate(windows, last - 1, end, false)
            : windows.values()[last];
    return new QueryValue.Series(
        column.labels(), Arrays.copyOf(times, count), Arrays.copyOf(values, count), null);
  }
}
