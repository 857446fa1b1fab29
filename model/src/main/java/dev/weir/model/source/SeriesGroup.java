package dev.weir.model.source;

import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import java.util.List;

/// The selected series of one group. Their labels are at hand; their samples are decoded when
/// [#read] asks for them, by the thread that asks, so that groups are read in parallel and merged
/// sources first learn which series there are.
public interface SeriesGroup {
  GroupKey key();

  /// At least one series, in order of labels, each once.
  List<SeriesMeta> series();

  /// The samples in the selected range, column `i` for series `i`. May be called once.
  ///
  /// @throws dev.weir.model.WeirException if what is stored cannot be read
  GroupSamples read();

  /// The samples in the selected range, column by column. Called instead of [#read], by whoever
  /// needs each column once.
  ///
  /// @throws dev.weir.model.WeirException if what is stored cannot be read
  default GroupColumns columns() {
    return GroupColumns.of(read());
  }
}
