package dev.weir.blocks.block;

import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.SeriesSourceContract;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;

class BlockSeriesSourceTest extends SeriesSourceContract {
  @TempDir Path directory;

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    return new BlockSeriesSource(BlockFixture.write(directory.resolve("contract.block"), rows));
  }
}
