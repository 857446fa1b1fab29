package dev.weir.rules.group;

import dev.weir.model.AbsentValue;
import dev.weir.model.MetricType;
import dev.weir.model.Row;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import dev.weir.testing.SeriesSourceContract;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What was stored and what was recorded since are one source.
class OverlaySeriesSourceTest extends SeriesSourceContract {
  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    MemorySeriesSource base = new MemorySeriesSource();
    RecordedSamples recorded = new RecordedSamples();
    Tenant tenant = rows.isEmpty() ? Tenant.DEFAULT : rows.getLast().group().tenant();
    List<GroupRow> late = rows.subList(rows.size() / 2, rows.size());
    // Of two values for one time the source's counts, so no later one may stand there.
    Set<Long> onlyStored =
        late.stream()
            .filter(row -> !isRecordable(row))
            .map(row -> row.row().timestampMillis())
            .collect(Collectors.toSet());
    int number = 0;
    for (GroupRow row : rows) {
      number++;
      boolean over =
          number > rows.size() - late.size()
              && row.group().tenant().equals(tenant)
              && isRecordable(row)
              && !onlyStored.contains(row.row().timestampMillis());
      if (over) {
        record(row, recorded);
      } else {
        base.append(row);
      }
    }
    return new OverlaySeriesSource(tenant, base, recorded);
  }

  /// Rules record neither types nor start timestamps.
  private static boolean isRecordable(GroupRow row) {
    return row.row().startTimestamps().columns().length == 0
        && row.layout().series().stream().allMatch(series -> series.type() == MetricType.UNKNOWN);
  }

  private static void record(GroupRow appended, RecordedSamples recorded) {
    Row row = appended.row();
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      if (!AbsentValue.is(row.values()[i])) {
        int column = columns == null ? i : columns[i];
        recorded.add(
            row.timestampMillis(),
            new QueryValue.Sample(
                appended.layout().series().get(column).labels(), row.values()[i], null));
      }
    }
    for (int i = 0; i < row.histograms().columns().length; i++) {
      recorded.add(
          row.timestampMillis(),
          new QueryValue.Sample(
              appended.layout().series().get(row.histograms().columns()[i]).labels(),
              0,
              row.histograms().values()[i]));
    }
  }
}
