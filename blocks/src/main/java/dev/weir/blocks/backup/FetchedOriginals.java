package dev.weir.blocks.backup;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Objects of a store that is far away: they are read in parts. A copy has the time at which its
/// object was published.
///
/// @param byName what there was when the store was listed
/// @param partBytes what is asked for at once, and held in memory
record FetchedOriginals(BlockStore store, Map<String, StoredBlock> byName, int partBytes)
    implements Originals {
  private static final int PART_BYTES = 8 << 20;

  static FetchedOriginals list(BlockStore store) {
    return list(store, PART_BYTES);
  }

  static FetchedOriginals list(BlockStore store, int partBytes) {
    return new FetchedOriginals(
        store,
        store.list("").stream().collect(Collectors.toMap(StoredBlock::name, Function.identity())),
        partBytes);
  }

  private StoredBlock stored(String name) throws NoSuchFileException {
    StoredBlock stored = byName.get(name);
    if (stored == null) {
      throw new NoSuchFileException(name);
    }
    return stored;
  }

  @Override
  public boolean copy(String name, Path target) throws IOException {
    StoredBlock stored = stored(name);
    Path unfinished = FileCopies.unfinished(target);
    Files.createDirectories(requireNonNull(target.getParent(), "a directory"));
    try (FileChannel file =
        FileChannel.open(
            unfinished,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      for (long offset = 0; offset < stored.sizeBytes(); offset += partBytes) {
        ByteBuffer part = ByteBuffer.wrap(read(stored, offset));
        while (part.hasRemaining()) {
          file.write(part);
        }
      }
      file.force(true);
    }
    Files.setLastModifiedTime(unfinished, FileTime.from(stored.publishedAt()));
    Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
    return true;
  }

  private byte[] read(StoredBlock stored, long offset) throws NoSuchFileException {
    int length = (int) Math.min(partBytes, stored.sizeBytes() - offset);
    try {
      return store.read(stored.name(), offset, length);
    } catch (WeirException.Unavailable e) {
      if (store.has(stored.name())) {
        throw e;
      }
      NoSuchFileException gone = new NoSuchFileException(stored.name());
      gone.initCause(e);
      throw gone;
    }
  }

  @Override
  public boolean isSame(String name, Path target) throws IOException {
    StoredBlock stored = stored(name);
    return FileCopies.isSame(
        stored.sizeBytes(),
        FileTime.from(stored.publishedAt()),
        () -> hasBytesOf(stored, target),
        target);
  }

  private boolean hasBytesOf(StoredBlock stored, Path target) throws IOException {
    try (InputStream file = Files.newInputStream(target)) {
      for (long offset = 0; offset < stored.sizeBytes(); offset += partBytes) {
        byte[] part = read(stored, offset);
        if (!Arrays.equals(part, file.readNBytes(part.length))) {
          return false;
        }
      }
      return true;
    }
  }
}
