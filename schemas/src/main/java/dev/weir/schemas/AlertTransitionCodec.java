package dev.weir.schemas;

import dev.weir.model.Fingerprint;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.schemas.AlertTransition.Rule;
import dev.weir.schemas.AlertTransition.State;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/// Writes and reads [AlertTransition].
final class AlertTransitionCodec implements AvroCodec<AlertTransition> {
  static final Schema SCHEMA = RecordSchema.load("alert-transition.avsc");
  static final int VERSION = 1;

  private final TextCache texts = new TextCache(1 << 10);

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(AlertTransition alert, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(alert.tenant().name());
    out.writeString(alert.fingerprint().toString());
    LabelsCodec.write(alert.labels(), out);
    out.writeBlockStart(alert.externalLabels().size());
    alert.externalLabels().forEach(out::writeString);
    out.writeBlockEnd();
    LabelsCodec.write(alert.annotations(), out);
    out.writeLong(alert.state().code());
    out.writeLong(alert.activeAt().toEpochMilli());
    write(alert.startsAt(), out);
    write(alert.keepFiringSince(), out);
    write(alert.endsAt(), out);
    out.writeDouble(alert.value());
    out.writeLong(alert.evaluatedAt().toEpochMilli());
    out.writeLong(alert.rule().isPresent() ? 1 : 0);
    alert.rule().ifPresent(rule -> write(rule, out));
    out.writeString(alert.generatorUrl());
  }

  private static void write(Optional<Instant> time, AvroWriter out) {
    out.writeLong(time.isPresent() ? 1 : 0);
    time.ifPresent(instant -> out.writeLong(instant.toEpochMilli()));
  }

  private static void write(Rule rule, AvroWriter out) {
    out.writeString(rule.file());
    out.writeString(rule.group());
    out.writeString(rule.id());
  }

  @Override
  public AlertTransition read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    Tenant tenant = new Tenant(in.readString(texts));
    String fingerprint = in.readString();
    Labels labels = LabelsCodec.read(in, texts);
    checkFingerprint(fingerprint, labels, in);
    return new AlertTransition(
        tenant,
        labels,
        readTexts(in),
        LabelsCodec.read(in, texts),
        State.BY_CODE[in.readIndex(State.BY_CODE.length, "state")],
        Instant.ofEpochMilli(in.readLong()),
        readTime(in, "startsAtMillis"),
        readTime(in, "keepFiringSinceMillis"),
        readTime(in, "endsAtMillis"),
        in.readDouble(),
        Instant.ofEpochMilli(in.readLong()),
        in.readIndex(2, "branch of rule") == 0 ? Optional.empty() : Optional.of(readRule(in)),
        in.readString());
  }

  /// Keys and readers in other languages go by what is written.
  private static void checkFingerprint(String found, Labels labels, AvroReader in) {
    String expected = Fingerprint.of(labels).toString();
    if (!found.equals(expected)) {
      throw in.corrupt(
          "fingerprint \"%s\" of an alert whose labels %s have %s"
              .formatted(found, labels, expected));
    }
  }

  private List<String> readTexts(AvroReader in) {
    List<String> names = new ArrayList<>();
    for (int items = in.readBlock(); items > 0; items = in.readBlock()) {
      for (int item = 0; item < items; item++) {
        names.add(in.readString(texts));
      }
    }
    return names;
  }

  private static Optional<Instant> readTime(AvroReader in, String field) {
    return in.readIndex(2, "branch of " + field) == 0
        ? Optional.empty()
        : Optional.of(Instant.ofEpochMilli(in.readLong()));
  }

  private Rule readRule(AvroReader in) {
    return new Rule(in.readString(texts), in.readString(texts), in.readString(texts));
  }
}
