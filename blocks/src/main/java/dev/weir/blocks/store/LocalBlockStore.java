package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import dev.weir.model.IoErrorText;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blocks in a directory, one file each.
///
/// Publishing copies into `.staging`, syncs the copy, and gives it its name by `link(2)`, which
/// fails where the name exists: so a name appears with all its bytes or not at all, and once. Then
/// the directory is synced, so that the name outlives a power cut. The file's time of modification
/// says when it was published. Reading opens and closes the file, so no number of blocks holds
/// files open.
public final class LocalBlockStore implements BlockStore {
  private static final Logger LOG = LoggerFactory.getLogger(LocalBlockStore.class);

  private static final String STAGING = ".staging";

  /// A staged copy this old belongs to a process that is gone.
  private static final Duration ABANDONED = Duration.ofHours(24);

  private final Path directory;
  private final Path staging;
  private final InstantSource clock;
  private final Disk disk;

  /// Directories whose names are known to be on the disk.
  private final Set<Path> durable = ConcurrentHashMap.newKeySet();

  /// @param directory made if it is not there
  public LocalBlockStore(Path directory) {
    this(directory, InstantSource.system());
  }

  /// @param directory made if it is not there
  /// @param clock tells when blocks are published
  public LocalBlockStore(Path directory, InstantSource clock) {
    this(directory, clock, Disk.REAL);
  }

  LocalBlockStore(Path directory, InstantSource clock, Disk disk) {
    this.directory = directory.toAbsolutePath().normalize();
    this.clock = clock;
    this.disk = disk;
    this.staging = this.directory.resolve(STAGING);
    try {
      disk.createDirectories(staging);
    } catch (IOException e) {
      throw unavailable("cannot be prepared", directory, e);
    }
    removeAbandoned();
  }

  /// Where the blocks are.
  public Path directory() {
    return directory;
  }

  @Override
  public void removeAbandoned() {
    Instant before = clock.instant().minus(ABANDONED);
    try (Stream<Path> files = Files.list(staging)) {
      for (Path file : files.toList()) {
        removeIfAbandoned(file, before);
      }
    } catch (IOException e) {
      throw unavailable("cannot be tidied", staging, e);
    }
  }

  private static void removeIfAbandoned(Path file, Instant before) throws IOException {
    try {
      if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} was published by another process meanwhile", file, e);
    }
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    // The directory part of a prefix bounds the walk; its last part is compared as text.
    Path start = resolve(prefix.substring(0, prefix.lastIndexOf('/') + 1));
    if (!Files.isDirectory(start)) {
      return List.of();
    }
    List<StoredBlock> blocks = new ArrayList<>();
    try {
      // Links are followed: somebody may have put the blocks on another disk.
      Files.walkFileTree(
          start,
          EnumSet.of(FileVisitOption.FOLLOW_LINKS),
          Integer.MAX_VALUE,
          new Listing(prefix, blocks));
    } catch (IOException e) {
      throw unavailable("cannot be listed", start, e);
    }
    blocks.sort(Comparator.comparing(StoredBlock::name));
    return blocks;
  }

  /// Collects the files of a prefix. What vanishes meanwhile was deleted, and is not listed.
  private final class Listing extends SimpleFileVisitor<Path> {
    private final String prefix;
    private final List<StoredBlock> blocks;

    Listing(String prefix, List<StoredBlock> blocks) {
      this.prefix = prefix;
      this.blocks = blocks;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path visited, BasicFileAttributes attributes) {
      return visited.equals(staging) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      String name = nameOf(file);
      if (attributes.isRegularFile() && name.startsWith(prefix)) {
        blocks.add(
            new StoredBlock(name, attributes.size(), attributes.lastModifiedTime().toInstant()));
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      if (e instanceof NoSuchFileException) {
        return FileVisitResult.CONTINUE;
      }
      throw e;
    }
  }

  private String nameOf(Path file) {
    return directory.relativize(file).toString().replace('\\', '/');
  }

  private Path resolve(String name) {
    Path path = directory.resolve(name).normalize();
    if (!path.startsWith(directory.normalize())) {
      throw new IllegalArgumentException("\"%s\" leads out of the store".formatted(name));
    }
    return path;
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    return readRange(resolve(name), name, offset, length);
  }

  static byte[] readRange(Path file, String name, long offset, int length) {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      while (buffer.hasRemaining()) {
        if (channel.read(buffer, offset + buffer.position()) < 0) {
          throw new WeirException.Corrupt(
              "%s: %d bytes from offset %d on are expected, the file ends after %d"
                  .formatted(name, length, offset, channel.size()));
        }
      }
    } catch (NoSuchFileException e) {
      throw new WeirException.Unavailable(
          "block %s is gone; it was deleted since it was listed".formatted(name), e);
    } catch (IOException e) {
      throw unavailable("cannot be read", file, e);
    }
    return buffer.array();
  }

  @Override
  public boolean publish(String name, Path file) {
    Path target = resolve(name);
    Path parent = requireNonNull(target.getParent(), "a directory");
    Path copy = staging.resolve(UUID.randomUUID() + ".tmp");
    try {
      disk.copy(file, copy, clock.instant());
      FaultPoint.OBJECT_COPIED.pass();
      disk.sync(copy);
      FaultPoint.OBJECT_SYNCED.pass();
      createDirectories(parent);
      try {
        disk.link(target, copy);
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (UnsupportedOperationException e) {
        throw new WeirException.Unavailable(
            "%s: the file system has no hard links, which publishing blocks needs; choose another"
                .formatted(directory),
            e);
      }
      FaultPoint.OBJECT_NAMED.pass();
      disk.sync(parent);
      FaultPoint.OBJECT_PUBLISHED.pass();
      return true;
    } catch (IOException e) {
      throw unavailable("cannot be published as %s".formatted(name), file, e);
    } finally {
      deleteStaged(copy);
    }
  }

  private void deleteStaged(Path copy) {
    try {
      disk.delete(copy);
    } catch (IOException e) {
      // The next start removes it; the block is published or not all the same.
      LOG.warn("{} cannot be removed", copy, e);
    }
  }

  /// Makes a directory that outlives a power cut, up to the store's own.
  private void createDirectories(Path wanted) throws IOException {
    disk.createDirectories(wanted);
    // Who made those that are there already may not have come to handing them to the disk.
    Path made = wanted;
    while (made.startsWith(directory) && !durable.contains(made)) {
      Path parent = made.toAbsolutePath().getParent();
      if (parent != null) {
        disk.sync(parent);
      }
      durable.add(made);
      made = requireNonNull(made.getParent(), "a directory");
    }
  }

  @Override
  public boolean delete(String name) {
    Path file = resolve(name);
    try {
      boolean deleted = disk.delete(file);
      FaultPoint.OBJECT_DELETED.pass();
      return deleted;
    } catch (IOException e) {
      throw unavailable("cannot be deleted", file, e);
    }
  }

  private static WeirException.Unavailable unavailable(String what, Path path, Exception e) {
    String why = e instanceof IOException io ? IoErrorText.of(io) : e.toString();
    return new WeirException.Unavailable("%s %s: %s".formatted(path, what, why), e);
  }
}
