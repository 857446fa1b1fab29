package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Damages a small block byte by byte: whoever reads it gets the right data or an error that names
/// the file, and never anything else.
class BlockDamageTest {
  private static final Tenant OTHER = new Tenant("team-b");

  @TempDir Path directory;
  private Path damaged;
  private byte[] intact;

  @BeforeEach
  void writeABlock() throws Exception {
    Path file = directory.resolve("intact.block");
    damaged = directory.resolve("damaged.block");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 3, 100, 120), 5),
            // Frames of a few entries each, so that damage hits one and not all.
            new BlockWriter.Options(16, 1, 60_000))) {
      for (Tenant tenant : List.of(Tenant.DEFAULT, OTHER)) {
        for (String instance : List.of("a:9100", "b:9100")) {
          addGroup(writer, tenant, instance);
        }
      }
      writer.addMetadata(Tenant.DEFAULT, new MetricMetadata("up", "", "Whether it answers."));
      writer.finish();
    }
    intact = Files.readAllBytes(file);
  }

  private static void addGroup(BlockWriter writer, Tenant tenant, String instance) {
    GroupKey key =
        new GroupKey(new PartitionKey.OfTarget(tenant, "node", instance), "7f3a", new Slice(2));
    List<SeriesMeta> series =
        List.of(
            new SeriesMeta(
                Labels.of(
                    "__name__", "node_cpu_seconds_total", "job", "node", "instance", instance),
                MetricType.COUNTER),
            new SeriesMeta(
                Labels.of("__name__", "up", "job", "node", "instance", instance),
                MetricType.GAUGE));
    long[] timestamps = {1_000, 16_000, 31_000, 61_000, 76_000};
    double[] cpu = {1.25, 2.5, 3.125, 1e-3, 1.0 / 3};
    double[] up = {1, 1, 0, 1, 1};
    long[] starts = {500, 500, 500, 60_500, 60_500};
    writer.add(
        key,
        series,
        new GroupSamples(
            timestamps,
            List.of(new GroupSamples.Column(cpu, null, starts), GroupSamples.Column.ofValues(up))));
    writer.addLiveLayout(new LiveLayout(key, Layout.of(series), 17, 91_000));
  }

  private BlockReader open() {
    return BlockReader.open(BlockFile.of(damaged), new BlockCache(1 << 20));
  }

  private static String contentOf(BlockReader block, Tenant tenant, List<Matcher> matchers) {
    StringBuilder text = new StringBuilder();
    try (GroupCursor cursor =
        new BlockSeriesSource(block)
            .select(tenant, matchers, new TimeRange(0, 100_000), SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples samples = group.read();
        text.append(group.key()).append(group.series());
        text.append(Arrays.toString(samples.timestampsMillis()));
        for (GroupSamples.Column column : samples.columns()) {
          text.append(Arrays.toString(column.values()))
              .append(Arrays.toString(column.startTimestampsMillis()));
        }
      }
    }
    return text.toString();
  }

  private static String everything(BlockReader block) {
    StringBuilder text = new StringBuilder();
    for (Tenant tenant : List.of(Tenant.DEFAULT, OTHER)) {
      text.append(contentOf(block, tenant, List.of()));
      text.append(contentOf(block, tenant, List.of(Matcher.equal("instance", "b:9100"))));
      text.append(
          contentOf(
              block,
              tenant,
              List.of(
                  Matcher.regex("__name__", "[a-z_]+"),
                  Matcher.regex("instance", ".:9100"),
                  Matcher.regex("job", "n.+"))));
      text.append(block.metadata(tenant));
    }
    for (LiveLayout layout : block.liveLayouts()) {
      text.append(layout).append(layout.layout().series());
    }
    return text.append(block.meta()).toString();
  }

  @Test
  void anIntactBlockVerifies() throws Exception {
    Files.write(damaged, intact);
    assertEquals(List.of(), open().verify());
    assertTrue(everything(open()).contains("Whether it answers."));
  }

  @Test
  void everyFlippedByteGivesTheRightDataOrAnErrorThatNamesTheFile() throws Exception {
    Files.write(damaged, intact);
    String expected = everything(open());
    int errors = 0;
    for (int flip : new int[] {0xff, 0x01, 0x80}) {
      for (int at = 0; at < intact.length; at++) {
        byte[] bytes = intact.clone();
        bytes[at] ^= (byte) flip;
        Files.write(damaged, bytes);
        try {
          assertEquals(expected, everything(open()), "byte " + at);
        } catch (WeirException.Corrupt e) {
          assertTrue(e.getMessage().contains(damaged.toString()), e.getMessage());
          assertTrue(e.getMessage().contains("offset"), e.getMessage());
          errors++;
        }
      }
    }
    // Only the header is not needed to read the rest.
    assertEquals(3 * (intact.length - BlockFormat.HEADER_BYTES), errors);
  }

  @Test
  void everyFlippedByteIsFoundByVerifying() throws Exception {
    for (int at = 0; at < intact.length; at++) {
      byte[] bytes = intact.clone();
      bytes[at] ^= 0x10;
      Files.write(damaged, bytes);
      List<WeirException.Corrupt> problems;
      try {
        problems = open().verify();
      } catch (WeirException.Corrupt e) {
        problems = List.of(e);
      }
      assertFalse(problems.isEmpty(), "byte " + at);
    }
  }

  @Test
  void damageInOneFrameLeavesTheRestReadable() throws Exception {
    Files.write(damaged, intact);
    Section section = open().sections().getFirst();
    String other = contentOf(open(), OTHER, List.of());
    Region values = section.root().region(0, RegionKind.VALUES);
    byte[] bytes = intact.clone();
    bytes[(int) values.frame(0).offset() + 3] ^= 0x40;
    Files.write(damaged, bytes);
    List<Matcher> hit = List.of(Matcher.equal("__name__", "node_cpu_seconds_total"));
    List<Matcher> spared = List.of(Matcher.equal("__name__", "up"));
    WeirException.Corrupt e =
        assertThrows(WeirException.Corrupt.class, () -> contentOf(open(), Tenant.DEFAULT, hit));
    assertTrue(
        e.getMessage()
            .startsWith(
                "%s, frame at offset %d: the checksum of "
                    .formatted(damaged, values.frame(0).offset())),
        e.getMessage());
    assertTrue(contentOf(open(), Tenant.DEFAULT, spared).contains("up"));
    assertEquals(other, contentOf(open(), OTHER, List.of()));
    assertEquals(1, open().verify().size());
  }

  @Test
  void everyFileThatIsCutShortIsRefused() throws Exception {
    for (int length = 0; length < intact.length; length++) {
      Files.write(damaged, Arrays.copyOf(intact, length));
      WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, this::open);
      assertTrue(e.getMessage().startsWith(damaged.toString()), e.getMessage());
    }
  }

  @Test
  void aFileThatGrewIsRefused() throws Exception {
    Files.write(damaged, Arrays.copyOf(intact, intact.length + 1));
    assertThrows(WeirException.Corrupt.class, this::open);
  }

  @Test
  void aLaterVersionIsRefusedByItsNumber() throws Exception {
    byte[] bytes = intact.clone();
    int version = intact.length - BlockFormat.FOOTER_BYTES + 16;
    bytes[version] = 2;
    int checksum = BlockFormat.checksum(bytes, version - 16, 20);
    for (int i = 0; i < 4; i++) {
      bytes[version + 4 + i] = (byte) (checksum >>> (8 * i));
    }
    Files.write(damaged, bytes);
    WeirException.Corrupt e = assertThrows(WeirException.Corrupt.class, this::open);
    assertTrue(
        e.getMessage().endsWith("format version 2 is not known; this program reads version 1"),
        e.getMessage());
  }
}
