package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Fingerprint;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.MemberState.Phase;
import dev.weir.schemas.MemberState.Role;
import dev.weir.schemas.MemberState.ServedPartition;
import dev.weir.schemas.TargetState.Health;
import dev.weir.schemas.TargetState.Outcome;
import dev.weir.schemas.TargetState.Scraped;
import dev.weir.schemas.wire.WireHeader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class StateRecordsTest {
  private static final Instant NOW = Instant.ofEpochMilli(1_700_000_000_123L);

  private static final TargetState SCRAPED =
      new TargetState(
          Tenant.DEFAULT,
          "node",
          "4f1d2c",
          "collector-1",
          Labels.of("__address__", "localhost:9100"),
          Optional.of(
              new Scraped(
                  Labels.of("job", "node"),
                  "http://localhost:9100/metrics",
                  "http://db-1:9100/metrics",
                  Duration.ofSeconds(15),
                  Duration.ofSeconds(10),
                  Optional.of(
                      new Outcome(NOW, Duration.ofNanos(12_345_678), "connection refused")))));

  @Test
  void metadataIsReadAsWritten() throws IOException {
    check(
        RecordType.METADATA,
        new MetricMetadata(
            Tenant.DEFAULT,
            "http_request_duration_seconds",
            MetricType.HISTOGRAM,
            "Größe\nin Sekunden",
            "seconds"));
  }

  @Test
  void targetsAreReadAsWritten() throws IOException {
    check(RecordType.TARGETS, SCRAPED);
    check(
        RecordType.TARGETS,
        new TargetState(
            Tenant.DEFAULT, "node", "77", "collector-1", Labels.of("a", "b"), Optional.empty()));
  }

  @Test
  void membersAreReadAsWritten() throws IOException {
    check(
        RecordType.MEMBERS,
        new MemberState(
            Role.SINK,
            "sink-1",
            "http://10.0.0.7:9090",
            "0.1.0",
            NOW.minusSeconds(60),
            NOW,
            Phase.LEAVING,
            List.of(
                new ServedPartition("weir.samples", 3, true, 100, 250, 180, OptionalLong.of(17)),
                new ServedPartition("weir.recorded", 3, false, 0, 0, 0, OptionalLong.empty()))));
  }

  @Test
  void deadLettersAreReadAsWritten() throws IOException {
    check(
        RecordType.DEAD_LETTERS,
        DeadLetter.of(
            "weir.samples", 3, 77, NOW, "sink-1", "no Avro", new byte[] {1}, new byte[] {2, 3}));
    check(
        RecordType.DEAD_LETTERS,
        DeadLetter.of("weir.samples", 3, 77, NOW, "sink-1", "no value", null, null));
  }

  @Test
  void ruleGroupsAreReadAsWritten() throws IOException {
    check(
        RecordType.RULES,
        new RuleGroupRecord(
            Tenant.DEFAULT,
            "node.yml",
            "node",
            new RuleGroupRecord.Definition(
                "{\"groups\":[]}", new Hash128(1, 2), NOW.toEpochMilli())));
    check(
        RecordType.RULES,
        new RuleGroupRecord(
            Tenant.DEFAULT,
            "node.yml",
            "node",
            new RuleGroupRecord.Status(
                new Hash128(1, 2),
                NOW,
                NOW.plusMillis(40),
                1_234_567,
                true,
                List.of(
                    new RuleGroupRecord.RuleStatus("6f1a", Optional.of("no data"), 1, List.of()),
                    new RuleGroupRecord.RuleStatus(
                        "07c3",
                        Optional.empty(),
                        2,
                        List.of(
                            new RuleGroupRecord.ActiveAlert(
                                Labels.of("alertname", "InstanceDown"),
                                Labels.of("summary", "db-1 is down"),
                                true,
                                NOW.minusSeconds(60),
                                Optional.of(NOW),
                                0.5)))))));
  }

  private static final AlertTransition FIRING =
      new AlertTransition(
          Tenant.DEFAULT,
          Labels.of("alertname", "InstanceDown", "cluster", "eu-1", "instance", "db-1:9100"),
          List.of("cluster"),
          Labels.of("summary", "db-1:9100 is down"),
          AlertTransition.State.FIRING,
          NOW.minusSeconds(60),
          Optional.of(NOW),
          Optional.empty(),
          Optional.empty(),
          0,
          NOW,
          Optional.of(new AlertTransition.Rule("node.yml", "node", "6f1a")),
          "http://localhost:9090/graph?g0.expr=up+%3D%3D+0");

  @Test
  void alertsAreReadAsWritten() throws IOException {
    check(RecordType.ALERTS, FIRING);
    check(
        RecordType.ALERTS,
        new AlertTransition(
            Tenant.DEFAULT,
            Labels.of("alertname", "InstanceDown"),
            List.of(),
            Labels.EMPTY,
            AlertTransition.State.RESOLVED,
            NOW.minusSeconds(60),
            Optional.of(NOW),
            Optional.of(NOW.plusSeconds(5)),
            Optional.of(NOW.plusSeconds(10)),
            Double.NaN,
            NOW.plusSeconds(10),
            Optional.empty(),
            ""));
  }

  @Test
  void anAlertThatFiresHasAStart() {
    WeirException refused =
        assertThrows(
            WeirException.BadData.class,
            () ->
                new AlertTransition(
                    Tenant.DEFAULT,
                    Labels.of("alertname", "InstanceDown"),
                    List.of(),
                    Labels.EMPTY,
                    AlertTransition.State.FIRING,
                    NOW,
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    NOW,
                    Optional.empty(),
                    ""));
    assertEquals(
        "alert {alertname=\"InstanceDown\"} of tenant default is FIRING and has no startsAt; firing"
            + " and resolved alerts have one, others do not",
        refused.getMessage());
  }

  @Test
  void aFingerprintThatIsNotOfTheLabelsIsCorrupt() {
    byte[] bytes = RecordType.ALERTS.writer(Topics.ALERTS, Optional.empty()).write(FIRING);
    // Version, length and text of the tenant, length of the fingerprint.
    int fingerprint = WireHeader.SINGLE_OBJECT_BYTES + 1 + 1 + "default".length() + 1;
    bytes[fingerprint] = bytes[fingerprint] == '0' ? (byte) '1' : (byte) '0';
    assertThrows(
        WeirException.Corrupt.class, () -> RecordType.ALERTS.reader(Optional.empty()).read(bytes));
  }

  @Test
  void notificationsAreReadAsWritten() throws IOException {
    check(
        RecordType.NOTIFICATIONS,
        new NotificationState(
            Tenant.DEFAULT,
            "{}/{severity=\"page\"}:{alertname=\"InstanceDown\"}",
            "on-call",
            Labels.of("alertname", "InstanceDown"),
            List.of(
                new NotificationState.Integration(
                    "webhook",
                    0,
                    Optional.of(
                        new NotificationState.Answered(
                            NOW,
                            NOW.plusMillis(40),
                            new TreeSet<>(Set.of(new Fingerprint(-5), new Fingerprint(7))),
                            new TreeSet<>(Set.of()))),
                    Optional.empty()),
                new NotificationState.Integration(
                    "webhook",
                    1,
                    Optional.empty(),
                    Optional.of(
                        new NotificationState.Attempt(
                            "alerting-1", NOW, new TreeSet<>(Set.of(new Fingerprint(7)))))))));
  }

  @Test
  void aDeadLetterKeepsTheStartOfALongValue() {
    DeadLetter letter =
        DeadLetter.of("t", 0, 0, NOW, "sink-1", "too long", null, new byte[3 << 20]);
    assertNotNull(letter.value());
    assertEquals(DeadLetter.MAX_VALUE_BYTES, letter.value().length);
    assertEquals(3 << 20, letter.valueBytes());
  }

  @Test
  void healthFollowsTheLastScrape() {
    assertEquals(Health.DOWN, SCRAPED.scraped().orElseThrow().health());
    assertEquals(Health.UP, outcome(Optional.of(new Outcome(NOW, Duration.ZERO, ""))).health());
    assertEquals(Health.UNKNOWN, outcome(Optional.empty()).health());
  }

  private static Scraped outcome(Optional<Outcome> outcome) {
    return new Scraped(Labels.EMPTY, "", "", Duration.ZERO, Duration.ZERO, outcome);
  }

  @Test
  void aVersionFromTheFutureIsRefused() {
    byte[] bytes = RecordType.TARGETS.writer(Topics.TARGETS, Optional.empty()).write(SCRAPED);
    bytes[WireHeader.SINGLE_OBJECT_BYTES] = 4;
    WeirException refused =
        assertThrows(
            WeirException.Corrupt.class,
            () -> RecordType.TARGETS.reader(Optional.empty()).read(bytes));
    assertEquals(
        "Avro record, byte 1: TargetState has version 2; versions up to 1 are known here, upgrade"
            + " this member",
        refused.getMessage());
  }

  @Test
  void whatTheModelRefusesIsCorrupt() {
    byte[] bytes = RecordType.TARGETS.writer(Topics.TARGETS, Optional.empty()).write(SCRAPED);
    bytes[WireHeader.SINGLE_OBJECT_BYTES + 2] = '/';
    WeirException refused =
        assertThrows(
            WeirException.Corrupt.class,
            () -> RecordType.TARGETS.reader(Optional.empty()).read(bytes));
    assertTrue(refused.getMessage().contains("tenant \"/efault\""), refused.getMessage());
  }

  @Test
  void deletionsStayNull() {
    assertNull(
        RecordType.TARGETS
            .writer(Topics.TARGETS, Optional.empty())
            .serialize(Topics.TARGETS, null));
    assertNull(RecordType.TARGETS.reader(Optional.empty()).deserialize(Topics.TARGETS, null));
  }

  /// Reads what was written, and so does stock Avro, and then reads what that writes.
  private static <T> void check(RecordType<T> type, T value) throws IOException {
    SampleRecordCodecTest.checkDocs(type.schema());
    byte[] bytes = type.writer("topic", Optional.empty()).write(value);
    assertEquals(value, type.reader(Optional.empty()).read(bytes));

    int header = WireHeader.SINGLE_OBJECT_BYTES;
    BinaryDecoder decoder =
        DecoderFactory.get().binaryDecoder(bytes, header, bytes.length - header, null);
    GenericRecord generic =
        new GenericDatumReader<GenericRecord>(type.schema()).read(null, decoder);
    assertTrue(decoder.isEnd());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, header);
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
    new GenericDatumWriter<GenericRecord>(type.schema()).write(generic, encoder);
    encoder.flush();
    // The entries of a map may come back in another order.
    assertEquals(bytes.length, out.size());
    assertEquals(value, type.reader(Optional.empty()).read(out.toByteArray()));
  }
}
