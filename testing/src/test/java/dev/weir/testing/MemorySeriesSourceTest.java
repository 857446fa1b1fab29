package dev.weir.testing;

import dev.weir.model.source.SeriesSource;
import java.util.List;

class MemorySeriesSourceTest extends SeriesSourceContract {
  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    return MemorySeriesSource.of(rows);
  }
}
