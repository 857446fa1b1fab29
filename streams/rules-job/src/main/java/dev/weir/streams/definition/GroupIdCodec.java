package dev.weir.streams.definition;

import dev.weir.model.Tenant;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;

/// How the name of a rule group is written in keys of stores and in messages: tenant, file and
/// group as Avro strings.
public final class GroupIdCodec {
  private GroupIdCodec() {}

  public static void write(GroupId group, AvroWriter out) {
    out.writeString(group.tenant().name());
    out.writeString(group.file());
    out.writeString(group.group());
  }

  public static GroupId read(AvroReader in) {
    return new GroupId(new Tenant(in.readString()), in.readString(), in.readString());
  }
}
