package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.IoErrorText;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.service.config.ObjectStoreConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.pipeline.BlockStores;
import dev.weir.standalone.pipeline.DataDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/// Where the blocks are.
public final class StoreOptions {
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

  @Option(
      names = "--weir.config",
      paramLabel = "FILE",
      description =
          "A weir.yml, whose storage.object_store says where the blocks are if they are not in a"
              + " directory.")
  private Optional<Path> weirFile;

  private Optional<WeirConfig> config = Optional.empty();

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  StoreOptions() {}

  /// The weir.yml, if one is given.
  ///
  /// @throws WeirException.BadData with every problem of the file
  public Optional<WeirConfig> weir() {
    if (config.isEmpty()) {
      config = weirFile.map(WeirConfig::read);
    }
    return config;
  }

  private BlockStores stores() {
    ObjectStoreConfig store = weir().orElseGet(WeirConfig::defaults).storage().objectStore();
    return blocks.isPresent()
        ? BlockStores.ofDirectory(blocks.get())
        : BlockStores.open(store, DataDirectory.blocksIn(data));
  }

  /// Says again what was said on the command line, for another process: the data directory, that of
  /// blocks, and the weir.yml.
  ///
  /// @param with what is to be made of it
  public <T> T told(Told<T> with) {
    return with.apply(data, blocks, weirFile);
  }

  /// Takes what was said on the command line.
  @FunctionalInterface
  public interface Told<T> {
    T apply(Path data, Optional<Path> blocks, Optional<Path> weirFile);
  }

  /// Where the blocks are, for messages.
  String description() {
    return stores().description();
  }

  /// Where blocks are written before they are published.
  Path workDirectory() {
    return blocks.isPresent()
        ? blocks.get().toAbsolutePath().resolveSibling("work")
        : DataDirectory.unpublishedIn(data);
  }

  /// @throws WeirException.BadData if there is no such directory
  BlockStore store() {
    return existing().forWriting();
  }

  /// The store for who reads whole blocks once.
  ///
  /// @throws WeirException.BadData if there is no such directory
  BlockStore withoutCache() {
    return existing().withoutCache();
  }

  /// The store for who fills it, whose directory is made where it is missing, as `weir run` does.
  ///
  /// @param whenMade is told that it was
  /// @throws WeirException.BadData if it cannot be made
  BlockStore made(Consumer<Path> whenMade) {
    BlockStores stores = stores();
    Path directory = stores.directory();
    if (!stores.isRemote() && !Files.isDirectory(directory)) {
      try {
        Files.createDirectories(directory);
      } catch (IOException e) {
        throw new WeirException.BadData(
            "%s cannot be made: %s; name a directory that this user can write"
                .formatted(directory, IoErrorText.of(e)),
            e);
      }
      whenMade.accept(directory);
    }
    return stores.forWriting();
  }

  private BlockStores existing() {
    BlockStores stores = stores();
    if (!stores.isRemote() && !Files.isDirectory(stores.directory())) {
      throw new WeirException.BadData(
          "%s is no directory; name the data directory with --data, or that of the blocks with --blocks"
              .formatted(stores.directory()));
    }
    return stores;
  }

  /// What there is now.
  BlockSnapshot list() {
    return catalog(store()).refresh();
  }

  static BlockCatalog catalog(BlockStore store) {
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
    return new MergedSeriesSource(snapshot.sources(tenant, counting(snapshot, tenant), range));
  }

  static Optional<TimeRange> times(BlockReader block, Tenant tenant) {
    return block.meta().section(tenant).flatMap(section -> section.times());
  }
}
