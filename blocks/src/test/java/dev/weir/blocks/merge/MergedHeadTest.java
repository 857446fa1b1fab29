package dev.weir.blocks.merge;

import dev.weir.blocks.head.PartitionHead;
import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import dev.weir.testing.SeriesSourceContract;
import java.util.List;
import java.util.concurrent.Executors;

/// A store of older rows under a head that still has some of them: what a query sees when it joins
/// blocks and their owner by offset.
class MergedHeadTest extends SeriesSourceContract {
  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    int stored = rows.size() / 2;
    PartitionHead head = new PartitionHead(rows.size() / 3);
    for (int offset = rows.size() / 3; offset < rows.size(); offset++) {
      GroupRow row = rows.get(offset);
      head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
    }
    head.advance(rows.size(), 0);
    return new MergedSeriesSource(
        List.of(MemorySeriesSource.of(rows.subList(0, stored)), head.from(stored)),
        Executors.newVirtualThreadPerTaskExecutor());
  }
}
