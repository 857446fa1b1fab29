package dev.weir.blocks.head;

import dev.weir.model.source.SeriesSource;
import dev.weir.testing.GroupRow;
import dev.weir.testing.SeriesSourceContract;
import java.util.List;

/// The head keeps the contract of every source.
class HeadSourceTest extends SeriesSourceContract {
  @Override
  protected SeriesSource sourceOf(List<GroupRow> rows) {
    PartitionHead head = new PartitionHead(0);
    for (int offset = 0; offset < rows.size(); offset++) {
      GroupRow row = rows.get(offset);
      head.append(offset, row.group(), row.layout(), List.of(row.row()), 0);
    }
    head.advance(rows.size(), 0);
    return head.from(0);
  }
}
