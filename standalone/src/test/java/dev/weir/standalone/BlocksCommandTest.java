package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.tsdb.TsdbBlockWriter;
import dev.weir.blocks.tsdb.Ulid;
import dev.weir.model.Labels;
import dev.weir.objects.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlocksCommandTest {
  private static final long NOON = 1_760_011_200_000L;

  @TempDir private Path folder;
  private Path data;

  @BeforeEach
  void makeData() throws IOException {
    data = folder.resolve("data");
    Files.createDirectories(data.resolve("blocks"));
  }

  private CommandOutcome blocks(String command, String... arguments) {
    List<String> all = new ArrayList<>(List.of("blocks", command));
    all.addAll(List.of(arguments));
    all.add("--data=" + data);
    return CommandOutcome.of(all.toArray(String[]::new));
  }

  /// Three hours of two targets of a node exporter; one of them begins and one ends in between.
  private Path prometheus() {
    Path directory = folder.resolve("prometheus");
    try (TsdbBlockWriter writer = new TsdbBlockWriter(directory, Ulid.of(NOON, new Random(1)))) {
      for (String name : List.of("node_load1", "node_cpu_seconds_total")) {
        for (int instance = 0; instance < 2; instance++) {
          Labels labels =
              Labels.of(
                  "__name__", name, "instance", "web-%d:9100".formatted(instance), "job", "node");
          try (TsdbBlockWriter.Series series = writer.open(labels)) {
            for (int i = instance * 100; i < 620 + instance * 100; i++) {
              series.value(NOON + i * 15_000L, 0, i);
            }
          }
        }
      }
      writer.finish();
    }
    return directory;
  }

  private Path text(String text) throws IOException {
    return Files.writeString(folder.resolve("metrics.txt"), text);
  }

  private static void assertOk(CommandOutcome outcome) {
    assertEquals(0, outcome.exitCode(), outcome.err());
  }

  @Test
  void whatPrometheusHasIsImportedOnceAndComesBack() throws IOException {
    Path prometheus = prometheus();
    CommandOutcome imported = blocks("import", prometheus.toString());
    assertOk(imported);
    assertTrue(
        imported.out().contains(": 2480 samples of 4 series in 2 new blocks, "), imported.out());
    assertTrue(imported.err().contains("older than storage.retention, 15 days"), imported.err());
    CommandOutcome again = blocks("import", prometheus.toString());
    assertTrue(again.out().endsWith(": was imported before\n"), again.out());

    CommandOutcome listed = blocks("ls");
    assertOk(listed);
    assertTrue(listed.out().contains("  default  imported  2025-10-09T12:00:00Z  "), listed.out());
    assertTrue(listed.out().contains("2 blocks, 2480 samples, "), listed.out());
    assertEquals("2 blocks: all is well\n", blocks("verify").out());

    Path out = folder.resolve("out");
    CommandOutcome exported = blocks("export", out.toString());
    assertOk(exported);
    assertTrue(exported.out().endsWith("2 blocks with 2480 samples in " + out + "\n"));
    assertEquals("2 blocks: all is well\n", blocks("verify", out.toString()).out());

    // As if it were another store: the same samples come of what was exported.
    data = folder.resolve("second");
    Files.createDirectories(data.resolve("blocks"));
    assertOk(blocks("import", out.toString()));
    assertTrue(blocks("ls").out().contains(" 2480 samples, "));
  }

  @Test
  void aSelectionIsImportedAndExportedAlone() {
    Path prometheus = prometheus();
    CommandOutcome imported =
        blocks(
            "import",
            prometheus.toString(),
            "--tenant=team-a",
            "--match={instance=\"web-0:9100\"}",
            "--start=2025-10-09T12:30:00Z");
    assertOk(imported);
    assertTrue(imported.out().contains(": 1000 samples of 2 series "), imported.out());
    CommandOutcome exported =
        blocks(
            "export",
            folder.resolve("out").toString(),
            "--tenant=team-a",
            "--match=node_load1",
            "--end=2025-10-09T12:59:59Z",
            "--block-duration=24h");
    assertTrue(exported.out().contains("1 blocks with 120 samples in "), exported.out());
    assertTrue(
        blocks("export", folder.resolve("none").toString())
            .out()
            .contains("0 blocks with 0 samples"));
  }

  @Test
  void textWithTimestampsIsImported() throws IOException {
    Path file =
        text(
            """
            # HELP http_requests Requests.
            # TYPE http_requests counter
            http_requests_total{job="shop",instance="web-1"} 1 1760011200.5
            http_requests_total{job="shop",instance="web-2"} 5 1760011200.5 # {trace_id="a"} 1
            http_requests_total{job="shop",instance="web-1"} 2 1760011215.5
            # TYPE temperature_celsius gauge
            temperature_celsius{place="größe"} NaN 1760011200
            # EOF
            """);
    CommandOutcome imported = blocks("import", file.toString());
    assertOk(imported);
    assertTrue(imported.out().contains(": 4 samples of 3 series "), imported.out());
    assertTrue(imported.err().contains(": 1 exemplars were left out"), imported.err());
    assertTrue(blocks("import", file.toString()).out().endsWith(": was imported before\n"));
    try (Stream<Path> work = Files.list(data.resolve("work"))) {
      assertEquals(List.of(), work.toList());
    }
  }

  @Test
  void aLineThatIsWrongIsNamed() throws IOException {
    String good = "up 1 1760011200\n".repeat(1);
    assertProblem(
        good + "up{job=\"node} 1 1760011215\n# EOF\n",
        ":2: column 8: label value has no closing quote");
    assertProblem(good + "up 1\n# EOF\n", ":2: the sample has no timestamp");
    assertProblem(
        good + "up 0 1760011200\n# EOF\n",
        ":2: series up has a sample at 1760011200000 ms after one at 1760011200000 ms");
    assertProblem(good, ":2: the text ends without \"# EOF\"");
    assertProblem(good + "# EOF\nup 1 1760011215\n", ":3: something follows \"# EOF\"");
    assertProblem("# EOF\n", ": has no samples");
  }

  private void assertProblem(String text, String message) throws IOException {
    Path file = text(text);
    CommandOutcome outcome = blocks("import", file.toString());
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().startsWith("weir blocks import: " + file + message), outcome.err());
  }

  @Test
  void seriesAndTheirChurnAreCounted() {
    assertOk(blocks("import", prometheus().toString()));
    CommandOutcome outcome = blocks("analyze", "--limit=1");
    assertOk(outcome);
    assertEquals(
        """
        tenant default, 2025-10-09T12:00:00Z to 2025-10-09T14:59:45Z: 4 series
        2 are new (no sample in the first 300 s), 2 are gone (none in the last 300 s)

        METRICS WITH MOST SERIES  SERIES  NEW  GONE
        node_cpu_seconds_total         2    1     1

        METRICS WITH MOST CHURN  SERIES  NEW  GONE
        node_cpu_seconds_total        2    1     1

        LABELS WITH MOST VALUES  VALUES  LENGTH  SERIES
        __name__                      2    32 B       4

        LABEL PAIRS WITH MOST SERIES  SERIES
        job=node                           4
        """,
        outcome.out());
    CommandOutcome none = blocks("analyze", "--tenant=nobody");
    assertEquals(
        "weir blocks analyze: tenant nobody has no samples in that time; tenants with blocks are"
            + " [default]\n",
        none.err());
  }

  @Test
  void aBlockIsTakenApart() throws IOException {
    assertOk(blocks("import", prometheus().toString()));
    CommandOutcome listed = blocks("ls");
    String name = listed.out().lines().skip(1).findFirst().orElseThrow().split(" ")[0];
    CommandOutcome outcome = blocks("inspect", name);
    assertOk(outcome);
    assertTrue(
        outcome.out().contains("tenant default: 2480 samples of 4 series in 2 groups"),
        outcome.out());
    assertTrue(outcome.out().contains("    timestamps "), outcome.out());
    CommandOutcome file = blocks("inspect", data.resolve("blocks").resolve(name).toString());
    assertTrue(file.out().contains("2480 samples of 4 series"), file.out());
    CommandOutcome prometheus = blocks("inspect", folder.resolve("prometheus").toString());
    assertTrue(prometheus.out().contains(": a block of Prometheus's\n"), prometheus.out());
    CommandOutcome none = blocks("inspect", "nothing");
    assertTrue(none.err().startsWith("weir blocks inspect: nothing is neither a file"), none.err());
  }

  @Test
  void damageIsNamed() throws IOException {
    assertOk(blocks("import", prometheus().toString()));
    Path block;
    try (Stream<Path> files = Files.walk(data.resolve("blocks"))) {
      block = files.filter(file -> file.endsWith("00000.block")).findFirst().orElseThrow();
    }
    byte[] bytes = Files.readAllBytes(block);
    bytes[40] ^= 1;
    Files.write(block, bytes);
    CommandOutcome outcome = blocks("verify");
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().startsWith("weir blocks verify: imports/default/"), outcome.err());

    Path chunks;
    try (Stream<Path> files = Files.walk(folder.resolve("prometheus"))) {
      chunks = files.filter(file -> file.endsWith("000001")).findFirst().orElseThrow();
    }
    byte[] segment = Files.readAllBytes(chunks);
    segment[100] ^= 1;
    Files.write(chunks, segment);
    CommandOutcome prometheus = blocks("verify", folder.resolve("prometheus").toString());
    assertEquals(1, prometheus.exitCode());
    assertTrue(prometheus.err().contains("chunks/000001: offset "), prometheus.err());
  }

  @Test
  void aDirectoryWithoutBlocksIsRefused() {
    data = folder.resolve("elsewhere");
    CommandOutcome outcome = blocks("ls");
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().contains("is no directory; name the data directory"), outcome.err());
    assertEquals(false, Files.exists(data));
  }

  /// What a directory can do a bucket can, too.
  @Test
  void blocksMayBeInABucket() throws Exception {
    try (S3Server server = S3Server.start(Files.createDirectory(folder.resolve("s3")))) {
      Path id = Files.writeString(folder.resolve("id"), S3Server.KEY_ID);
      Path secret = Files.writeString(folder.resolve("secret"), S3Server.SECRET);
      Path config =
          Files.writeString(
              folder.resolve("weir.yml"),
              """
              storage:
                object_store:
                  type: s3
                  bucket: %s
                  endpoint: %s
                  access_key_file: %s
                  secret_key_file: %s
              """
                  .formatted(S3Server.BUCKET, server.endpoint(), id, secret));
      String store = "--weir.config=" + config;
      CommandOutcome imported = blocks("import", prometheus().toString(), store);
      assertOk(imported);
      assertTrue(
          imported.out().contains(": 2480 samples of 4 series in 2 new blocks, "), imported.out());
      CommandOutcome listed = blocks("ls", store);
      assertOk(listed);
      assertTrue(listed.out().contains("2 blocks, 2480 samples"), listed.out());
      String name = listed.out().lines().skip(1).findFirst().orElseThrow().split(" ")[0];
      CommandOutcome inspected = blocks("inspect", name, store);
      assertOk(inspected);
      assertTrue(inspected.out().contains(name), inspected.out());
      assertOk(blocks("verify", store));
      Path target = folder.resolve("exported");
      CommandOutcome exported = blocks("export", target.toString(), store);
      assertOk(exported);
      assertTrue(exported.out().contains("2480 samples"), exported.out());
      try (Stream<Path> left = Files.list(data.resolve("blocks"))) {
        assertEquals(List.of(), left.toList(), "nothing is written where blocks would be");
      }

      Files.delete(secret);
      CommandOutcome refused = blocks("ls", store);
      assertEquals(
          "weir blocks ls: storage.object_store: the file with a secret %s cannot be read:"
                  .formatted(secret)
              + " NoSuchFileException\n",
          refused.err());
    }
  }
}
