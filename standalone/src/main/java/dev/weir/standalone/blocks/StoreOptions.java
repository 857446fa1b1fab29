package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.standalone.pipeline.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/// Where the blocks are.
final class StoreOptions {
  private static final long CACHE_BYTES = 64 << 20;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data directory that has the blocks (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--blocks",
      paramLabel = "DIR",
      description = "The directory of blocks itself (default: blocks in the data directory).")
  private Optional<Path> blocks;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  StoreOptions() {}

  Path directory() {
    return blocks.orElseGet(() -> DataDirectory.blocksIn(data));
  }

  /// @throws WeirException.BadData if there is no such directory
  LocalBlockStore store() {
    Path directory = directory();
    if (!Files.isDirectory(directory)) {
      throw new WeirException.BadData(
          "%s is no directory; name the data directory with --data, or that of the blocks with --blocks"
              .formatted(directory));
    }
    return new LocalBlockStore(directory);
  }

  /// What there is now.
  BlockSnapshot list() {
    return catalog(store()).refresh();
  }

  static BlockCatalog catalog(LocalBlockStore store) {
    return new BlockCatalog(store, new BlockCache(CACHE_BYTES));
  }

  /// The blocks that count for a tenant, as queries read them: the first of two samples wins.
  static List<BlockReader> counting(BlockSnapshot snapshot, Tenant tenant) {
    List<BlockReader> counting = new ArrayList<>(snapshot.blocks(tenant));
    counting.addAll(snapshot.imports(tenant));
    return counting;
  }

  /// The series of a tenant in all blocks that have samples in a range.
  static SeriesSource source(BlockSnapshot snapshot, Tenant tenant, TimeRange range) {
    return new MergedSeriesSource(
        snapshot.sources(tenant, counting(snapshot, tenant), range), Runnable::run);
  }

  static Optional<TimeRange> times(BlockReader block, Tenant tenant) {
    return block.meta().section(tenant).flatMap(section -> section.times());
  }
}
