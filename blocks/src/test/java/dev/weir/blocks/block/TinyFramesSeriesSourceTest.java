package dev.weir.blocks.block;

import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.SeriesSourceContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

/// The contract with a frame for nearly every entry, windows of a minute, and no cache: what large
/// blocks are at their seams.
class TinyFramesSeriesSourceTest extends SeriesSourceContract {
  @TempDir Path directory;

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    return new BlockSeriesSource(
        BlockFixture.write(
            directory.resolve("contract.block"),
            0,
            rows,
            new BlockWriter.Options(20, 1, 60_000),
            new BlockCache(0)));
  }
}
