package dev.weir.schemas;

import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.schemas.RuleGroupRecord.ActiveAlert;
import dev.weir.schemas.RuleGroupRecord.Body;
import dev.weir.schemas.RuleGroupRecord.Definition;
import dev.weir.schemas.RuleGroupRecord.RuleStatus;
import dev.weir.schemas.RuleGroupRecord.Status;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.avro.Schema;

/// Writes and reads [RuleGroupRecord].
final class RuleGroupRecordCodec implements AvroCodec<RuleGroupRecord> {
  static final Schema SCHEMA = RecordSchema.load("rule-group.avsc");
  static final int VERSION = 1;

  private static final int MIN_RULE_BYTES = 4;
  private static final int MIN_ALERT_BYTES = 13;

  private final TextCache texts = new TextCache(1 << 10);

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(RuleGroupRecord rules, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(rules.tenant().name());
    out.writeString(rules.file());
    out.writeString(rules.group());
    switch (rules.body()) {
      case Definition(String text, Hash128 definition, long firstMillis) -> {
        out.writeLong(0);
        out.writeString(text);
        out.writeFixed(definition.toBytes(), 0, Hash128.BYTES);
        out.writeLong(firstMillis);
      }
      case Status status -> {
        out.writeLong(1);
        write(status, out);
      }
    }
  }

  private static void write(Status status, AvroWriter out) {
    out.writeFixed(status.definition().toBytes(), 0, Hash128.BYTES);
    out.writeLong(status.evaluatedAt().toEpochMilli());
    out.writeLong(status.finishedAt().toEpochMilli());
    out.writeLong(status.durationNanos());
    out.writeBoolean(status.complete());
    out.writeBlockStart(status.rules().size());
    for (RuleStatus rule : status.rules()) {
      out.writeString(rule.id());
      out.writeLong(rule.error().isPresent() ? 1 : 0);
      rule.error().ifPresent(out::writeString);
      out.writeLong(rule.durationNanos());
      out.writeBlockStart(rule.alerts().size());
      for (ActiveAlert alert : rule.alerts()) {
        write(alert, out);
      }
      out.writeBlockEnd();
    }
    out.writeBlockEnd();
  }

  private static void write(ActiveAlert alert, AvroWriter out) {
    LabelsCodec.write(alert.labels(), out);
    LabelsCodec.write(alert.annotations(), out);
    out.writeBoolean(alert.firing());
    out.writeLong(alert.activeAt().toEpochMilli());
    out.writeLong(alert.keepFiringSince().isPresent() ? 1 : 0);
    alert.keepFiringSince().ifPresent(since -> out.writeLong(since.toEpochMilli()));
    out.writeDouble(alert.value());
  }

  @Override
  public RuleGroupRecord read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new RuleGroupRecord(
        new Tenant(in.readString(texts)), in.readString(texts), in.readString(texts), readBody(in));
  }

  private Body readBody(AvroReader in) {
    return in.readIndex(2, "branch of body") == 0
        ? new Definition(in.readString(), readHash(in), in.readLong())
        : new Status(
            readHash(in),
            Instant.ofEpochMilli(in.readLong()),
            Instant.ofEpochMilli(in.readLong()),
            in.readLong(),
            in.readBoolean(),
            readArray(in, MIN_RULE_BYTES, this::readRule));
  }

  private static Hash128 readHash(AvroReader in) {
    byte[] bytes = new byte[Hash128.BYTES];
    in.readFixed(bytes, 0, bytes.length);
    return Hash128.fromBytes(bytes);
  }

  private static <T> List<T> readArray(
      AvroReader in, int minItemBytes, Function<AvroReader, T> read) {
    List<T> items = new ArrayList<>();
    for (int count = in.readBlock(minItemBytes); count > 0; count = in.readBlock(minItemBytes)) {
      for (int i = 0; i < count; i++) {
        items.add(read.apply(in));
      }
    }
    return items;
  }

  private RuleStatus readRule(AvroReader in) {
    String id = in.readString();
    Optional<String> error =
        in.readIndex(2, "branch of error") == 0 ? Optional.empty() : Optional.of(in.readString());
    return new RuleStatus(
        id, error, in.readLong(), readArray(in, MIN_ALERT_BYTES, this::readAlert));
  }

  private ActiveAlert readAlert(AvroReader in) {
    return new ActiveAlert(
        LabelsCodec.read(in, texts),
        LabelsCodec.read(in, texts),
        in.readBoolean(),
        Instant.ofEpochMilli(in.readLong()),
        in.readIndex(2, "branch of keepFiringSinceMillis") == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochMilli(in.readLong())),
        in.readDouble());
  }
}
