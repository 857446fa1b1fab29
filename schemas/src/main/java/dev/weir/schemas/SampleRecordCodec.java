package dev.weir.schemas;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.avro.Schema;

/// Writes and reads [SampleRecord]s as `sample-record.avsc` has them.
///
/// Writing is safe from several threads; reading belongs to one.
public final class SampleRecordCodec implements AvroCodec<SampleRecord> {
  public static final Schema SCHEMA = RecordSchema.load("sample-record.avsc");

  private static final int CACHED_TEXTS = 1 << 14;
  private static final int MIN_SERIES_BYTES = 2;
  private static final int MIN_ROW_BYTES = 8;

  private final Predicate<Hash128> knownLayouts;
  private final RowCodec rows;
  private final TextCache texts = new TextCache(CACHED_TEXTS);

  /// A codec that reads every layout.
  public SampleRecordCodec() {
    this(hash -> false);
  }

  /// @param knownLayouts layouts that the caller has already: where a record carries one of them
  ///   again, in a key frame, it is passed over and [SampleRecord#layout] is empty
  public SampleRecordCodec(Predicate<Hash128> knownLayouts) {
    this.knownLayouts = knownLayouts;
    this.rows = new RowCodec(texts);
  }

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(SampleRecord sampleRecord, AvroWriter out) {
    GroupKey group = sampleRecord.group();
    out.writeString(group.tenant().name());
    switch (group.partitionKey()) {
      case PartitionKey.OfTarget(_, String job, String instance) -> {
        out.writeLong(0);
        out.writeString(job);
        out.writeString(instance);
      }
      case PartitionKey.Hashed(_, int bucket) -> {
        out.writeLong(1);
        out.writeLong(bucket);
      }
    }
    out.writeString(group.target());
    out.writeLong(group.slice().number());
    out.writeLong(sampleRecord.epoch());
    if (sampleRecord.nextDueMillis().isPresent()) {
      out.writeLong(1);
      out.writeLong(sampleRecord.nextDueMillis().getAsLong());
    } else {
      out.writeLong(0);
    }
    writeHash(sampleRecord.layoutHash(), out);
    if (sampleRecord.layout().isPresent()) {
      writeLayout(sampleRecord.layout().get(), out);
    } else {
      out.writeLong(0);
    }
    out.writeBlockStart(sampleRecord.rows().size());
    for (Row row : sampleRecord.rows()) {
      rows.write(row, out);
    }
    out.writeBlockEnd();
  }

  private static void writeHash(Hash128 hash, AvroWriter out) {
    out.writeFixed(hash.toBytes(), 0, Hash128.BYTES);
  }

  private static void writeLayout(LayoutFrame frame, AvroWriter out) {
    switch (frame) {
      case LayoutFrame.Whole(Layout layout) -> {
        out.writeLong(1);
        writeSeries(layout.series(), out);
      }
      case LayoutFrame.Delta(Hash128 base, List<SeriesMeta> added) -> {
        out.writeLong(2);
        writeHash(base, out);
        writeSeries(added, out);
      }
    }
  }

  private static void writeSeries(List<SeriesMeta> series, AvroWriter out) {
    out.writeBlockStart(series.size());
    for (SeriesMeta meta : series) {
      LabelsCodec.write(meta.labels(), out);
      out.writeLong(meta.type().code());
    }
    out.writeBlockEnd();
  }

  @Override
  public SampleRecord read(AvroReader in) {
    Tenant tenant = new Tenant(in.readString(texts));
    PartitionKey partitionKey =
        switch (in.readIndex(2, "partition key branch")) {
          case 0 -> readTargetKey(tenant, in);
          default -> new PartitionKey.Hashed(tenant, in.readInt());
        };
    String target = in.readString(texts);
    GroupKey group = new GroupKey(partitionKey, target, new Slice(in.readInt()));
    long epoch = in.readLong();
    OptionalLong nextDueMillis =
        in.readIndex(2, "branch of nextDueMillis") == 0
            ? OptionalLong.empty()
            : OptionalLong.of(in.readLong());
    Hash128 layoutHash = readHash(in);
    Optional<LayoutFrame> layout = readLayout(in, layoutHash);
    return new SampleRecord(group, layoutHash, layout, readRows(in), epoch, nextDueMillis);
  }

  private PartitionKey readTargetKey(Tenant tenant, AvroReader in) {
    String job = in.readString(texts);
    String instance = in.readString(texts);
    if (job.isEmpty() || instance.isEmpty()) {
      throw in.corrupt("job \"%s\" and instance \"%s\"; neither is empty".formatted(job, instance));
    }
    return new PartitionKey.OfTarget(tenant, job, instance);
  }

  private static Hash128 readHash(AvroReader in) {
    byte[] bytes = new byte[Hash128.BYTES];
    in.readFixed(bytes, 0, bytes.length);
    return Hash128.fromBytes(bytes);
  }

  private Optional<LayoutFrame> readLayout(AvroReader in, Hash128 layoutHash) {
    int branch = in.readIndex(3, "branch of layout");
    if (branch == 0) {
      return Optional.empty();
    }
    boolean known = knownLayouts.test(layoutHash);
    if (branch == 1) {
      if (known) {
        skipSeries(in);
        return Optional.empty();
      }
      return Optional.of(new LayoutFrame.Whole(Layout.of(readSeries(in))));
    }
    Hash128 base = readHash(in);
    if (known) {
      skipSeries(in);
      return Optional.empty();
    }
    return Optional.of(new LayoutFrame.Delta(base, readSeries(in)));
  }

  private List<SeriesMeta> readSeries(AvroReader in) {
    List<SeriesMeta> series = new ArrayList<>();
    for (int items = in.readBlock(MIN_SERIES_BYTES);
        items > 0;
        items = in.readBlock(MIN_SERIES_BYTES)) {
      for (int item = 0; item < items; item++) {
        var labels = LabelsCodec.read(in, texts);
        series.add(new SeriesMeta(labels, MetricType.ofCode(in.readIndex(8, "type"))));
      }
    }
    return series;
  }

  private static void skipSeries(AvroReader in) {
    for (long items = in.skipArray(); items > 0; items = in.skipArray()) {
      for (long item = 0; item < items; item++) {
        LabelsCodec.skip(in);
        in.readLong();
      }
    }
  }

  private List<Row> readRows(AvroReader in) {
    List<Row> read = new ArrayList<>(1);
    for (int items = in.readBlock(MIN_ROW_BYTES); items > 0; items = in.readBlock(MIN_ROW_BYTES)) {
      for (int item = 0; item < items; item++) {
        read.add(rows.read(in));
      }
    }
    return read;
  }
}
