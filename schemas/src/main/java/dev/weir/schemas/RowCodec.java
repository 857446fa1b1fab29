package dev.weir.schemas;

import dev.weir.model.Exemplar;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.Row;
import dev.weir.model.Row.ColumnExemplar;
import dev.weir.model.Row.Histograms;
import dev.weir.model.Row.StartTimestamps;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// The record `Row` of `sample-record.avsc`.
final class RowCodec {
  private static final int MIN_HISTOGRAM_BYTES = 40;
  private static final int MIN_START_BYTES = 2;
  private static final int MIN_EXEMPLAR_BYTES = 11;
  private static final int[] NO_INTS = {};

  private final TextCache texts;

  RowCodec(TextCache texts) {
    this.texts = texts;
  }

  void write(Row row, AvroWriter out) {
    out.writeLong(row.timestampMillis());
    int[] columns = row.columns();
    if (columns == null) {
      out.writeLong(0);
    } else {
      out.writeLong(1);
      out.writeInts(columns);
    }
    Numbers.write(row.values(), out);
    writeHistograms(row.histograms(), out);
    writeStartTimestamps(row.startTimestamps(), out);
    writeExemplars(row.exemplars(), out);
  }

  Row read(AvroReader in) {
    long timestampMillis = in.readLong();
    int[] columns = in.readIndex(2, "branch of columns") == 0 ? null : in.readInts();
    double[] values = Numbers.read(in);
    Histograms histograms = readHistograms(in);
    StartTimestamps startTimestamps = readStartTimestamps(in);
    return new Row(
        timestampMillis, columns, values, histograms, startTimestamps, readExemplars(in));
  }

  private static void writeHistograms(Histograms histograms, AvroWriter out) {
    out.writeBlockStart(histograms.columns().length);
    for (int i = 0; i < histograms.columns().length; i++) {
      out.writeLong(histograms.columns()[i]);
      writeHistogram(histograms.values()[i], out);
    }
    out.writeBlockEnd();
  }

  private static void writeHistogram(NativeHistogram histogram, AvroWriter out) {
    out.writeLong(histogram.resetHint().code());
    out.writeLong(histogram.schema());
    out.writeDouble(histogram.zeroThreshold());
    out.writeDouble(histogram.zeroCount());
    out.writeDouble(histogram.count());
    out.writeDouble(histogram.sum());
    writeBuckets(histogram.positive(), out);
    writeBuckets(histogram.negative(), out);
    out.writeDoubles(histogram.customBounds());
  }

  private static void writeBuckets(Buckets buckets, AvroWriter out) {
    out.writeInts(buckets.offsets());
    out.writeInts(buckets.lengths());
    Numbers.write(buckets.counts(), out);
  }

  private static Histograms readHistograms(AvroReader in) {
    int[] columns = NO_INTS;
    NativeHistogram[] values = {};
    int at = 0;
    for (int items = in.readBlock(MIN_HISTOGRAM_BYTES);
        items > 0;
        items = in.readBlock(MIN_HISTOGRAM_BYTES)) {
      int capacity = AvroReader.capacity(columns.length, at + items);
      columns = Arrays.copyOf(columns, capacity);
      values = Arrays.copyOf(values, capacity);
      for (int item = 0; item < items; item++) {
        columns[at] = in.readInt();
        values[at++] = readHistogram(in);
      }
    }
    return at == 0
        ? Histograms.NONE
        : new Histograms(Arrays.copyOf(columns, at), Arrays.copyOf(values, at));
  }

  private static NativeHistogram readHistogram(AvroReader in) {
    ResetHint resetHint = ResetHint.ofCode(in.readInt());
    int schema = in.readInt();
    double zeroThreshold = in.readDouble();
    double zeroCount = in.readDouble();
    double count = in.readDouble();
    double sum = in.readDouble();
    Buckets positive = readBuckets(in);
    Buckets negative = readBuckets(in);
    return new NativeHistogram(
        resetHint,
        schema,
        zeroThreshold,
        zeroCount,
        count,
        sum,
        positive,
        negative,
        in.readDoubles());
  }

  private static Buckets readBuckets(AvroReader in) {
    int[] offsets = in.readInts();
    int[] lengths = in.readInts();
    return new Buckets(offsets, lengths, Numbers.read(in));
  }

  private static void writeStartTimestamps(StartTimestamps starts, AvroWriter out) {
    out.writeBlockStart(starts.columns().length);
    for (int i = 0; i < starts.columns().length; i++) {
      out.writeLong(starts.columns()[i]);
      out.writeLong(starts.millis()[i]);
    }
    out.writeBlockEnd();
  }

  private static StartTimestamps readStartTimestamps(AvroReader in) {
    int[] columns = NO_INTS;
    long[] millis = {};
    int at = 0;
    for (int items = in.readBlock(MIN_START_BYTES);
        items > 0;
        items = in.readBlock(MIN_START_BYTES)) {
      int capacity = AvroReader.capacity(columns.length, at + items);
      columns = Arrays.copyOf(columns, capacity);
      millis = Arrays.copyOf(millis, capacity);
      for (int item = 0; item < items; item++) {
        columns[at] = in.readInt();
        millis[at++] = in.readLong();
      }
    }
    return at == 0
        ? StartTimestamps.NONE
        : new StartTimestamps(Arrays.copyOf(columns, at), Arrays.copyOf(millis, at));
  }

  private static void writeExemplars(List<ColumnExemplar> exemplars, AvroWriter out) {
    out.writeBlockStart(exemplars.size());
    for (ColumnExemplar columnExemplar : exemplars) {
      Exemplar exemplar = columnExemplar.exemplar();
      out.writeLong(columnExemplar.column());
      LabelsCodec.write(exemplar.labels(), out);
      out.writeDouble(exemplar.value());
      if (exemplar.timestampMillis().isPresent()) {
        out.writeLong(1);
        out.writeLong(exemplar.timestampMillis().getAsLong());
      } else {
        out.writeLong(0);
      }
    }
    out.writeBlockEnd();
  }

  private List<ColumnExemplar> readExemplars(AvroReader in) {
    List<ColumnExemplar> exemplars = List.of();
    for (int items = in.readBlock(MIN_EXEMPLAR_BYTES);
        items > 0;
        items = in.readBlock(MIN_EXEMPLAR_BYTES)) {
      exemplars = new ArrayList<>(exemplars);
      for (int item = 0; item < items; item++) {
        int column = in.readInt();
        var labels = LabelsCodec.read(in, texts);
        double value = in.readDouble();
        OptionalLong timestampMillis =
            in.readIndex(2, "branch of an exemplar's timestamp") == 0
                ? OptionalLong.empty()
                : OptionalLong.of(in.readLong());
        exemplars.add(new ColumnExemplar(column, new Exemplar(labels, value, timestampMillis)));
      }
    }
    return exemplars;
  }
}
