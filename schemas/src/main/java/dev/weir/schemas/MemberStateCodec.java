package dev.weir.schemas;

import dev.weir.schemas.MemberState.Phase;
import dev.weir.schemas.MemberState.Role;
import dev.weir.schemas.MemberState.ServedPartition;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.apache.avro.Schema;

/// Writes and reads [MemberState].
final class MemberStateCodec implements AvroCodec<MemberState> {
  static final Schema SCHEMA = RecordSchema.load("member-state.avsc");
  static final int VERSION = 1;

  private static final int MIN_PARTITION_BYTES = 7;

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(MemberState state, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeLong(state.role().code());
    out.writeString(state.member());
    out.writeString(state.address());
    out.writeString(state.software());
    out.writeLong(state.started().toEpochMilli());
    out.writeLong(state.reported().toEpochMilli());
    out.writeLong(state.phase().code());
    out.writeBlockStart(state.partitions().size());
    for (ServedPartition partition : state.partitions()) {
      write(partition, out);
    }
    out.writeBlockEnd();
  }

  private static void write(ServedPartition partition, AvroWriter out) {
    out.writeString(partition.topic());
    out.writeLong(partition.partition());
    out.writeBoolean(partition.owned());
    out.writeLong(partition.servesFrom());
    out.writeLong(partition.reached());
    out.writeLong(partition.blocksEnd());
    if (partition.lastAppendedMillis().isPresent()) {
      out.writeLong(1);
      out.writeLong(partition.lastAppendedMillis().getAsLong());
    } else {
      out.writeLong(0);
    }
  }

  @Override
  public MemberState read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new MemberState(
        Role.BY_CODE[in.readIndex(Role.BY_CODE.length, "role")],
        in.readString(),
        in.readString(),
        in.readString(),
        Instant.ofEpochMilli(in.readLong()),
        Instant.ofEpochMilli(in.readLong()),
        Phase.BY_CODE[in.readIndex(Phase.BY_CODE.length, "phase")],
        readPartitions(in));
  }

  private static List<ServedPartition> readPartitions(AvroReader in) {
    List<ServedPartition> partitions = new ArrayList<>();
    for (int items = in.readBlock(MIN_PARTITION_BYTES);
        items > 0;
        items = in.readBlock(MIN_PARTITION_BYTES)) {
      for (int item = 0; item < items; item++) {
        partitions.add(
            new ServedPartition(
                in.readString(),
                in.readInt(),
                in.readBoolean(),
                in.readLong(),
                in.readLong(),
                in.readLong(),
                in.readIndex(2, "branch of lastAppendedMillis") == 0
                    ? OptionalLong.empty()
                    : OptionalLong.of(in.readLong())));
      }
    }
    return partitions;
  }
}
