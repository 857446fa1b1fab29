package dev.weir.blocks.exchange;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// Publishes blocks that commands make: each is written beside the store, and all of it read back
/// before anybody sees it. Safe for use by many threads.
///
/// @param work where a block is written
public record BlockPublisher(BlockStore store, WorkFiles work) {
  public BlockPublisher {
    requireNonNull(store, "store");
    requireNonNull(work, "work");
  }

  /// What became of a block.
  ///
  /// @param published whether it was, and the name not taken
  /// @param written what its writer says of it
  public record Outcome(boolean published, long written, long bytes) {}

  /// @param write writes the block to a file
  /// @throws WeirException.Corrupt if the file is not what was written; nothing is published
  public Outcome publish(String name, ToLongFunction<Path> write) {
    return publishIfWanted(name, file -> OptionalLong.of(write.applyAsLong(file))).orElseThrow();
  }

  /// @param write writes the block to a file; empty if it is not wanted
  /// @return empty if it is not wanted
  /// @throws WeirException.Corrupt if the file is not what was written; nothing is published
  Optional<Outcome> publishIfWanted(String name, Function<Path, OptionalLong> write) {
    Path file = work.next();
    try {
      OptionalLong written = write.apply(file);
      if (written.isEmpty()) {
        return Optional.empty();
      }
      BlockFile whole = BlockFile.of(file);
      BlockReader.check(whole);
      long bytes = whole.sizeBytes();
      return Optional.of(new Outcome(store.publish(name, file), written.getAsLong(), bytes));
    } finally {
      WorkFiles.remove(file);
    }
  }
}
