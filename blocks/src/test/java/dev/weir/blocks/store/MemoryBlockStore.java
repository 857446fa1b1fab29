package dev.weir.blocks.store;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/// Blocks in memory, and a store that can be made to fail.
public final class MemoryBlockStore implements BlockStore {
  private final ConcurrentSkipListMap<String, Published> objects = new ConcurrentSkipListMap<>();
  private volatile boolean unavailable;
  private volatile boolean losesAnswers;
  private volatile Delay delay = () -> {};
  private volatile @Nullable RuntimeException defect;

  private record Published(byte[] bytes, Instant at) {}

  /// Whether nothing answers.
  public void unavailable(boolean now) {
    unavailable = now;
  }

  /// Whether a block is published without the caller hearing of it.
  public void losesAnswers(boolean now) {
    losesAnswers = now;
  }

  /// What every call throws, until it is null again.
  public void defect(@Nullable RuntimeException thrown) {
    defect = thrown;
  }

  private void check() {
    RuntimeException thrown = defect;
    if (thrown != null) {
      throw thrown;
    }
    if (unavailable) {
      throw new WeirException.Unavailable("the test's store does not answer");
    }
  }

  /// Something that may take long.
  @FunctionalInterface
  public interface Delay {
    void run() throws InterruptedException;
  }

  /// What happens before the store is listed.
  public void beforeListing(Delay first) {
    delay = first;
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    check();
    try {
      delay.run();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Unavailable("the test's store was interrupted", e);
    }
    List<StoredBlock> blocks = new ArrayList<>();
    objects
        .tailMap(prefix)
        .forEach((name, published) -> {
          if (name.startsWith(prefix)) {
            blocks.add(new StoredBlock(name, published.bytes.length, published.at));
          }
        });
    return blocks;
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    check();
    Published published = objects.get(name);
    if (published == null) {
      throw new WeirException.Unavailable("block %s is gone".formatted(name));
    }
    return Arrays.copyOfRange(published.bytes, (int) offset, (int) offset + length);
  }

  @Override
  public boolean publish(String name, Path file) {
    check();
    try {
      Published object = new Published(Files.readAllBytes(file), Instant.now());
      boolean published = objects.putIfAbsent(name, object) == null;
      if (losesAnswers) {
        throw new WeirException.Unavailable("the test's store lost its answer");
      }
      return published;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public boolean delete(String name) {
    check();
    return objects.remove(name) != null;
  }
}
