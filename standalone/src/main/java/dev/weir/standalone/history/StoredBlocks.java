package dev.weir.standalone.history;

import dev.weir.blocks.store.BlockStore;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.WeirException;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.blocks.StoreOptions;
import dev.weir.standalone.pipeline.BlockStores;
import dev.weir.standalone.pipeline.DataDirectory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The blocks that the command line names, by absolute paths: each machine that works on them reads
/// the same `weir.yml`, or has the same directory.
///
/// @param blocks directory of blocks itself; null if it is in the data directory
/// @param weirFile a `weir.yml`; null if none was given
record StoredBlocks(String data, @Nullable String blocks, @Nullable String weirFile)
    implements HistoryStore {

  static StoredBlocks of(StoreOptions options) {
    return options.told((data, blocks, weirFile) ->
        new StoredBlocks(absolute(data), absolute(blocks), absolute(weirFile)));
  }

  private static String absolute(Path path) {
    return path.toAbsolutePath().normalize().toString();
  }

  private static @Nullable String absolute(Optional<Path> path) {
    return path.map(StoredBlocks::absolute).orElse(null);
  }

  @Override
  public Opened open() {
    BlockStores stores = stores();
    if (!stores.isRemote() && !Files.isDirectory(stores.directory())) {
      stores.close();
      throw new WeirException.BadData(
          "%s is no directory; name the data directory with --data, or that of the blocks with --blocks"
              .formatted(stores.directory()));
    }
    return new Opened() {
      private final BlockStore opened = stores.forWriting();

      @Override
      public BlockStore blocks() {
        return opened;
      }

      @Override
      public void close() {
        stores.close();
      }
    };
  }

  private BlockStores stores() {
    if (blocks != null) {
      return BlockStores.ofDirectory(Path.of(blocks));
    }
    WeirConfig config =
        weirFile == null ? WeirConfig.defaults() : WeirConfig.read(Path.of(weirFile));
    return BlockStores.open(config.storage().objectStore(), DataDirectory.blocksIn(Path.of(data)));
  }

  @Override
  public Path workDirectory() {
    return blocks == null
        ? DataDirectory.unpublishedIn(Path.of(data))
        : Path.of(blocks).resolveSibling("work");
  }
}
