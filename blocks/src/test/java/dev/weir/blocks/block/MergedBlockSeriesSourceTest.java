package dev.weir.blocks.block;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.SeriesSourceContract;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// The contract over a block that was merged from several, each with some of the rows. The merged
/// block holds one tenant; the others answer from the last of the small blocks, which is empty.
class MergedBlockSeriesSourceTest extends SeriesSourceContract {
  private static final int BLOCKS = 5;

  @TempDir Path directory;

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    List<Tenant> tenants = rows.stream().map(row -> row.group().tenant()).distinct().toList();
    if (tenants.size() != 1) {
      // Tenants are compacted apart; what several of them have in one block is tested there.
      return new BlockSeriesSource(BlockFixture.write(directory.resolve("all.block"), rows));
    }
    BlockCache cache = new BlockCache(1 << 20);
    List<BlockReader> sources = new ArrayList<>();
    int size = rows.size() / BLOCKS + 1;
    for (int from = 0; from < rows.size(); from += size) {
      sources.add(
          BlockFixture.write(
              directory.resolve("%d.block".formatted(from)),
              from,
              rows.subList(from, Math.min(from + size, rows.size())),
              // Windows of another length than those of the result.
              new BlockWriter.Options(100, 1, 7 * 60_000),
              cache));
    }
    Path merged = directory.resolve("merged.block");
    BlockMerge.write(
        merged,
        tenants.getFirst(),
        sources,
        new BlockWriter.Description(
            1,
            0,
            List.of(new OffsetRange(BlockFixture.TOPIC, 0, 0, rows.size())),
            sources.stream().map(BlockReader::name).toList()),
        new BlockWriter.Options(200, 3, 10 * 60_000));
    return new BlockSeriesSource(BlockReader.open(BlockFile.of(merged), cache));
  }
}
