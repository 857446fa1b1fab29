package dev.weir.history.job;

import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.history.store.HistoryStore;
import java.nio.file.Path;

/// The store of one test.
record DirectoryStore(String path) implements HistoryStore {
  @Override
  public Opened open() {
    return Opened.of(new LocalBlockStore(Path.of(path)));
  }

  @Override
  public Path workDirectory() {
    return Path.of(path).resolveSibling("work");
  }
}
