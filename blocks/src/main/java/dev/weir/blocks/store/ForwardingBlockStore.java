package dev.weir.blocks.store;

import java.nio.file.Path;
import java.util.List;

/// A store that is what another one is, apart from what it overrides.
public interface ForwardingBlockStore extends BlockStore {
  /// The other one; always the same.
  BlockStore store();

  @Override
  default List<StoredBlock> list(String prefix) {
    return store().list(prefix);
  }

  @Override
  default byte[] read(String name, long offset, int length) {
    return store().read(name, offset, length);
  }

  @Override
  default boolean publish(String name, Path file) {
    return store().publish(name, file);
  }

  @Override
  default boolean delete(String name) {
    return store().delete(name);
  }

  @Override
  default void removeAbandoned() {
    store().removeAbandoned();
  }

  @Override
  default int readsAtOnce() {
    return store().readsAtOnce();
  }
}
