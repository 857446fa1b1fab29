package dev.weir.collectors.scrape;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.Row;
import dev.weir.model.Row.ColumnExemplar;
import dev.weir.model.StalenessMarker;
import dev.weir.schemas.publish.GroupRows;
import dev.weir.schemas.publish.PushedSeries;
import dev.weir.schemas.publish.RowAssembler;
import dev.weir.schemas.publish.RowValues;
import dev.weir.schemas.publish.RowsByTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The rows of one scrape: for each slice one with the scrape's own timestamp, and one for each
/// other timestamp that samples have. Of two samples with one series and timestamp the first
/// counts. Used once, by one thread, after the series of the scrape are committed.
final class TargetRows {
  private final TargetSeries series;
  private final long scrape;
  private final long timestampMillis;
  private final double[][] current;
  private final @Nullable List<ColumnExemplar>[] exemplars;
  private final @Nullable RowsByTime[] timed;
  private final Supplier<RowAssembler> assemblers;
  private @Nullable RowAssembler assembler;
  private int duplicates;

  /// @param scrape its number, one more than that of the scrape before
  /// @param assemblers of the tenant's pushed series
  TargetRows(
      TargetSeries series, long scrape, long timestampMillis, Supplier<RowAssembler> assemblers) {
    this.series = series;
    this.scrape = scrape;
    this.timestampMillis = timestampMillis;
    this.assemblers = assemblers;
    int slices = series.slices().size();
    current = new double[slices][];
    for (int slice = 0; slice < slices; slice++) {
      current[slice] = absent(slice);
    }
    exemplars = lists(slices);
    timed = new RowsByTime[slices];
  }

  @SuppressWarnings({"unchecked", "rawtypes"})
  private static @Nullable List<ColumnExemplar>[] lists(int count) {
    return new List[count];
  }

  private double[] absent(int slice) {
    double[] row = new double[series.slices().get(slice).layout().size()];
    Arrays.fill(row, AbsentValue.VALUE);
    return row;
  }

  /// Adds a sample at the time of the scrape.
  void add(int number, double value, @Nullable Exemplar exemplar) {
    PushedSeries.Series foreign = series.foreign(number);
    if (foreign != null) {
      addForeign(number, foreign, value, exemplar);
      return;
    }
    int slice = series.sliceOf(number);
    put(current[slice], exemplars, slice, series.columnOf(number), value, exemplar);
    series.tracked(number, scrape);
  }

  private void addForeign(
      int number, PushedSeries.Series foreign, double value, @Nullable Exemplar exemplar) {
    if (series.lastTracked(number) == scrape) {
      duplicates++;
      return;
    }
    assembler().add(foreign, timestampMillis, value);
    if (exemplar != null) {
      assembler().addExemplar(foreign, timestampMillis, exemplar);
    }
    series.tracked(number, scrape);
  }

  /// Adds a sample at a time of its own.
  void addAt(long sampleMillis, int number, double value, @Nullable Exemplar exemplar) {
    PushedSeries.Series foreign = series.foreign(number);
    if (foreign != null) {
      assembler().add(foreign, sampleMillis, value);
      if (exemplar != null) {
        assembler().addExemplar(foreign, sampleMillis, exemplar);
      }
      return;
    }
    int slice = series.sliceOf(number);
    if (sampleMillis == timestampMillis) {
      put(current[slice], exemplars, slice, series.columnOf(number), value, exemplar);
      return;
    }
    RowsByTime rows = timed[slice];
    if (rows == null) {
      rows = new RowsByTime();
      timed[slice] = rows;
    }
    rows.add(sampleMillis, series.columnOf(number), AbsentValue.replaceIn(value));
    if (exemplar != null) {
      rows.addExemplar(sampleMillis, series.columnOf(number), exemplar);
    }
  }

  private void put(
      double[] row,
      @Nullable List<ColumnExemplar>[] rowExemplars,
      int slice,
      int column,
      double value,
      @Nullable Exemplar exemplar) {
    if (!AbsentValue.is(row[column])) {
      duplicates++;
      return;
    }
    row[column] = AbsentValue.replaceIn(value);
    if (exemplar != null) {
      rowExemplars[slice] = added(rowExemplars[slice], column, exemplar);
    }
  }

  private static List<ColumnExemplar> added(
      @Nullable List<ColumnExemplar> list, int column, Exemplar exemplar) {
    List<ColumnExemplar> grown = list == null ? new ArrayList<>() : list;
    grown.add(new ColumnExemplar(column, exemplar));
    return grown;
  }

  private RowAssembler assembler() {
    if (assembler == null) {
      assembler = assemblers.get();
    }
    return assembler;
  }

  /// Marks the end of every series that had a sample in the scrape before and has none in this one.
  ///
  /// @return how many ended
  int markEnded() {
    int ended = 0;
    for (int number = 0; number < series.size(); number++) {
      if (series.lastTracked(number) == scrape - 1) {
        markEnded(number);
        ended++;
      }
    }
    return ended;
  }

  private void markEnded(int number) {
    PushedSeries.Series foreign = series.foreign(number);
    if (foreign != null) {
      assembler().add(foreign, timestampMillis, StalenessMarker.VALUE);
    } else {
      current[series.sliceOf(number)][series.columnOf(number)] = StalenessMarker.VALUE;
    }
  }

  /// Samples that did not count because their series had one at that time already.
  int duplicates() {
    return duplicates;
  }

  /// The rows, one record for each group, or several where a group has very many; rows at times of
  /// their own mostly come before that of the scrape.
  ///
  /// @param epoch of the target's owner
  /// @param nextDueMillis when the target is scraped next
  List<OutgoingRows> finish(long epoch, OptionalLong nextDueMillis) {
    List<OutgoingRows> finished = new ArrayList<>();
    for (int slice = 0; slice < current.length; slice++) {
      OwnSlice own = series.slices().get(slice);
      for (GroupRows part : GroupRows.inRecords(own.group(), own.layout(), rows(slice))) {
        finished.add(new OutgoingRows(part, epoch, nextDueMillis));
      }
    }
    if (assembler != null) {
      for (GroupRows rows : assembler.finish()) {
        finished.add(OutgoingRows.pushed(rows));
      }
      duplicates += assembler.duplicates();
    }
    return finished;
  }

  private List<Row> rows(int slice) {
    List<Row> rows = new ArrayList<>();
    RowsByTime ownTimes = timed[slice];
    if (ownTimes != null) {
      int[] columns = new int[current[slice].length];
      Arrays.setAll(columns, column -> column);
      rows.addAll(ownTimes.finish(columns));
      duplicates += ownTimes.duplicates();
    }
    addRow(rows, timestampMillis, current[slice], exemplars[slice]);
    if (ownTimes != null) {
      rows.sort(Comparator.comparingLong(Row::timestampMillis));
    }
    return rows;
  }

  private static void addRow(
      List<Row> rows,
      long rowMillis,
      double[] byColumn,
      @Nullable List<ColumnExemplar> rowExemplars) {
    RowValues values = RowValues.of(byColumn, false);
    if (values.isEmpty()) {
      return;
    }
    List<ColumnExemplar> sorted = rowExemplars == null ? List.of() : new ArrayList<>(rowExemplars);
    if (rowExemplars != null) {
      sorted.sort(Comparator.comparingInt(ColumnExemplar::column));
    }
    rows.add(
        new Row(
            rowMillis,
            values.columns(),
            values.values(),
            Row.Histograms.NONE,
            Row.StartTimestamps.NONE,
            sorted));
  }
}
