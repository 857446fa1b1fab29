package dev.weir.blocks.backup;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import java.io.IOException;
import java.nio.file.Path;

/// The objects of a store, of which files are made. Nothing of them is ever changed.
interface Originals {
  static Originals of(BlockStore store) {
    return store instanceof LocalBlockStore local
        ? new LinkedOriginals(local.directory())
        : FetchedOriginals.list(store);
  }

  /// Makes a file of an object, durably. It appears whole or not at all.
  ///
  /// @return whether bytes were copied; not so where the file is a second name of the same bytes
  /// @throws java.nio.file.NoSuchFileException if the object is gone
  boolean copy(String name, Path target) throws IOException;

  /// Whether a file is what an earlier backup made of an object of that name. One of the same size
  /// and time is; of one with another time, as copies of a backup may have, the bytes are compared,
  /// and it gets its time again.
  ///
  /// @throws java.nio.file.NoSuchFileException if the object is gone
  boolean isSame(String name, Path target) throws IOException;
}
