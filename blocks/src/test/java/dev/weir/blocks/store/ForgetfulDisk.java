package dev.weir.blocks.store;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A disk of this machine that knows what a power cut would leave of it: names that were handed to
/// the disk with their directory, and perhaps others; bytes that were handed to the disk, and of
/// other files any part. A disk may also be full.
final class ForgetfulDisk implements Disk {
  /// A file or a directory.
  private static final class Node {
    /// Null for a directory.
    private final byte @Nullable [] bytes;

    private boolean synced;
    private final Map<String, Node> names = new HashMap<>();
    private final Map<String, Node> syncedNames = new HashMap<>();

    Node(byte @Nullable [] bytes) {
      this.bytes = bytes;
    }
  }

  private final Path root;
  private final Random random;
  private final Node tree = new Node(null);
  private int untilFull = Integer.MAX_VALUE;

  /// @param root a directory, and empty; it outlives power cuts
  ForgetfulDisk(Path root, Random random) {
    this.root = root;
    this.random = random;
  }

  /// Lets so many changes through, and then none.
  void fullAfter(int changes) {
    untilFull = changes;
  }

  private void change() throws IOException {
    if (untilFull-- <= 0) {
      throw new IOException("No space left on device");
    }
  }

  private @Nullable Node node(Path path) {
    Node node = tree;
    for (Path part : root.relativize(path)) {
      if (node != null && !part.toString().isEmpty()) {
        node = node.names.get(part.toString());
      }
    }
    return node;
  }

  private Node parent(Path path) {
    return requireNonNull(node(requireNonNull(path.getParent())), "a directory");
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  @Override
  public void copy(Path file, Path target, Instant modified) throws IOException {
    change();
    REAL.copy(file, target, modified);
    parent(target).names.put(name(target), new Node(Files.readAllBytes(file)));
  }

  @Override
  public void link(Path name, Path file) throws IOException {
    change();
    REAL.link(name, file);
    parent(name).names.put(name(name), requireNonNull(node(file)));
  }

  @Override
  public void createDirectories(Path directory) throws IOException {
    change();
    REAL.createDirectories(directory);
    Node node = tree;
    for (Path part : root.relativize(directory)) {
      if (!part.toString().isEmpty()) {
        node = node.names.computeIfAbsent(part.toString(), _ -> new Node(null));
      }
    }
  }

  @Override
  public void sync(Path path) throws IOException {
    change();
    Node node = requireNonNull(node(path), path::toString);
    node.synced = true;
    node.syncedNames.clear();
    node.syncedNames.putAll(node.names);
  }

  @Override
  public boolean delete(Path name) throws IOException {
    Node parent = node(requireNonNull(name.getParent()));
    if (parent != null) {
      parent.names.remove(name(name));
    }
    return REAL.delete(name);
  }

  /// Writes what is left after the power was cut into another directory.
  void cutPower(Path left) throws IOException {
    write(tree, left);
  }

  private void write(Node node, Path target) throws IOException {
    byte[] bytes = node.bytes;
    if (bytes != null) {
      Files.write(
          target, node.synced ? bytes : Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
      return;
    }
    Files.createDirectories(target);
    Set<String> all = new HashSet<>(node.names.keySet());
    all.addAll(node.syncedNames.keySet());
    for (String name : all) {
      Node now = node.names.get(name);
      Node synced = node.syncedNames.get(name);
      // What was not handed over, a name or its end, may be known to the disk or not.
      Node kept = now == synced || random.nextBoolean() ? now : synced;
      if (kept != null) {
        write(kept, target.resolve(name));
      }
    }
  }
}
