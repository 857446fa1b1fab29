package dev.weir.blocks.merge;

import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import dev.weir.testing.SeriesSourceContract;
import java.util.ArrayList;
import java.util.List;

/// Rows dealt to sources as they follow each other, merged, keep the contract.
class MergedMemoryTest extends SeriesSourceContract {
  private static final int SOURCES = 4;

  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    List<SeriesSource> sources = new ArrayList<>();
    for (int source = 0; source < SOURCES; source++) {
      int from = rows.size() * source / SOURCES;
      int to = rows.size() * (source + 1) / SOURCES;
      sources.add(MemorySeriesSource.of(rows.subList(from, to)));
    }
    return new MergedSeriesSource(sources, Runnable::run);
  }
}
