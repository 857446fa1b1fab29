package dev.weir.broker;

import dev.weir.broker.EmbeddedBrokerException.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/// The directory that holds a broker's log, before the broker takes it over.
///
/// Kafka marks a formatted directory with `meta.properties`, which it writes last and in one step:
/// a process that was killed while formatting leaves a directory without that file, which is
/// formatted again.
final class DataDirectory {

  private final Path path;

  private DataDirectory(Path path) {
    this.path = path;
  }

  /// Makes the directory where it is missing, and finds out whether a broker could run on it.
  ///
  /// @throws EmbeddedBrokerException when it cannot be written or another broker runs on it
  static DataDirectory open(Path path) {
    try {
      Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw unusable(path, e.getFile() + " is a file, not a directory", e);
    } catch (IOException e) {
      throw unusable(path, "cannot be made: " + describe(e), e);
    }
    DataDirectory directory = new DataDirectory(path);
    directory.refuseSecondBroker();
    return directory;
  }

  /// The id of the cluster that the directory belongs to. A new directory is formatted first.
  ///
  /// @param expected the only cluster that will do, or absent if any will
  /// @throws EmbeddedBrokerException when the directory belongs to another cluster or node
  String clusterId(Optional<String> expected) {
    Path file = path.resolve("meta.properties");
    if (!Files.exists(file)) {
      String clusterId = expected.orElseGet(() -> Uuid.randomUuid().toString());
      format(clusterId);
      return clusterId;
    }
    Properties properties = new Properties();
    try (var reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    } catch (IOException e) {
      throw unusable(path, "cannot read meta.properties: " + describe(e), e);
    }
    String clusterId = properties.getProperty("cluster.id");
    String nodeId = properties.getProperty("node.id");
    if (clusterId == null || nodeId == null) {
      throw unusable(
          path,
          "meta.properties has no cluster.id or no node.id: not the log of a KRaft node",
          null);
    }
    if (expected.isPresent() && !expected.get().equals(clusterId)) {
      throw new EmbeddedBrokerException(
          Reason.OTHER_CLUSTER,
          "broker directory %s belongs to cluster \"%s\", not to \"%s\"; use a directory of its own for each cluster"
              .formatted(path, clusterId, expected.get()));
    }
    if (!nodeId.equals(Integer.toString(ServerProperties.NODE_ID))) {
      throw new EmbeddedBrokerException(
          Reason.OTHER_CLUSTER,
          "broker directory %s belongs to node %s of cluster \"%s\", but the embedded broker is node %d; use another directory"
              .formatted(path, nodeId, clusterId, ServerProperties.NODE_ID));
    }
    return clusterId;
  }

  private void format(String clusterId) {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    try (PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8)) {
      new Formatter()
          .setPrintStream(out)
          .setClusterId(clusterId)
          .setNodeId(ServerProperties.NODE_ID)
          .addDirectory(path.toString())
          .setMetadataLogDirectory(path.toString())
          .setControllerListenerName(ServerProperties.CONTROLLER_LISTENER)
          .run();
    } catch (Exception e) {
      // Kafka's formatter declares Exception; what it throws is an IOException or about the disk.
      throw unusable(path, "cannot be formatted: " + e.getMessage(), e);
    }
  }

  /// Kafka holds a lock on `.lock` for as long as it runs. Trying it here gives a clear answer
  /// before half of a server has started; should two start in the same instant, Kafka's own lock
  /// decides.
  private void refuseSecondBroker() {
    Path file = path.resolve(".lock");
    try (FileChannel channel =
            FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw inUse("another process", null);
      }
    } catch (OverlappingFileLockException e) {
      throw inUse("this process", e);
    } catch (IOException e) {
      throw unusable(path, "cannot be written: " + describe(e), e);
    }
  }

  private EmbeddedBrokerException inUse(String where, @Nullable Throwable cause) {
    return new EmbeddedBrokerException(
        Reason.DIRECTORY_IN_USE,
        "broker directory %s is in use by a broker in %s; stop it or use another directory"
            .formatted(path, where),
        cause);
  }

  private static EmbeddedBrokerException unusable(
      Path path, String what, @Nullable Throwable cause) {
    return new EmbeddedBrokerException(
        Reason.DIRECTORY_UNUSABLE,
        "broker directory %s: %s; give a directory that this user can write".formatted(path, what),
        cause);
  }

  /// What the operating system said, without the path, which the message names already.
  private static String describe(IOException e) {
    if (e instanceof FileSystemException f && f.getReason() != null) {
      return f.getReason();
    }
    return switch (e) {
      case AccessDeniedException _ -> "permission denied";
      case NoSuchFileException _ -> "no such file";
      default -> String.valueOf(e.getMessage());
    };
  }
}
