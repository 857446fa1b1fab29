package dev.weir.schemas;

import dev.weir.model.Fingerprint;
import dev.weir.model.Tenant;
import dev.weir.schemas.NotificationState.Answered;
import dev.weir.schemas.NotificationState.Attempt;
import dev.weir.schemas.NotificationState.Integration;
import dev.weir.schemas.avro.AvroCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.avro.Schema;

/// Writes and reads [NotificationState].
final class NotificationStateCodec implements AvroCodec<NotificationState> {
  static final Schema SCHEMA = RecordSchema.load("notification-state.avsc");
  static final int VERSION = 1;

  private static final int MIN_INTEGRATION_BYTES = 4;

  private final TextCache texts = new TextCache(1 << 8);

  @Override
  public Schema schema() {
    return SCHEMA;
  }

  @Override
  public void write(NotificationState state, AvroWriter out) {
    out.writeLong(VERSION);
    out.writeString(state.tenant().name());
    out.writeString(state.groupKey());
    out.writeString(state.receiver());
    LabelsCodec.write(state.groupLabels(), out);
    out.writeBlockStart(state.integrations().size());
    for (Integration integration : state.integrations()) {
      out.writeString(integration.type());
      out.writeLong(integration.index());
      out.writeLong(integration.answered().isPresent() ? 1 : 0);
      integration.answered().ifPresent(answered -> write(answered, out));
      out.writeLong(integration.attempt().isPresent() ? 1 : 0);
      integration.attempt().ifPresent(attempt -> write(attempt, out));
    }
    out.writeBlockEnd();
  }

  private static void write(Answered answered, AvroWriter out) {
    out.writeLong(answered.flushedAt().toEpochMilli());
    out.writeLong(answered.answeredAt().toEpochMilli());
    write(answered.firing(), out);
    write(answered.resolved(), out);
  }

  private static void write(SortedSet<Fingerprint> alerts, AvroWriter out) {
    out.writeBlockStart(alerts.size());
    alerts.forEach(alert -> out.writeLong(alert.bits()));
    out.writeBlockEnd();
  }

  private static void write(Attempt attempt, AvroWriter out) {
    out.writeString(attempt.member());
    out.writeLong(attempt.startedAt().toEpochMilli());
    write(attempt.firing(), out);
  }

  @Override
  public NotificationState read(AvroReader in) {
    MessageVersion.check(in, SCHEMA, VERSION);
    return new NotificationState(
        new Tenant(in.readString(texts)),
        in.readString(),
        in.readString(texts),
        LabelsCodec.read(in, texts),
        readIntegrations(in));
  }

  private List<Integration> readIntegrations(AvroReader in) {
    List<Integration> integrations = new ArrayList<>();
    for (int items = in.readBlock(MIN_INTEGRATION_BYTES);
        items > 0;
        items = in.readBlock(MIN_INTEGRATION_BYTES)) {
      for (int item = 0; item < items; item++) {
        integrations.add(
            new Integration(
                in.readString(texts),
                in.readInt(),
                in.readIndex(2, "branch of answered") == 0
                    ? Optional.empty()
                    : Optional.of(readAnswered(in)),
                in.readIndex(2, "branch of attempt") == 0
                    ? Optional.empty()
                    : Optional.of(readAttempt(in))));
      }
    }
    return integrations;
  }

  private static Answered readAnswered(AvroReader in) {
    return new Answered(
        Instant.ofEpochMilli(in.readLong()),
        Instant.ofEpochMilli(in.readLong()),
        readFingerprints(in),
        readFingerprints(in));
  }

  private static SortedSet<Fingerprint> readFingerprints(AvroReader in) {
    SortedSet<Fingerprint> alerts = new TreeSet<>();
    for (int items = in.readBlock(); items > 0; items = in.readBlock()) {
      for (int item = 0; item < items; item++) {
        alerts.add(new Fingerprint(in.readLong()));
      }
    }
    return alerts;
  }

  private static Attempt readAttempt(AvroReader in) {
    return new Attempt(in.readString(), Instant.ofEpochMilli(in.readLong()), readFingerprints(in));
  }
}
