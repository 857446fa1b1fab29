package dev.weir.history.store;

import dev.weir.blocks.store.BlockStore;
import java.io.Serializable;
import java.nio.file.Path;

/// Where the blocks are, for whoever works on a part of the history: a few words that travel to the
/// machine that opens them. Nothing of it is secret; what is, stands in files that each machine
/// has.
public interface HistoryStore extends Serializable {
  /// A store that somebody uses.
  interface Opened extends AutoCloseable {
    BlockStore blocks();

    @Override
    void close();

    /// A store of which nothing stays open.
    static Opened of(BlockStore blocks) {
      return new Opened() {
        @Override
        public BlockStore blocks() {
          return blocks;
        }

        @Override
        public void close() {
          // Nothing is.
        }
      };
    }
  }

  /// Opens the store.
  ///
  /// @throws dev.weir.model.WeirException.BadData if there is none on this machine
  /// @throws dev.weir.model.WeirException.Unavailable if it does not answer
  Opened open();

  /// Where blocks are written before they are published.
  Path workDirectory();
}
