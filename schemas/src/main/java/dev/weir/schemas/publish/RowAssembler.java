package dev.weir.schemas.publish;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.Hash128;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.WeirException;
import dev.weir.schemas.publish.PushedSeries.Series;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Makes rows of the samples of one request: those of one group and timestamp become one row, which
/// is partial where the request has few of the layout's series.
///
/// Of two samples with one series and timestamp the first counts. For one thread; used once.
public final class RowAssembler {
  private final PushedSeries pushed;
  private final int maxSamples;
  private final long nowMillis;
  private final IdentityHashMap<PushedSlice, SliceRows> slices = new IdentityHashMap<>();
  private final List<SliceRows> inOrder = new ArrayList<>();
  private @Nullable Series found;
  private @Nullable PushedSlice lastSlice;
  private @Nullable SliceRows lastRows;
  private int samples;
  private int duplicates;

  RowAssembler(PushedSeries pushed, int maxSamples, long nowMillis) {
    this.pushed = pushed;
    this.maxSamples = maxSamples;
    this.nowMillis = nowMillis;
  }

  /// A series by the hash of its labels as they arrived; null if [PushedSeries#of] was not called
  /// with it before. Fastest where series come in the order of the request before.
  public @Nullable Series find(Hash128 rawLabels) {
    Series series = pushed.find(rawLabels, found, nowMillis);
    found = series;
    return series;
  }

  public void add(Series series, long timestampMillis, double value) {
    Series now = series.current();
    row(now, timestampMillis).addValue(now.slot(), AbsentValue.replaceIn(value));
  }

  public void add(Series series, long timestampMillis, NativeHistogram histogram) {
    Series now = series.current();
    row(now, timestampMillis).addHistogram(now.slot(), histogram);
  }

  /// Adds an exemplar to the row of a timestamp, which is that of the sample it came with.
  public void addExemplar(Series series, long timestampMillis, Exemplar exemplar) {
    Series now = series.current();
    row(now, timestampMillis).addExemplar(now.slot(), exemplar);
  }

  /// Says since when the sample of a timestamp has been counted.
  public void addStartTimestamp(Series series, long timestampMillis, long startMillis) {
    Series now = series.current();
    row(now, timestampMillis).addStart(now.slot(), startMillis);
  }

  private RowBuilder row(Series series, long timestampMillis) {
    if (++samples > maxSamples) {
      throw new WeirException.LimitExceeded(
          "request has more than %d samples and exemplars; send smaller requests"
              .formatted(maxSamples));
    }
    return rowsOf(series.slice()).row(timestampMillis);
  }

  private SliceRows rowsOf(PushedSlice slice) {
    SliceRows rows = lastRows;
    if (rows == null || slice != lastSlice) {
      rows = slices.get(slice);
      if (rows == null) {
        rows = new SliceRows(slice, new RowsByTime());
        slices.put(slice, rows);
        inOrder.add(rows);
      }
      lastSlice = slice;
      lastRows = rows;
    }
    return rows;
  }

  /// The rows of every group, in order of their first sample; a group with very many rows comes in
  /// several parts.
  public List<GroupRows> finish() {
    List<GroupRows> finished = new ArrayList<>();
    for (SliceRows rows : inOrder) {
      finish(rows, finished);
    }
    return finished;
  }

  private void finish(SliceRows rows, List<GroupRows> finished) {
    PushedSlice.Columns columns = rows.slice().columns();
    List<Row> byTime = rows.rows().finish(columns.columns());
    duplicates += rows.rows().duplicates();
    finished.addAll(GroupRows.inRecords(rows.slice().group(), columns.layout(), byTime));
  }

  /// Samples that were dropped, at [#finish], because the series had one at that time already.
  public int duplicates() {
    return duplicates;
  }
}
