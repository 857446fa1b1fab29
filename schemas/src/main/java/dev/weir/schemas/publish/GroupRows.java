package dev.weir.schemas.publish;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import java.util.List;

/// Rows of one group, ready to be published as one record.
public record GroupRows(GroupKey group, Layout layout, List<Row> rows) {
  public GroupRows {
    rows = List.copyOf(rows);
  }
}
