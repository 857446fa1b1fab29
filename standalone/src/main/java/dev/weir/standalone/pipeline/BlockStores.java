package dev.weir.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.WeirException;
import dev.weir.objects.ObjectBlockStore;
import dev.weir.objects.ObjectLocation;
import dev.weir.objects.ObjectLocation.Credential;
import dev.weir.objects.ObjectLocation.Keys;
import dev.weir.objects.RequestSettings;
import dev.weir.objects.cache.CachedBlockStore;
import dev.weir.service.config.ObjectStoreConfig;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;

/// The store of blocks that a configuration names, as its users read it: from a directory directly,
/// from an object store through caches.
///
/// Queries have a cache of their own, so that merging blocks, which reads each of them once, does
/// not drive out what they read again and again.
public final class BlockStores implements AutoCloseable {
  private final Path directory;
  private final Optional<ObjectBlockStore> remote;
  private final ObjectStoreConfig.Cache cache;
  private volatile Optional<CachedBlockStore> forQueries = Optional.empty();

  private BlockStores(
      Path directory, Optional<ObjectBlockStore> remote, ObjectStoreConfig.Cache cache) {
    this.directory = directory;
    this.remote = remote;
    this.cache = cache;
  }

  /// Opens a store; an object store is not asked anything yet.
  ///
  /// @param directory of blocks, where none is configured
  /// @throws WeirException.BadData if there can be no such store, or a file with a secret cannot be
  ///   read
  public static BlockStores open(ObjectStoreConfig config, Path directory) {
    Optional<ObjectBlockStore> remote =
        location(config).map(location -> ObjectBlockStore.open(location, requests(config)));
    return new BlockStores(config.directory().orElse(directory), remote, config.cache());
  }

  /// Makes the directory that a configuration names, to find out early that it cannot be used.
  ///
  /// @throws WeirException.BadData if it cannot
  static void prepare(ObjectStoreConfig config) {
    if (config.directory().isEmpty()) {
      return;
    }
    Path directory = config.directory().get();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new WeirException.BadData(
          "storage.object_store.directory %s cannot be made: %s; name a directory that this user can write"
              .formatted(directory, DataDirectory.reason(e)),
          e);
    }
  }

  /// The blocks of a directory.
  public static BlockStores ofDirectory(Path directory) {
    return new BlockStores(
        directory, Optional.empty(), new ObjectStoreConfig.Cache(0, Optional.empty(), 0));
  }

  private static RequestSettings requests(ObjectStoreConfig config) {
    return RequestSettings.DEFAULT
        .withTimeout(config.requests().timeout())
        .withRetryFor(config.requests().retryFor())
        .withAtOnce(config.requests().atOnce());
  }

  private static Optional<ObjectLocation> location(ObjectStoreConfig config) {
    return switch (config.type()) {
      case FILE -> Optional.empty();
      case S3 ->
          Optional.of(
              new ObjectLocation.S3(
                  config.bucket(),
                  config.prefix(),
                  config.endpoint(),
                  config.region(),
                  keys(config.keys())));
      case GCS ->
          Optional.of(
              new ObjectLocation.Gcs(
                  config.bucket(),
                  config.prefix(),
                  config.endpoint(),
                  config
                      .keys()
                      .credential()
                      .map(file ->
                          new Credential(Base64.getEncoder().encodeToString(secret(file))))));
      case AZURE ->
          Optional.of(
              new ObjectLocation.Azure(
                  config.bucket(),
                  config.prefix(),
                  config.endpoint().orElseThrow(),
                  keys(config.keys())));
    };
  }

  private static Optional<Keys> keys(ObjectStoreConfig.KeyFiles files) {
    return files.id().flatMap(id -> files.secret().map(secret -> new Keys(text(id), text(secret))));
  }

  private static String text(Path file) {
    return new String(secret(file), UTF_8).strip();
  }

  private static byte[] secret(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new WeirException.BadData(
          "storage.object_store: the file with a secret %s cannot be read: %s"
              .formatted(file, e.getClass().getSimpleName()),
          e);
    }
  }

  /// What people call it.
  public String description() {
    return remote.map(ObjectBlockStore::toString).orElseGet(directory::toString);
  }

  public boolean isRemote() {
    return remote.isPresent();
  }

  /// The directory as a store, for who gives its files second names.
  ///
  /// @throws WeirException.BadData if blocks are in an object store
  LocalBlockStore inDirectory() {
    if (isRemote()) {
      throw new WeirException.BadData(
          "blocks are in %s, and snapshots are made of a directory alone; `weir backup` copies them"
              .formatted(description()));
    }
    return new LocalBlockStore(directory);
  }

  /// The store for who reads whole blocks once, in large parts.
  public BlockStore withoutCache() {
    return remote.<BlockStore>map(store -> store).orElseGet(() -> new LocalBlockStore(directory));
  }

  /// The directory, where they are in one.
  public Path directory() {
    return directory;
  }

  /// The store for who writes blocks, or reads them once.
  public BlockStore forWriting() {
    return remote
        .<BlockStore>map(
            store -> new CachedBlockStore(store, cache.memoryBytes(), Optional.empty()))
        .orElseGet(() -> new LocalBlockStore(directory));
  }

  /// The store for who reads the same again and again. Asked for once.
  ///
  /// @throws WeirException.Unavailable if the directory of the cache cannot be used
  BlockStore forQueries() {
    if (remote.isEmpty()) {
      return new LocalBlockStore(directory);
    }
    CachedBlockStore cached =
        new CachedBlockStore(
            remote.get(),
            cache.memoryBytes(),
            cache
                .directory()
                .map(path -> new CachedBlockStore.Directory(path, cache.directoryBytes())));
    forQueries = Optional.of(cached);
    return cached;
  }

  /// Shows what the object store is asked, and what the cache of queries saves.
  void register(PrometheusRegistry registry) {
    remote.ifPresent(
        store -> ObjectStoreMetrics.register(registry, store.counts(), () -> forQueries));
  }

  @Override
  public void close() {
    forQueries.ifPresent(CachedBlockStore::close);
    remote.ifPresent(ObjectBlockStore::close);
  }
}
