package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A compacted block, of a block of version 1 and of one of today's that overlaps it and has the
/// same samples, in longer windows.
class MergedBlockTest extends BlockContract {
  private static final OffsetRange COVERS = new OffsetRange("weir.samples", 3, 100, 140);

  @Override
  byte[] write(Path scratch) throws IOException {
    Path merged = scratch.resolve("merged.block");
    BlockMerge.Result result = merge(scratch, merged);
    assertEquals(0, result.conflicts());
    return Files.readAllBytes(merged);
  }

  private static BlockMerge.Result merge(Path scratch, Path target) throws IOException {
    BlockReader old = open(new VersionOneBlockTest().write(scratch));
    Path file = scratch.resolve(target.getFileName() + ".source");
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 3, 120, 140), 5),
            BlockWriter.Options.SMALL)) {
      ContractContent.addSamples(writer, Tenant.DEFAULT);
      writer.finish();
    }
    return BlockMerge.write(
        target,
        Tenant.DEFAULT,
        List.of(old, BlockReader.open(BlockFile.of(file), new BlockCache(1 << 20))),
        new BlockWriter.Description(1, 5, List.of(COVERS), List.of("one", "two")),
        new BlockWriter.Options(64, 6, 3 * ContractContent.WINDOW_MILLIS));
  }

  @Override
  int version() {
    return 3;
  }

  @Override
  List<Tenant> tenants() {
    return List.of(Tenant.DEFAULT);
  }

  @Override
  boolean hasLayouts() {
    return false;
  }

  @Test
  void equalDuplicatesVanish() throws IOException {
    Path target = directory.resolve("counted.block");
    BlockMeta meta = merge(directory, target).meta();
    assertEquals(
        open(new VersionOneBlockTest().write(directory)).meta().samples() / 2, meta.samples());
  }
}
