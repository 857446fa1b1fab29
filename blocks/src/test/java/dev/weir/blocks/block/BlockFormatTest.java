package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The examples that the classes of the format give, byte by byte.
class BlockFormatTest {
  @TempDir Path directory;

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  private static String hex(ByteWriter out) {
    return hex(out.toByteArray());
  }

  @Test
  void aHeader() {
    assertEquals("57 45 49 52 42 4c 4b 0a 03 00 00 00 b0 e9 7b 1f", hex(BlockFormat.header()));
  }

  @Test
  void aFrame() throws Exception {
    Path file = directory.resolve("frame");
    try (BlockOutput out = new BlockOutput(file, StandardOpenOption.CREATE_NEW);
        Frames.Writer frames = new Frames.Writer(out, 1)) {
      FrameRef ref = frames.write(new byte[] {1, 2, 3}, 3);
      assertEquals(new FrameRef(0, 8, 3), ref);
      out.sync();
      assertEquals("00 01 02 03 a3 1a 33 d9", hex(Files.readAllBytes(file)));
      assertArrayEquals(
          new byte[] {1, 2, 3}, java.util.Arrays.copyOf(Frames.read(BlockFile.of(file), ref), 3));
    }
  }

  @Test
  void theContentOfARegion() throws Exception {
    Path file = directory.resolve("region");
    try (BlockOutput out = new BlockOutput(file, StandardOpenOption.CREATE_NEW);
        Frames.Writer frames = new Frames.Writer(out, 1)) {
      Region.Writer writer = new Region.Writer(frames, 1000);
      writer.add(5, new byte[] {(byte) 0xaa, (byte) 0xbb}, 0, 2);
      writer.add(7, new byte[] {(byte) 0xcc}, 0, 1);
      Region region = writer.finish();
      out.sync();
      byte[] stored = Files.readAllBytes(file);
      assertEquals("00 02 05 02 02 01 aa bb cc", hex(java.util.Arrays.copyOf(stored, 9)));
      ByteWriter directory = new ByteWriter();
      region.write(directory);
      assertEquals("01 00 05 0d 08", hex(directory));
    }
  }

  @Test
  void postings() {
    ByteWriter out = new ByteWriter();
    Postings.write(new int[] {3, 4, 5, 9}, 4, out);
    assertEquals("02 03 02 03 00", hex(out));
    assertArrayEquals(
        new int[] {3, 4, 5, 9}, Postings.read(new ByteReader(out.toByteArray(), "postings"), 10));
  }

  @Test
  void aSeries() {
    ByteWriter out = new ByteWriter();
    new SeriesEntry(2, MetricType.COUNTER, 0, 0, new int[] {0, 7, 9}).write(out);
    assertEquals("02 01 00 00 03 00 07 02", hex(out));
  }

  @Test
  void aGroup() {
    ByteWriter out = new ByteWriter();
    new GroupEntry(
            new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "a"), "t", Slice.WHOLE),
            2,
            1000,
            16_000)
        .write(out);
    assertEquals("00 04 6e 6f 64 65 01 61 01 74 01 02 d0 0f 98 75", hex(out));
  }

  /// The example of docs/formats/block.md.
  @Test
  void aWholeBlock() throws Exception {
    Path file = directory.resolve("example.block");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 0, 0, 2), 0),
            BlockWriter.Options.SMALL)) {
      writer.add(
          new GroupKey(new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "a"), "t", Slice.WHOLE),
          List.of(
              new SeriesMeta(
                  Labels.of("__name__", "up", "instance", "a", "job", "node"), MetricType.GAUGE)),
          new GroupSamples(
              new long[] {1000, 16_000},
              List.of(GroupSamples.Column.ofValues(new double[] {1, 1}))));
      writer.finish();
    }
    String expected =
        """
        57 45 49 52 42 4c 4b 0a 03 00 00 00 b0 e9 7b 1f
        00 01 00 07 02 01 d0 0f b0 ea 01 aa a1 d9 b4 00
        01 00 09 01 00 00 00 00 00 00 f0 3f dc 6c f2 de
        00 01 00 10 00 04 6e 6f 64 65 01 61 01 74 01 02
        d0 0f 98 75 a3 84 a5 a1 00 03 00 02 01 01 01 04
        75 70 61 6e 6f 64 65 b3 d9 83 b3 00 03 00 03 01
        03 01 03 01 00 00 01 00 00 01 00 00 15 5a 74 27
        00 01 00 08 00 02 00 00 03 00 01 01 d6 7b 8f 57
        00 01 01 01 01 d0 0f 98 75 03 08 5f 5f 6e 61 6d
        65 5f 5f 01 08 69 6e 73 74 61 6e 63 65 01 03 6a
        6f 62 01 01 02 75 70 06 01 01 01 20 00 0f 0a 02
        01 01 3e 00 11 0c 10 00 01 60 00 18 13 11 00 01
        e0 01 00 10 0b 12 00 01 90 01 00 13 0e 13 00 01
        b6 01 00 15 10 22 d8 1f 8a 00 00 00 01 0c 77 65
        69 72 2e 73 61 6d 70 6c 65 73 00 00 02 00 01 07
        64 65 66 61 75 6c 74 01 02 d0 0f 98 75 80 01 59
        54 00 1d bb fc b2 d9 00 00 00 00 00 00 00 2d 00
        00 00 28 00 00 00 03 00 00 00 72 e9 48 18 57 45
        49 52 42 4c 4b 0a
        """;
    byte[] bytes = Files.readAllBytes(file);
    StringBuilder found = new StringBuilder();
    for (int at = 0; at < bytes.length; at += 16) {
      found
          .append(hex(java.util.Arrays.copyOfRange(bytes, at, Math.min(at + 16, bytes.length))))
          .append('\n');
    }
    assertEquals(expected, found.toString());
  }
}
