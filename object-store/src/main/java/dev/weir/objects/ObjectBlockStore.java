package dev.weir.objects;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import dev.weir.objects.ObjectClient.StoredObject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Blocks in an object store.
///
/// ```
/// {prefix}/blocks/{name}                        a block, or which parts it has
/// {prefix}/parts/{name}/{upload}/{number}       the parts of a large one
/// ```
///
/// A block of up to [#PART_BYTES] is one object, written by one request that succeeds only where
/// there is none of its name. A larger one is written in parts first, which no listing of blocks
/// shows, under names that nobody else takes; what is then written under the block's name, and
/// exclusively, is a [PartIndex]. So a name appears with all its bytes or not at all, and once, on
/// every store that has conditional writes for single requests, and no upload needs the memory of
/// more than a part. Why not multipart uploads stands in
/// `docs/decisions/0141-large-blocks-in-parts.md`.
///
/// Of an upload that was broken off parts are left. [#removeAbandoned] deletes those that nothing
/// refers to a day later; an upload that took half as long gives up.
public final class ObjectBlockStore implements BlockStore, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ObjectBlockStore.class);

  /// What one request writes at most.
  static final int PART_BYTES = 32 << 20;

  private static final String BLOCKS = "blocks/";
  private static final String PARTS = "parts/";

  /// Parts this old that no block refers to are of an upload that will not end.
  private static final Duration ABANDONED = Duration.ofHours(24);

  private static final Duration LONGEST_UPLOAD = ABANDONED.dividedBy(2);

  /// How the bytes of a block lie.
  private sealed interface Shape {
    long sizeBytes();

    record Whole(long sizeBytes) implements Shape {}

    record InParts(PartIndex index) implements Shape {
      @Override
      public long sizeBytes() {
        return index.sizeBytes();
      }
    }
  }

  private final String location;
  private final ObjectClient client;
  private final Requests requests;
  private final InstantSource clock;
  private final int partBytes;

  /// Of the blocks that were listed or read, by name.
  private final Map<String, Shape> shapes = new ConcurrentHashMap<>();

  ObjectBlockStore(
      String location,
      ObjectClient client,
      RequestSettings settings,
      InstantSource clock,
      int partBytes) {
    this.location = requireNonNull(location, "location");
    this.client = requireNonNull(client, "client");
    this.requests = new Requests(location, settings);
    this.clock = requireNonNull(clock, "clock");
    this.partBytes = partBytes;
  }

  /// Opens a store; nothing is asked of it yet.
  ///
  /// @throws WeirException.BadData if there can be no such store
  public static ObjectBlockStore open(ObjectLocation location, RequestSettings settings) {
    return new ObjectBlockStore(
        location.toString(),
        OpenDalClient.open(location),
        settings,
        InstantSource.system(),
        PART_BYTES);
  }

  /// What was asked so far.
  public RequestCounts counts() {
    return requests.counts();
  }

  @Override
  public int readsAtOnce() {
    return requests.atOnce();
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    // Stores list by directory; the last part of a prefix is compared as text.
    String directory = BLOCKS + prefix.substring(0, prefix.lastIndexOf('/') + 1);
    List<StoredObject> found = new ArrayList<>();
    for (StoredObject object : objects(directory)) {
      if (object.key().startsWith(BLOCKS + prefix)) {
        found.add(object);
      }
    }
    Map<String, Shape> there = shapesOf(found);
    shapes.keySet().removeIf(name -> name.startsWith(prefix) && !there.containsKey(name));
    shapes.putAll(there);
    List<StoredBlock> blocks = new ArrayList<>(found.size());
    for (StoredObject object : found) {
      Shape shape = there.get(nameOf(object));
      if (shape != null) {
        blocks.add(new StoredBlock(nameOf(object), shape.sizeBytes(), object.modifiedAt()));
      }
    }
    blocks.sort(Comparator.comparing(StoredBlock::name));
    return blocks;
  }

  private List<StoredObject> objects(String directory) {
    try {
      return requests.run(Operation.LIST, directory, () -> client.list(directory));
    } catch (ObjectFailure e) {
      // A directory that is not there has no objects; a bucket that is not there is another matter.
      throw new WeirException.Unavailable(
          "object store %s: it cannot be listed: %s".formatted(location, e.getMessage()));
    }
  }

  private static String nameOf(StoredObject object) {
    return object.key().substring(BLOCKS.length());
  }

  /// How the listed blocks lie: indexes that are new are read, side by side. What is deleted
  /// meanwhile is left out.
  private Map<String, Shape> shapesOf(List<StoredObject> objects) {
    Map<String, Shape> there = HashMap.newHashMap(objects.size());
    Map<String, Future<Optional<Shape>>> asked = new HashMap<>();
    try (ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (StoredObject object : objects) {
        String name = nameOf(object);
        if (object.sizeBytes() != PartIndex.BYTES) {
          there.put(name, new Shape.Whole(object.sizeBytes()));
        } else if (shapes.get(name) instanceof Shape.InParts known) {
          there.put(name, known);
        } else {
          asked.put(name, readers.submit(() -> readShape(name)));
        }
      }
    }
    asked.forEach((name, shape) -> {
      // All have ended.
      if (shape.state() == Future.State.SUCCESS) {
        shape.resultNow().ifPresent(found -> there.put(name, found));
      } else if (shape.exceptionNow() instanceof WeirException e) {
        throw e;
      } else {
        throw new WeirException.Internal(
            "%s of %s was not read".formatted(name, location), shape.exceptionNow());
      }
    });
    return there;
  }

  /// How an object lies that has the length of an index; empty if it is gone.
  private Optional<Shape> readShape(String name) {
    try {
      byte[] content =
          requests.run(Operation.READ, name, () -> client.read(BLOCKS + name, 0, PartIndex.BYTES));
      requests.counts().read(content.length);
      // A damaged index is taken for a block, which it is too short for: whoever opens it says so.
      return Optional.of(
          PartIndex.decode(content)
              .<Shape>map(Shape.InParts::new)
              .orElseGet(() -> new Shape.Whole(content.length)));
    } catch (ObjectFailure e) {
      return Optional.empty();
    }
  }

  private Optional<Shape> findShape(String name) {
    Shape known = shapes.get(name);
    if (known != null) {
      return Optional.of(known);
    }
    Optional<Shape> found =
        stat(name)
            .flatMap(object ->
                object.sizeBytes() == PartIndex.BYTES
                    ? readShape(name)
                    : Optional.of(new Shape.Whole(object.sizeBytes())));
    found.ifPresent(shape -> shapes.put(name, shape));
    return found;
  }

  private Optional<StoredObject> stat(String name) {
    return requests.run(Operation.STAT, name, () -> client.stat(BLOCKS + name));
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    Shape shape = findShape(name).orElseThrow(() -> gone(name));
    if (offset + length > shape.sizeBytes()) {
      throw new WeirException.Corrupt(
          "%s: %d bytes from offset %d on are expected, the file ends after %d"
              .formatted(name, length, offset, shape.sizeBytes()));
    }
    if (length == 0) {
      return new byte[0];
    }
    return switch (shape) {
      case Shape.Whole _ -> readObject(name, BLOCKS + name, offset, length);
      case Shape.InParts(PartIndex index) -> readParts(name, index, offset, length);
    };
  }

  private byte[] readParts(String name, PartIndex index, long offset, int length) {
    byte[] bytes = new byte[length];
    int done = 0;
    while (done < length) {
      int part = (int) ((offset + done) / index.partBytes());
      int from = (int) ((offset + done) % index.partBytes());
      int count = Math.min(length - done, index.partLength(part) - from);
      byte[] read = readObject(name, index.key(name, part), from, count);
      System.arraycopy(read, 0, bytes, done, count);
      done += count;
    }
    return bytes;
  }

  private byte[] readObject(String name, String key, long offset, int length) {
    byte[] bytes;
    try {
      bytes = requests.run(Operation.READ, name, () -> client.read(key, offset, length));
    } catch (ObjectFailure e) {
      shapes.remove(name);
      throw gone(name);
    }
    if (bytes.length != length) {
      throw new WeirException.Corrupt(
          "%s of %s: %d bytes from offset %d on were asked for, %d came"
              .formatted(key, location, length, offset, bytes.length));
    }
    requests.counts().read(length);
    return bytes;
  }

  private WeirException.Unavailable gone(String name) {
    return new WeirException.Unavailable(
        "block %s is gone from %s; it was deleted since it was listed".formatted(name, location));
  }

  @Override
  public boolean publish(String name, Path file) {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size <= partBytes && size != PartIndex.BYTES) {
        return create(BLOCKS + name, bytes(channel, 0, (int) size));
      }
      // Saves writing parts for a name that is taken; who gets the name is decided at the end.
      return stat(name).isEmpty() && publishInParts(name, channel, size);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read to be published as %s: %s".formatted(file, name, e), e);
    }
  }

  private static byte[] bytes(FileChannel channel, long offset, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        throw new IOException("it has become shorter meanwhile");
      }
    }
    return buffer.array();
  }

  /// Writes an object unless there is one. Where an answer was lost, what is there may be ours.
  private boolean create(String key, byte[] content) {
    try {
      requests.run(Operation.WRITE, key, () -> client.create(key, content));
    } catch (ObjectFailure e) {
      if (e.kind() == ObjectFailure.Kind.EXISTS) {
        return false;
      }
      throw new WeirException.Unavailable(
          "object store %s: writing %s failed: %s".formatted(location, key, e.getMessage()));
    }
    requests.counts().written(content.length);
    return true;
  }

  private boolean publishInParts(String name, FileChannel channel, long size) throws IOException {
    UUID random = UUID.randomUUID();
    PartIndex index =
        new PartIndex(
            new Hash128(random.getMostSignificantBits(), random.getLeastSignificantBits()),
            size,
            partBytes);
    long startNanos = System.nanoTime();
    long startMillis = clock.millis();
    boolean written = false;
    try {
      for (int part = 0; part < index.parts(); part++) {
        byte[] content = bytes(channel, (long) part * partBytes, index.partLength(part));
        // Nobody else has this key: if it is there, an answer was lost.
        create(index.key(name, part), content);
      }
      written = true;
    } finally {
      if (!written) {
        deleteParts(name, index);
      }
    }
    long millis =
        Math.max(clock.millis() - startMillis, (System.nanoTime() - startNanos) / 1_000_000);
    if (millis > LONGEST_UPLOAD.toMillis()) {
      deleteParts(name, index);
      throw new WeirException.Unavailable(
          "object store %s: the parts of %s took %d h to write, longer than %d; they are given up"
              .formatted(location, name, millis / 3_600_000, LONGEST_UPLOAD.toHours()));
    }
    if (create(BLOCKS + name, index.encode())) {
      return true;
    }
    if (readShape(name).filter(new Shape.InParts(index)::equals).isPresent()) {
      return true;
    }
    deleteParts(name, index);
    return false;
  }

  private void deleteParts(String name, PartIndex index) {
    try {
      for (int part = 0; part < index.parts(); part++) {
        deleteObject(index.key(name, part));
      }
    } catch (WeirException e) {
      LOG.warn("parts of {} are left in {} for now: {}", name, location, e.getMessage());
    }
  }

  private void deleteObject(String key) {
    try {
      requests.run(Operation.DELETE, key, () -> client.delete(key));
    } catch (ObjectFailure e) {
      LOG.debug("{} was gone already", key, e);
    }
  }

  @Override
  public boolean delete(String name) {
    Optional<StoredObject> there = stat(name);
    if (there.isEmpty()) {
      shapes.remove(name);
      return false;
    }
    Optional<Shape> shape =
        there.get().sizeBytes() == PartIndex.BYTES ? readShape(name) : Optional.empty();
    // First the name, so that no block is there without its parts.
    deleteObject(BLOCKS + name);
    shapes.remove(name);
    if (shape.orElse(null) instanceof Shape.InParts(PartIndex index)) {
      deleteParts(name, index);
    }
    return true;
  }

  @Override
  public void removeAbandoned() {
    long before = clock.millis() - ABANDONED.toMillis();
    Map<String, List<StoredObject>> uploads = new HashMap<>();
    for (StoredObject part : objects(PARTS)) {
      String upload = part.key().substring(0, part.key().lastIndexOf('/'));
      uploads.computeIfAbsent(upload, _ -> new ArrayList<>()).add(part);
    }
    uploads.forEach((upload, parts) -> {
      if (parts.stream().allMatch(part -> part.modifiedAt().toEpochMilli() < before)
          && !isReferred(upload)) {
        LOG.info("{} parts of an upload that did not end are deleted: {}", parts.size(), upload);
        parts.forEach(part -> deleteObject(part.key()));
      }
    });
  }

  /// Whether the index under the block's name is that of an upload. Asked of the store, now.
  private boolean isReferred(String upload) {
    int slash = upload.lastIndexOf('/');
    String name = upload.substring(PARTS.length(), Math.max(slash, PARTS.length()));
    return readShape(name).orElse(null) instanceof Shape.InParts(PartIndex index)
        && index.upload().toString().equals(upload.substring(slash + 1));
  }

  @Override
  public void close() {
    client.close();
  }

  @Override
  public String toString() {
    return location;
  }
}
