package dev.weir.schemas.text;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.Exemplar;
import dev.weir.model.Layout;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.StalenessMarker;
import dev.weir.model.Tenant;
import dev.weir.schemas.SampleRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// One sample with all that is known of it, taken out of its row to be shown.
///
/// @param startMillis since when it has been counted, if the row says so
public record Sample(
    Tenant tenant,
    SeriesMeta series,
    long timestampMillis,
    Value value,
    OptionalLong startMillis,
    List<Exemplar> exemplars) {

  /// What a sample is.
  public sealed interface Value {
    record Plain(double value) implements Value {}

    record Histogram(NativeHistogram histogram) implements Value {}

    /// The series has ended.
    record Stale() implements Value {}
  }

  public Sample {
    requireNonNull(tenant, "tenant");
    requireNonNull(series, "series");
    requireNonNull(value, "value");
    requireNonNull(startMillis, "startMillis");
    exemplars = List.copyOf(exemplars);
  }

  /// The samples of a record, row by row, in the order of the layout's columns.
  public static List<Sample> of(Layout layout, SampleRecord sampleRecord) {
    List<Sample> samples = new ArrayList<>();
    Tenant tenant = sampleRecord.group().tenant();
    for (Row row : sampleRecord.rows()) {
      Value[] values = values(row, layout.size());
      for (int column = 0; column < values.length; column++) {
        if (values[column] != null) {
          samples.add(
              new Sample(
                  tenant,
                  layout.series().get(column),
                  row.timestampMillis(),
                  values[column],
                  start(row, column),
                  exemplars(row, column)));
        }
      }
    }
    return samples;
  }

  private static Value[] values(Row row, int size) {
    Value[] values = new Value[size];
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      double value = row.values()[i];
      if (!AbsentValue.is(value)) {
        values[columns == null ? i : columns[i]] =
            StalenessMarker.is(value) ? new Value.Stale() : new Value.Plain(value);
      }
    }
    for (int i = 0; i < row.histograms().columns().length; i++) {
      NativeHistogram histogram = row.histograms().values()[i];
      values[row.histograms().columns()[i]] =
          histogram.isStale() ? new Value.Stale() : new Value.Histogram(histogram);
    }
    return values;
  }

  private static OptionalLong start(Row row, int column) {
    for (int i = 0; i < row.startTimestamps().columns().length; i++) {
      if (row.startTimestamps().columns()[i] == column) {
        return OptionalLong.of(row.startTimestamps().millis()[i]);
      }
    }
    return OptionalLong.empty();
  }

  private static List<Exemplar> exemplars(Row row, int column) {
    return row.exemplars().stream()
        .filter(exemplar -> exemplar.column() == column)
        .map(Row.ColumnExemplar::exemplar)
        .toList();
  }
}
