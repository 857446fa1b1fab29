package dev.weir.schemas;

import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import org.apache.avro.Schema;

/// Writes and reads [MetricMetadata].
final class MetricMetadataCodec implements AvroCodec<MetricMetadata> {
  static final Schema SCHEMA = RecordSchema.load("metric-metadata.avsc");
  static final int VERSION = 1;

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(MetricMetadata metadata, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(metadata.tenant().name());
    out.writeString(metadata.metric());
    out.writeLong(metadata.type().code());
    out.writeString(metadata.help());
    out.writeString(metadata.unit());
  }

  @Override
  public MetricMetadata read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new MetricMetadata(
        new Tenant(in.readString()),
        in.readString(),
        MetricType.ofCode(in.readInt()),
        in.readString(),
        in.readString());
  }
}
