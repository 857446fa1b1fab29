package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// One immutable file of known size that is read by range. Safe for use by many threads.
public interface BlockFile {
  /// What messages call it, and caches key it by: no two files share it.
  String name();

  long sizeBytes();

  /// @throws WeirException.Corrupt if the file ends before
  /// @throws WeirException.Unavailable if it cannot be read now
  byte[] read(long offset, int length);

  /// An object of a store.
  static BlockFile of(BlockStore store, StoredBlock block) {
    requireNonNull(store, "store");
    return new BlockFile() {
      @Override
      public String name() {
        return block.name();
      }

      @Override
      public long sizeBytes() {
        return block.sizeBytes();
      }

      @Override
      public byte[] read(long offset, int length) {
        return store.read(block.name(), offset, length);
      }
    };
  }

  /// A local file that is in no store (yet).
  static BlockFile of(Path file) {
    Path absolute = file.toAbsolutePath();
    try {
      long size = Files.size(absolute);
      return new BlockFile() {
        @Override
        public String name() {
          return absolute.toString();
        }

        @Override
        public long sizeBytes() {
          return size;
        }

        @Override
        public byte[] read(long offset, int length) {
          return LocalBlockStore.readRange(absolute, name(), offset, length);
        }
      };
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read: %s".formatted(file, IoErrorText.of(e)), e);
    }
  }
}
