package dev.weir.schemas;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.PartitionKey;
import dev.weir.model.Tenant;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.Test;

class RecordKeysTest {

  @Test
  void keysAreJsonArrays() {
    assertEquals(
        "[\"default\",\"node\",\"db-1:9100\"]",
        text(RecordKeys.of(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"))));
    assertEquals(
        "[\"team-a\",17]", text(RecordKeys.of(new PartitionKey.Hashed(new Tenant("team-a"), 17))));
    assertEquals(
        "[\"default\",\"a\\\"b\\\\c\\u000a\",\"größe\"]",
        text(RecordKeys.of("default", "a\"b\\c\n", "größe")));
  }

  @Test
  void partitionsAreThoseOfKafkasOwnProducers() {
    for (int i = 0; i < 1000; i++) {
      byte[] key =
          RecordKeys.of(
              new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-%d:9100".formatted(i)));
      assertEquals(Utils.toPositive(Utils.murmur2(key)) % 32, RecordKeys.partition(key, 32));
    }
  }

  /// Pinned: another partition for the same series would part it from its history.
  @Test
  void partitionsNeverChange() {
    assertEquals(
        31,
        RecordKeys.partition(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "db-1:9100"), 32));
    assertEquals(9, RecordKeys.partition(new PartitionKey.Hashed(Tenant.DEFAULT, 200), 32));
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
