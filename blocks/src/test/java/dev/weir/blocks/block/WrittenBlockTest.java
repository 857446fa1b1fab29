package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/// A link of a chain as it is written today.
class WrittenBlockTest extends BlockContract {
  @Override
  byte[] write(Path scratch) throws IOException {
    // Frames of a few entries each, so that damage hits one and not all.
    return write(scratch.resolve("written.block"), 64);
  }

  private byte[] write(Path file, int frameBytes) throws IOException {
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 3, 100, 120), 5),
            new BlockWriter.Options(frameBytes, 1, ContractContent.WINDOW_MILLIS))) {
      for (Tenant tenant : tenants()) {
        ContractContent.addSamples(writer, tenant);
        ContractContent.addLayouts(writer, tenant);
      }
      writer.finish();
    }
    return Files.readAllBytes(file);
  }

  @Override
  int version() {
    return 3;
  }

  @Test
  void holdsEveryEncodingThatIsWritten() throws IOException {
    Set<Integer> encodings = new TreeSet<>();
    Section section = open(write(directory.resolve("encodings.block"), 1000)).sections().getFirst();
    RegionCursor cursor = section.cursor(section.root().region(0, RegionKind.VALUES));
    for (ByteReader entry = cursor.next(); entry != null; entry = cursor.next()) {
      encodings.add(entry.readByte() & 0xf);
    }
    assertEquals(Set.of(1, 2, 3, 4), encodings);
  }

  @Test
  void sizesOfFramesDoNotMatter() throws IOException {
    for (int frameBytes : new int[] {1, 16, 1000, 1 << 16}) {
      byte[] block = write(directory.resolve(frameBytes + ".block"), frameBytes);
      assertEquals(
          "",
          ContractContent.difference(
              ContractContent.expected(tenants(), true, true),
              ContractContent.read(open(block), tenants())));
    }
  }
}
