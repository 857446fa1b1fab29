package dev.weir.objects.cache;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Pieces in a directory, up to a bound in bytes; what was not used for longest goes first (after a
/// restart, what was written first). The directory belongs to one process. Safe for use by many
/// threads.
///
/// ```
/// File => Content:u8[] Checksum:u32            {key}.piece
/// ```
///
/// *Checksum* is the CRC-32C of the key in UTF-8 and the content. A file that is not what it says
/// is deleted and fetched again. Nothing here is synced: what a power cut spoils has a wrong
/// checksum.
final class DiskPieces implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DiskPieces.class);

  private static final String SUFFIX = ".piece";
  private static final String UNFINISHED = ".tmp";

  private final Path directory;
  private final long maxBytes;
  private final FileChannel lock;
  private final LinkedHashMap<String, Long> sizes = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;
  private boolean complained;
  private final LongAdder damaged = new LongAdder();

  /// @param directory made if it is not there
  /// @throws WeirException.Unavailable if it cannot be used, or another process uses it
  DiskPieces(Path directory, long maxBytes) {
    this.directory = directory;
    this.maxBytes = maxBytes;
    try {
      Files.createDirectories(directory);
      this.lock =
          FileChannel.open(
              directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw unusable(directory, e);
    }
    boolean ready = false;
    try {
      FileLock taken = lock.tryLock();
      if (taken == null) {
        throw inUse(directory);
      }
      find();
      ready = true;
    } catch (OverlappingFileLockException e) {
      throw inUse(directory);
    } catch (IOException e) {
      throw unusable(directory, e);
    } finally {
      if (!ready) {
        close();
      }
    }
    evict();
  }

  private static WeirException.Unavailable inUse(Path directory) {
    return new WeirException.Unavailable(
        "the cache directory %s is in use by another process; give each its own with storage.object_store.cache_directory"
            .formatted(directory));
  }

  private static WeirException.Unavailable unusable(Path directory, IOException e) {
    return new WeirException.Unavailable(
        "the cache directory %s cannot be used: %s".formatted(directory, e), e);
  }

  /// Takes up what an earlier process left, the oldest first.
  private void find() throws IOException {
    record Found(String key, long size, long writtenMillis) {}
    List<Found> found = new ArrayList<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        String name = String.valueOf(file.getFileName());
        if (name.endsWith(UNFINISHED)) {
          Files.deleteIfExists(file);
        } else if (name.endsWith(SUFFIX)) {
          BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
          String key = name.substring(0, name.length() - SUFFIX.length());
          found.add(new Found(key, attributes.size(), attributes.lastModifiedTime().toMillis()));
        }
      }
    }
    found.sort(Comparator.comparingLong(Found::writtenMillis));
    for (Found piece : found) {
      sizes.put(piece.key, piece.size);
      bytes += piece.size;
    }
  }

  private Path file(String key) {
    return directory.resolve(key + SUFFIX);
  }

  private static int checksum(String key, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(key.getBytes(StandardCharsets.UTF_8));
    crc.update(content);
    return (int) crc.getValue();
  }

  boolean has(String key) {
    synchronized (sizes) {
      return sizes.containsKey(key);
    }
  }

  /// A piece as it was put; null if it is not here any more, or not whole.
  byte @Nullable [] get(String key, int length) {
    synchronized (sizes) {
      if (sizes.get(key) == null) {
        return null;
      }
    }
    try {
      byte[] stored = Files.readAllBytes(file(key));
      if (stored.length == length + Integer.BYTES) {
        ByteBuffer buffer = ByteBuffer.wrap(stored).order(ByteOrder.LITTLE_ENDIAN);
        int expected = buffer.getInt(length);
        if (checksum(key, buffer.limit(length)) == expected) {
          return Arrays.copyOf(stored, length);
        }
      }
      damaged.increment();
      LOG.warn("{} is damaged; it is deleted and fetched again", file(key));
    } catch (IOException e) {
      LOG.debug("{} was evicted meanwhile", file(key), e);
    }
    forget(key);
    return null;
  }

  private void forget(String key) {
    synchronized (sizes) {
      Long size = sizes.remove(key);
      bytes -= size == null ? 0 : size;
    }
    delete(key);
  }

  private void delete(String key) {
    try {
      Files.deleteIfExists(file(key));
    } catch (IOException e) {
      complain("cannot be deleted", e);
    }
  }

  /// Keeps a piece, if the disk takes it: a cache that is full or broken costs requests, no answer.
  void put(String key, byte[] content) {
    long size = content.length + (long) Integer.BYTES;
    if (size > maxBytes) {
      return;
    }
    ByteBuffer buffer = ByteBuffer.allocate((int) size).order(ByteOrder.LITTLE_ENDIAN);
    buffer.put(content).putInt(checksum(key, ByteBuffer.wrap(content))).flip();
    Path unfinished = directory.resolve(key + UNFINISHED);
    try {
      Files.write(unfinished, buffer.array());
      Files.move(unfinished, file(key), StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      complain("cannot be written", e);
      return;
    }
    synchronized (sizes) {
      Long replaced = sizes.put(key, size);
      bytes += size - (replaced == null ? 0 : replaced);
    }
    evict();
  }

  private void complain(String what, IOException e) {
    synchronized (sizes) {
      if (complained) {
        LOG.debug("the cache in {} {}", directory, what, e);
        return;
      }
      complained = true;
    }
    LOG.warn("the cache in {} {}, going on without: {}", directory, what, e.toString());
  }

  private void evict() {
    List<String> evicted = new ArrayList<>();
    synchronized (sizes) {
      Iterator<Map.Entry<String, Long>> oldest = sizes.entrySet().iterator();
      while (bytes > maxBytes) {
        Map.Entry<String, Long> next = oldest.next();
        bytes -= next.getValue();
        evicted.add(next.getKey());
        oldest.remove();
      }
    }
    evicted.forEach(this::delete);
  }

  long bytes() {
    synchronized (sizes) {
      return bytes;
    }
  }

  /// Files that were not what they should be.
  long damaged() {
    return damaged.sum();
  }

  @Override
  public void close() {
    try {
      lock.close();
    } catch (IOException e) {
      LOG.warn("the lock of {} was not released: {}", directory, e.toString());
    }
  }
}
