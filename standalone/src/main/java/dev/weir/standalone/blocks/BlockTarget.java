package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.model.WeirException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// What somebody named on the command line.
sealed interface BlockTarget {
  /// One of Weir's.
  record OfWeir(BlockReader block) implements BlockTarget {}

  /// One of Prometheus's.
  record OfPrometheus(Path directory) implements BlockTarget {}

  long CACHE_BYTES = 16 << 20;

  /// @param named a file, a directory with blocks of Prometheus's, or a name in the store
  static List<BlockTarget> find(String named, StoreOptions options) {
    Path path = Path.of(named);
    if (Files.isRegularFile(path)) {
      return List.of(new OfWeir(BlockReader.open(BlockFile.of(path), new BlockCache(CACHE_BYTES))));
    }
    if (Files.isDirectory(path)) {
      List<Path> blocks = TsdbBlock.find(path);
      if (!blocks.isEmpty()) {
        return blocks.stream().<BlockTarget>map(OfPrometheus::new).toList();
      }
    }
    BlockStore store = options.store();
    for (StoredBlock stored : store.list(named)) {
      if (stored.name().equals(named)) {
        return List.of(
            new OfWeir(BlockReader.open(BlockFile.of(store, stored), new BlockCache(CACHE_BYTES))));
      }
    }
    throw new WeirException.BadData(
        "%s is neither a file nor a directory with blocks of Prometheus's nor the name of a block in %s"
            .formatted(named, options.description()));
  }
}
