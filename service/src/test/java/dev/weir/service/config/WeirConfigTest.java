package dev.weir.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.service.http.ListenAddress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WeirConfigTest {
  @Test
  void everythingMayBeLeftOut() {
    WeirConfig config = WeirConfig.defaults();
    assertEquals(Optional.empty(), config.kafka().bootstrapServers());
    assertEquals(ListenAddress.parse("127.0.0.1:9092"), config.embeddedBroker().listen());
    assertEquals(Optional.empty(), config.kafka().partitions());
    assertEquals(Duration.ofDays(15), config.storage().retention());
    assertEquals(1_000_000, config.tenants().limits(Tenant.DEFAULT).maxActiveSeries());
  }

  @Test
  void whatIsGivenWins() {
    WeirConfig config =
        WeirConfig.of(
            "weir.yml",
            """
            kafka:
              bootstrap_servers: [kafka-1:9092, kafka-2:9092]
              partitions: 16
              properties: {security.protocol: SSL, retries: 3}
            embedded_broker: {controller: "127.0.0.1:0"}
            schema_registry: {url: http://registry:8081}
            collector:
              buffer_bytes: 1GB
            storage: {retention: 90d}
            """);
    assertEquals(
        Optional.of(List.of("kafka-1:9092", "kafka-2:9092")), config.kafka().bootstrapServers());
    assertEquals(new ListenAddress("127.0.0.1", 0), config.embeddedBroker().controller());
    assertEquals(Optional.of(16), config.kafka().partitions());
    assertEquals(Map.of("security.protocol", "SSL", "retries", "3"), config.kafka().properties());
    assertEquals(Optional.of(URI.create("http://registry:8081")), config.schemaRegistry().url());
    assertEquals(1L << 30, config.collector().bufferBytes());
    assertEquals(Duration.ofDays(90), config.storage().retention());
  }

  @Test
  void aTenantsOwnLimitsStandBeforeThoseOfAll() {
    TenantsConfig tenants =
        WeirConfig.of(
                "weir.yml",
                """
                limits: {max_active_series: 500, max_labels_per_series: 30}
                tenants:
                  team-a: {max_active_series: 5000}
                """)
            .tenants();
    assertEquals(5000, tenants.limits(new Tenant("team-a")).maxActiveSeries());
    assertEquals(30, tenants.limits(new Tenant("team-a")).maxLabelsPerSeries());
    assertEquals(500, tenants.limits(new Tenant("team-b")).maxActiveSeries());
  }

  @Test
  void aLimitIsKnownByTheSettingThatHolds() {
    TenantsConfig tenants =
        WeirConfig.of(
                "weir.yml",
                """
                limits: {max_active_series: 500}
                tenants: {team-a: {max_active_series: 5000}}
                """)
            .tenants();
    TenantLimits own = tenants.limits(new Tenant("team-a"));
    assertEquals("tenants.team-a.max_active_series", own.settingOf("max_active_series"));
    assertEquals("limits.max_labels_per_series", own.settingOf("max_labels_per_series"));
    assertEquals(
        "limits.max_active_series",
        tenants.limits(new Tenant("team-b")).settingOf("max_active_series"));
  }

  @Test
  void aTenantsSamplesAreNeverKeptLongerThanThoseOfAll() {
    TenantsConfig tenants =
        WeirConfig.of("weir.yml", "tenants: {short: {retention: 2d}, long: {retention: 90d}}")
            .tenants()
            .keptFor(Duration.ofDays(15));
    TenantLimits less = tenants.limits(new Tenant("short"));
    assertEquals(Duration.ofDays(2), less.retention());
    assertEquals("tenants.short.retention", less.settingOf("retention"));
    TenantLimits more = tenants.limits(new Tenant("long"));
    assertEquals(Duration.ofDays(15), more.retention());
    assertEquals("storage.retention", more.settingOf("retention"));
    assertEquals(Duration.ofDays(15), tenants.limits(Tenant.DEFAULT).retention());
  }

  private static String refused(String text) {
    return String.valueOf(
        assertThrows(WeirException.BadData.class, () -> WeirConfig.of("weir.yml", text))
            .getMessage());
  }

  @Test
  void kafkaKeepsSamplesUntilTheyAreInABlock() {
    assertEquals(
        "weir.yml:1: kafka: retention 5m is not more than storage.flush_interval 5m: Kafka would"
            + " delete samples before they are in a block; raise it to hours, or lower"
            + " storage.flush_interval",
        refused("kafka: {retention: 5m}\n"));
    assertEquals(
        "weir.yml:2: storage: flush_interval 8h is not less than kafka.retention, which is 6h where"
            + " nothing is said: Kafka would delete samples before they are in a block; lower it, or"
            + " set kafka.retention",
        refused("query: {}\nstorage: {flush_interval: 8h}\n"));
    String cluster =
        "kafka: {bootstrap_servers: [\"kafka:9092\"]%s}\nstorage: {flush_interval: 8h}\n";
    WeirConfig.of("weir.yml", cluster.formatted(""));
    WeirConfig.of("weir.yml", cluster.formatted(", retention: 9h"));
    refused(cluster.formatted(", retention: 1h"));
  }

  @Test
  void windowsThatOutliveSamplesAreMadeBeforeSamplesGo() {
    String storage = "storage: {retention: %s, retention_5m: %s, retention_1h: %s}";
    assertEquals(
        List.of(
            "storage.retention_5m 90d keeps windows longer than samples, which go after 2d: before"
                + " `weir downsample` makes a slice of 1d of them, as it does when that is 2d old."
                + " Raise storage.retention to 4d or more"),
        WeirConfig.of("weir.yml", storage.formatted("2d", "90d", "0s")).warnings());
    assertEquals(
        List.of(),
        WeirConfig.of("weir.yml", storage.formatted("3d", "90d", "3d")).warnings(),
        "longer windows go with samples");
    List<String> longer =
        WeirConfig.of("weir.yml", storage.formatted("4d", "90d", "5y")).warnings();
    assertEquals(1, longer.size(), longer.toString());
    assertTrue(longer.getFirst().contains("a slice of 5d"), longer.getFirst());
    assertEquals(
        List.of(), WeirConfig.of("weir.yml", storage.formatted("7d", "90d", "5y")).warnings());
  }

  @Test
  void everyProblemIsReportedAtOnceByLine() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () ->
                WeirConfig.of(
                    "weir.yml",
                    """
                    kafka:
                      partitions: 0
                      partition: 4
                    schema_registry: {url: registry}
                    collector: {write_timeout: 0s}
                    tenants:
                      a/b: {}
                      team-a: {max_series: 1}
                    ruler: {}
                    """));
    assertEquals(
        List.of(
            "weir.yml:2: kafka: partitions: 0 is out of range; use 1 to 10000",
            "weir.yml:3: kafka: key \"partition\" is not known; did you mean \"partitions\"?",
            "weir.yml:4: schema_registry: url: \"registry\" names no host; write it as"
                + " http://host:port",
            "weir.yml:5: collector: write_timeout: is 0; use a duration of more than 0",
            "weir.yml:7: tenants: tenant \"a/b\": character '/' is not allowed; use letters, digits"
                + " and !-_.*'()",
            "weir.yml:8: tenants: team-a: key \"max_series\" is not known; remove it",
            "weir.yml:9: key \"ruler\" is not known; did you mean \"rules\"?"),
        problem.getMessage().lines().toList());
  }

  @Test
  void mergedBlocksOutliveEveryQuery() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () ->
                WeirConfig.of(
                    "weir.yml",
                    """
                    storage:
                      compaction_min_blocks: 20
                      compaction_max_blocks: 10
                      delete_delay: 5m
                    query: {timeout: 10m}
                    """));
    assertEquals(
        List.of(
            "weir.yml:3: storage: compaction_max_blocks 10 is less than compaction_min_blocks 20;"
                + " raise it, or lower the other",
            "weir.yml:4: storage: delete_delay 5m is less than query.timeout 10m and a minute; raise"
                + " it to 11m or more, or lower query.timeout"),
        problem.getMessage().lines().toList());
  }

  @Test
  void whatASinkCouldNotStartWithIsSaidByLine() {
    assertEquals(
        List.of(
            "weir.yml:2: storage: head_bytes 1KB is less than flush_bytes 64MB; raise it, or lower"
                + " the other",
            "weir.yml:3: storage: compaction_max_bytes: is 0; use a size of more than 0"),
        problems("storage:\n  head_bytes: 1KB\n  compaction_max_bytes: 0\n"));
    assertEquals(
        List.of(
            "weir.yml:1: storage: head_bytes 1GB is less than flush_bytes 2GB; raise it, or lower"
                + " the other"),
        problems("storage: {flush_bytes: 2GB}"));
  }

  private static List<String> problems(String text) {
    return assertThrows(WeirException.BadData.class, () -> WeirConfig.of("weir.yml", text))
        .getMessage()
        .lines()
        .toList();
  }

  @Test
  void filesAndDirectoriesThatAStoreNeedsAreLookedAt(@TempDir Path folder) throws IOException {
    Path id = Files.writeString(folder.resolve("id"), "AKIA");
    Path file = folder.resolve("weir.yml");
    Files.writeString(
        file,
        """
        storage:
          object_store:
            type: s3
            bucket: metrics
            access_key_file: id
            secret_key_file: gone
            cache_directory: id/cache
        """);
    assertEquals(
        List.of(
            "%s:6: storage.object_store: secret_key_file: there is no file %s; name one that exists"
                .formatted(file, folder.resolve("gone")),
            "%s:7: storage.object_store: cache_directory: %s is a file, not a directory; name a directory"
                .formatted(file, id)),
        assertThrows(WeirException.BadData.class, () -> WeirConfig.read(file))
            .getMessage()
            .lines()
            .toList());
    Files.writeString(file, "storage: {object_store: {directory: blocks/of/all}}");
    assertEquals(
        Optional.of(folder.resolve("blocks/of/all")),
        WeirConfig.read(file).storage().objectStore().directory());
  }

  @Test
  void whatHasNoEffectIsWarnedOf() {
    assertEquals(List.of(), WeirConfig.defaults().warnings());
    assertEquals(
        List.of(
            "storage.compaction_max_span 1m counts as 2h: blocks are merged to two hours at least",
            "limits.retention 30d has no effect: it is longer than storage.retention 15d, and"
                + " nobody's samples are kept longer",
            "tenants.a.retention 90d has no effect: it is longer than storage.retention 15d, and"
                + " nobody's samples are kept longer"),
        WeirConfig.of(
                "weir.yml",
                """
                storage: {compaction_max_span: 1m}
                limits: {retention: 30d}
                tenants: {a: {retention: 90d}, b: {retention: 2d}, c: {max_active_series: 5}}
                """)
            .warnings());
    assertEquals(
        List.of(
            "storage.retention 1m is less than an hour: samples that come later, because Kafka was"
                + " away for instance, are refused"),
        WeirConfig.of("weir.yml", "storage: {retention: 1m}").warnings());
  }

  @Test
  void blocksMayBeInAnObjectStore() {
    ObjectStoreConfig store =
        WeirConfig.of(
                "weir.yml",
                """
                storage:
                  object_store:
                    type: s3
                    bucket: metrics
                    prefix: /weir/eu/
                    endpoint: http://minio:9000
                    access_key_file: keys/id
                    secret_key_file: /run/secret
                    cache_directory_bytes: 1GB
                """)
            .storage()
            .objectStore();
    assertEquals(ObjectStoreConfig.Type.S3, store.type());
    assertEquals("metrics", store.bucket());
    assertEquals("weir/eu", store.prefix());
    assertEquals(Optional.of(URI.create("http://minio:9000")), store.endpoint());
    assertEquals(Optional.of(Path.of("keys/id")), store.keys().id());
    assertEquals(Optional.of(Path.of("/run/secret")), store.keys().secret());
    assertEquals(1L << 30, store.cache().directoryBytes());
    assertEquals(ObjectStoreConfig.Type.FILE, WeirConfig.defaults().storage().objectStore().type());
  }

  @Test
  void aStoreIsGivenWhatItsTypeNeedsAndNothingElse() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () ->
                WeirConfig.of(
                    "weir.yml",
                    """
                    storage:
                      object_store:
                        type: azure
                        region: eu-central-1
                        access_key_file: account
                        secret_key: hunter2
                    """));
    assertEquals(
        List.of(
            "weir.yml:3: storage.object_store: type azure has no bucket; name it with bucket",
            "weir.yml:3: storage.object_store: type azure has no endpoint; give that of the account,"
                + " https://ACCOUNT.blob.core.windows.net",
            "weir.yml:4: storage.object_store: region means nothing for type azure; leave it out",
            "weir.yml:5: storage.object_store: access_key_file and secret_key_file belong together, and"
                + " one is missing; give both or none",
            "weir.yml:6: storage.object_store: key \"secret_key\" is not known; did you mean"
                + " \"secret_key_file\"?"),
        problem.getMessage().lines().toList());
    assertEquals(
        "weir.yml:1: storage.object_store: type: \"ftp\" is not known; use one of file, s3, gcs,"
            + " azure",
        assertThrows(
                WeirException.BadData.class,
                () -> WeirConfig.of("weir.yml", "storage: {object_store: {type: ftp}}"))
            .getMessage());
    assertEquals(
        "weir.yml:1: storage.object_store: bucket means nothing for type file; leave it out",
        assertThrows(
                WeirException.BadData.class,
                () -> WeirConfig.of("weir.yml", "storage: {object_store: {bucket: a}}"))
            .getMessage());
  }
}
