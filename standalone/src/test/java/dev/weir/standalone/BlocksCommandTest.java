package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.tsdb.TsdbBlockWriter;
import dev.weir.blocks.tsdb.Ulid;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import dev.weir.objects.S3Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
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
        imported.out().contains(": 2480 samples of 4 series in 1 new block, "), imported.out());
    assertTrue(imported.err().contains("older than storage.retention, 15 days"), imported.err());
    CommandOutcome again = blocks("import", prometheus.toString());
    assertTrue(
        again.out().endsWith(": was imported before (--again imports it once more)\n"),
        again.out());

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
    CommandOutcome none = blocks("export", folder.resolve("none").toString());
    assertEquals(1, none.exitCode());
    assertEquals(
        "weir blocks export: tenant default has no blocks; tenants with blocks are [team-a]\n",
        none.err());
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
    assertTrue(
        blocks("import", file.toString())
            .out()
            .endsWith(": was imported before (--again imports it once more)\n"));
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
    assertProblem(
        good + "up{job=\"node\",job=\"edge\"} 1 1760011215\n# EOF\n",
        ":2: column 15: label \"job\" stands twice, in \"up{job=\\\"node\\\",job=\\\"edge\\\"} 1"
            + " 1760011215\"");
    assertProblem(
        good + "up 1 1760011215\r\n# EOF\r\n",
        ":3: lines end with \\r\\n; those of OpenMetrics text end with \\n alone");
    assertProblem(
        good + "up 1 1760011215000\n# EOF\n",
        ":2: the sample's time 1760011215000 is in the future, +57742-07-15T04:10:00Z; timestamps"
            + " of OpenMetrics text are in seconds, in \"up 1 1760011215000\"");
  }

  @Test
  void textThatIsCompressedIsNotTakenForText() throws IOException {
    Path file = folder.resolve("metrics.txt.gz");
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("up 1 1760011200\n# EOF\n".getBytes(UTF_8));
    }
    assertEquals(
        "weir blocks import: %s is compressed with gzip; unpack it first, such as with gunzip\n"
            .formatted(file),
        blocks("import", file.toString()).err());
  }

  @Test
  void aBackupSaysWhatIsNew() {
    assertOk(blocks("import", prometheus().toString()));
    String backup = folder.resolve("backup").toString();
    String data = "--data=" + this.data;
    CommandOutcome first = CommandOutcome.of("backup", backup, data);
    assertOk(first);
    assertTrue(first.out().startsWith(backup + ": 2 objects, "), first.out());
    assertTrue(
        first.out().endsWith(", verified; 2 new, by second names of the files\n"), first.out());
    CommandOutcome second = CommandOutcome.of("backup", backup, data);
    assertTrue(second.out().endsWith(", verified; nothing is new\n"), second.out());
  }

  /// What cannot be opened is not passed over in silence by whoever is asked for all.
  @Test
  void aBlockThatCannotBeOpenedIsAFailure() throws IOException {
    assertOk(blocks("import", prometheus().toString()));
    Path damaged =
        data.resolve("blocks/imports/default").resolve("f".repeat(32)).resolve("00000.block");
    Files.createDirectories(requireNonNull(damaged.getParent()));
    Files.write(damaged, new byte[100]);
    Path other = data.resolve("blocks/imports/other").resolve("f".repeat(32));
    Files.createDirectories(other);
    Files.write(other.resolve("00000.block"), new byte[100]);
    String name = "imports/default/%s/00000.block".formatted("f".repeat(32));

    assertLeftOut("the export", name, blocks("export", folder.resolve("out").toString()), 2480);
    assertLeftOut("the count", name, blocks("analyze"), 4);
    assertLeftOut("the list", name, blocks("ls", "--tenant=default"), 2480);
    CommandOutcome all = blocks("ls");
    assertEquals(3, all.err().lines().count(), all.err());

    CommandOutcome empty = blocks("analyze", "--tenant=other");
    assertEquals(1, empty.exitCode());
    assertTrue(empty.err().contains("imports/other/"), empty.err());
  }

  private static void assertLeftOut(
      String result, String name, CommandOutcome outcome, int expected) {
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.out().contains(String.valueOf(expected)), outcome.out());
    List<String> lines = outcome.err().lines().toList();
    assertEquals(2, lines.size(), outcome.err());
    assertTrue(
        lines.getFirst().endsWith(": " + result + " is without what cannot be read:"),
        outcome.err());
    assertTrue(lines.getLast().contains(name), outcome.err());
    assertEquals(lines.getLast().indexOf(name), lines.getLast().lastIndexOf(name), outcome.err());
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

  /// A block that is merged into another, and is still there.
  @Test
  void whatIsMergedIsNotCountedTwice() throws IOException {
    assertOk(blocks("import", prometheus().toString()));
    Path first;
    try (Stream<Path> files = Files.walk(data.resolve("blocks"))) {
      first = files.filter(file -> file.endsWith("00000.block")).findFirst().orElseThrow();
    }
    String name = data.resolve("blocks").relativize(first).toString();
    Path merged = folder.resolve("merged");
    Labels up = Labels.of("__name__", "up", "instance", "web-1:9100", "job", "node");
    try (BlockWriter writer =
        new BlockWriter(
            merged,
            new BlockWriter.Description(2, NOON, List.of(), List.of(name)),
            BlockWriter.Options.SMALL)) {
      writer.add(
          new GroupKey(PartitionKey.of(Tenant.DEFAULT, up), "", Slice.WHOLE),
          List.of(new SeriesMeta(up, MetricType.GAUGE)),
          new GroupSamples(
              new long[] {NOON, NOON + 15_000},
              List.of(GroupSamples.Column.ofValues(new double[] {1, 1}))));
      writer.finish();
    }
    Files.move(merged, first.resolveSibling("00000-02.block"));
    CommandOutcome listed = blocks("ls");
    assertOk(listed);
    assertTrue(
        Pattern.compile("\n2 blocks, 2 samples, .* a sample; merged, to be deleted: 1 block, .*\n$")
            .matcher(listed.out())
            .find(),
        listed.out());
  }

  @Test
  void aDirectoryWithoutBlocksIsRefused() {
    data = folder.resolve("elsewhere");
    CommandOutcome outcome = blocks("ls");
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().contains("is no directory; name the data directory"), outcome.err());
    assertEquals(false, Files.exists(data));
  }

  @Test
  void anImportMakesTheDirectoryThatItFills() throws IOException {
    data = folder.resolve("new/data");
    Path text = folder.resolve("up.om");
    Files.writeString(text, "up 1 1772582400\n# EOF\n");
    CommandOutcome outcome = blocks("import", text.toString());
    assertOk(outcome);
    assertTrue(
        outcome.err().contains(data.resolve("blocks") + " was not there, and is made"),
        outcome.err());
    CommandOutcome again = blocks("import", text.toString());
    assertOk(again);
    assertFalse(again.err().contains("was not there"), again.err());
    assertTrue(blocks("ls").out().contains("1 sample"), "nothing was imported");
  }

  @Test
  void aDirectoryThatCannotBeMadeIsSaidSo() throws IOException {
    data = Files.writeString(folder.resolve("file"), "not a directory").resolve("data");
    CommandOutcome outcome = blocks("import", folder.toString());
    assertEquals(1, outcome.exitCode());
    assertTrue(outcome.err().contains("cannot be made: "), outcome.err());
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
          imported.out().contains(": 2480 samples of 4 series in 1 new block, "), imported.out());
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
      assertTrue(
          refused
              .err()
              .endsWith(
                  "storage.object_store: secret_key_file: there is no file %s; name one that exists\n"
                      .formatted(secret)),
          refused.err());
    }
  }
}
