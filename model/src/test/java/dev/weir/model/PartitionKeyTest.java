package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class PartitionKeyTest {
  private static final Tenant TENANT = new Tenant("team-a");

  @Test
  void seriesWithJobAndInstanceGoWithTheirTarget() {
    assertEquals(
        new PartitionKey.OfTarget(TENANT, "node", "a:9100"),
        PartitionKey.of(TENANT, Labels.of("__name__", "up", "job", "node", "instance", "a:9100")));
  }

  @Test
  void othersGoByTheirLabelsWithoutNameAndBucket() {
    PartitionKey bucket =
        PartitionKey.of(TENANT, Labels.of("__name__", "h_bucket", "le", "1", "job", "api"));

    assertInstanceOf(PartitionKey.Hashed.class, bucket);
    assertEquals(bucket, PartitionKey.of(TENANT, Labels.of("__name__", "h_sum", "job", "api")));
  }

  @Test
  void typeAndUnitAreInNoKey() {
    assertEquals(
        PartitionKey.of(TENANT, Labels.of("__name__", "sent_total", "job", "otel")),
        PartitionKey.of(
            TENANT,
            Labels.of(
                "__name__",
                "sent_bytes_total",
                "job",
                "otel",
                "__type__",
                "counter",
                "__unit__",
                "bytes")));
  }

  @Test
  void orderIsByTenantThenTargetsThenBuckets() {
    PartitionKey target = new PartitionKey.OfTarget(TENANT, "node", "a:9100");
    PartitionKey bucket = new PartitionKey.Hashed(TENANT, 3);

    assertTrue(target.compareTo(bucket) < 0);
    assertTrue(bucket.compareTo(target) > 0);
    assertTrue(new PartitionKey.Hashed(new Tenant("a"), 200).compareTo(target) < 0);
    assertEquals(0, target.compareTo(new PartitionKey.OfTarget(TENANT, "node", "a:9100")));
  }

  @Test
  void bucketsAreBounded() {
    assertThrows(WeirException.Corrupt.class, () -> new PartitionKey.Hashed(TENANT, 256));
  }

  @Test
  void tenantNamesAreChecked() {
    assertThrows(WeirException.BadData.class, () -> new Tenant(""));
    assertThrows(WeirException.BadData.class, () -> new Tenant("a/b"));
    assertThrows(WeirException.BadData.class, () -> new Tenant(".."));
    assertEquals("a.b-c_d!", new Tenant("a.b-c_d!").name());
  }
}
