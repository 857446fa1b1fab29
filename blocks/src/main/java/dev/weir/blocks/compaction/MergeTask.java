package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.Tenant;
import java.util.List;

/// A block that is to be made from others of a tenant, and counts instead of them.
public sealed interface MergeTask permits CompactionTask, ImportTask {
  Tenant tenant();

  /// Blocks with a section of the tenant, in order of precedence.
  List<BlockReader> sources();

  /// Of the result, higher than that of each source.
  int level();

  /// The name of the result.
  BlockName target();
}
