package dev.weir.blocks.backup;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A store, wherever it is. The mark is an object beside the blocks.
final class StoreDestination implements Destination {
  private final BlockStore store;
  private final String name;
  private final Path scratch;

  /// Names that are there, listed when somebody first asks; nobody else adds any.
  private @Nullable Set<String> there;

  /// @param name what people call the store
  StoreDestination(BlockStore store, String name, Path scratch) {
    this.store = store;
    this.name = name;
    this.scratch = scratch;
  }

  @Override
  public Optional<String> mark() {
    return objects(MARK).stream()
        .filter(one -> one.name().equals(MARK))
        .map(one -> new String(store.read(MARK, 0, Math.toIntExact(one.sizeBytes())), UTF_8))
        .findFirst();
  }

  private List<StoredBlock> objects(String prefix) {
    return store.list(prefix);
  }

  @Override
  public void begin(String mark) throws IOException {
    Files.createDirectories(scratch);
    if (mark().isEmpty()) {
      Path file = Files.createTempFile(scratch, MARK, ".tmp");
      try {
        Files.writeString(file, mark);
        store.publish(MARK, file);
      } finally {
        Files.deleteIfExists(file);
      }
    }
  }

  @Override
  public void end() {
    store.delete(MARK);
  }

  @Override
  public boolean isEmpty() {
    return objects("").stream().allMatch(one -> one.name().equals(MARK));
  }

  @Override
  public boolean has(String object) {
    Set<String> known = there;
    if (known == null) {
      known = new HashSet<>();
      for (StoredBlock one : objects("")) {
        known.add(one.name());
      }
      there = known;
    }
    return known.contains(object);
  }

  @Override
  public void put(String object, Path file) {
    publish(object, file);
  }

  @Override
  public Path scratch() {
    return scratch;
  }

  @Override
  public void publish(String object, Path written) {
    store.publish(object, written);
  }

  @Override
  public Size size() {
    List<StoredBlock> all = objects("");
    return new Size(all.size(), all.stream().mapToLong(StoredBlock::sizeBytes).sum());
  }

  @Override
  public String toString() {
    return name;
  }
}
