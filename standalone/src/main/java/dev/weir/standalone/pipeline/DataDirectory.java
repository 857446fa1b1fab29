package dev.weir.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The directory that holds everything a process keeps, owned by one process at a time.
///
/// ```
/// data/lock      held by the process that owns the directory, and its process id
/// data/kafka/    the embedded broker's log
/// data/blocks/   blocks
/// data/work/     blocks that are being written, not published yet
/// data/streams/  state of rule jobs
/// data/spool/    rows that wait for Kafka
/// data/snapshots/ copies of blocks that were asked for over HTTP
/// ```
///
/// The operating system releases the lock when its process ends, however it ends; the file stays.
public final class DataDirectory implements AutoCloseable {

  private static final int MAX_OWNER_BYTES = 32;

  private final Path path;
  private final FileChannel channel;

  private DataDirectory(Path path, FileChannel channel) {
    this.path = path;
    this.channel = channel;
  }

  /// Makes the directory where it is missing and takes its lock.
  ///
  /// @throws WeirException.Unavailable if another process owns it or it cannot be written
  public static DataDirectory open(Path wanted) {
    Path path = wanted.toAbsolutePath().normalize();
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw unusable(path, e.getFile() + " is a file, not a directory", e);
    } catch (IOException e) {
      throw unusable(path, "cannot be made: " + reason(e), e);
    }
    try {
      return lock(path);
    } catch (IOException e) {
      throw unusable(path, "cannot be written: " + reason(e), e);
    }
  }

  private static DataDirectory lock(Path path) throws IOException {
    FileChannel channel =
        FileChannel.open(
            path.resolve("lock"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    boolean locked = false;
    try {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        throw inUse(path, owner(channel));
      }
      write(channel, Long.toString(ProcessHandle.current().pid()));
      locked = true;
      return new DataDirectory(path, channel);
    } catch (OverlappingFileLockException _) {
      throw inUse(path, "this process");
    } finally {
      if (!locked) {
        channel.close();
      }
    }
  }

  private static String owner(FileChannel channel) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(MAX_OWNER_BYTES);
    channel.read(bytes, 0);
    String pid = UTF_8.decode(bytes.flip()).toString().strip();
    return pid.isEmpty() ? "another process" : "process " + pid;
  }

  private static void write(FileChannel channel, String pid) throws IOException {
    channel.truncate(0);
    channel.write(UTF_8.encode(pid + "\n"), 0);
  }

  public Path path() {
    return path;
  }

  public Path kafka() {
    return path.resolve("kafka");
  }

  /// Where the blocks are in a data directory that another process may own: reading them takes no
  /// lock, as they never change.
  public static Path blocksIn(Path data) {
    return data.resolve("blocks");
  }

  /// Where snapshots of the blocks are in a data directory.
  static Path snapshotsIn(Path data) {
    return data.resolve("snapshots");
  }

  /// Where the rules job keeps the state that it goes on from.
  public Path streams() {
    return path.resolve("streams");
  }

  /// Where blocks are written before they are published.
  public Path unpublished() {
    return unpublishedIn(path);
  }

  /// The same of a data directory that another process may own: names there are random.
  public static Path unpublishedIn(Path data) {
    return data.resolve("work");
  }

  /// Gives the directory up.
  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new WeirException.Internal(
          "data directory %s: the lock was not released: %s".formatted(path, reason(e)), e);
    }
  }

  private static WeirException inUse(Path path, String owner) {
    return new WeirException.Unavailable(
        "data directory %s is in use by %s; stop it, or give another with --data"
            .formatted(path, owner));
  }

  private static WeirException unusable(Path path, String what, IOException cause) {
    return new WeirException.Unavailable(
        "data directory %s: %s; give one that this user can write with --data"
            .formatted(path, what),
        cause);
  }

  /// What went wrong, without the path.
  static String reason(IOException e) {
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file or directory";
      case FileSystemException f when f.getReason() != null -> f.getReason();
      default -> String.valueOf(e.getMessage());
    };
  }
}
