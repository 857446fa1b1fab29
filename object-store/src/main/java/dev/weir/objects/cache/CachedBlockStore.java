package dev.weir.objects.cache;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A store whose blocks are read in stretches that are kept near. Safe for use by many threads.
///
/// A block is cut into pieces ([Pieces]). A read fetches the pieces that it touches and that are
/// not here in one request where they are neighbours, and one that goes on where an earlier one
/// ended fetches more at once, up to [#MAX_AHEAD] pieces: columns and index entries that are read
/// together lie together. Who wants a piece that another thread is fetching waits for it. Opening a
/// block fetches its tail alone.
///
/// Blocks never change, so nothing here is ever stale: another block under a name that was deleted
/// has another time of publication, and is another one here.
public final class CachedBlockStore implements ForwardingBlockStore, AutoCloseable {
  /// Pieces of one request.
  private static final int MAX_AHEAD = 8;

  /// A longer read goes past the cache: it would drive everything else out.
  private static final int MAX_READ_BYTES = MAX_AHEAD * Pieces.WINDOW_BYTES;

  private final BlockStore store;
  private final MemoryPieces memory;
  private final @Nullable DiskPieces disk;

  /// What was listed, by name.
  private final Map<String, Pieces> listed = new ConcurrentHashMap<>();

  /// What is being fetched, by key.
  private final Map<String, CompletableFuture<byte[]>> underWay = new ConcurrentHashMap<>();

  private final LongAdder memoryHits = new LongAdder();
  private final LongAdder diskHits = new LongAdder();
  private final LongAdder fetched = new LongAdder();

  /// A directory for a cache.
  ///
  /// @param maxBytes what all files in it may take
  public record Directory(Path path, long maxBytes) {
    public Directory {
      requireNonNull(path, "path");
    }
  }

  /// @param memoryBytes what is kept in memory
  /// @param directory where more is kept
  /// @throws WeirException.Unavailable if the directory cannot be used
  public CachedBlockStore(BlockStore store, long memoryBytes, Optional<Directory> directory) {
    this.store = requireNonNull(store, "store");
    this.memory = new MemoryPieces(memoryBytes);
    this.disk =
        directory.isEmpty()
            ? null
            : new DiskPieces(directory.get().path(), directory.get().maxBytes());
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    List<StoredBlock> blocks = store.list(prefix);
    Map<String, Pieces> there = HashMap.newHashMap(blocks.size());
    for (StoredBlock block : blocks) {
      there.put(block.name(), Pieces.of(block));
    }
    listed.keySet().removeIf(name -> name.startsWith(prefix) && !there.containsKey(name));
    listed.putAll(there);
    return blocks;
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    Pieces pieces = listed.get(name);
    if (pieces == null
        || length == 0
        || length > MAX_READ_BYTES
        || offset + length > pieces.sizeBytes()) {
      // The store says what is wrong with it, if anything is.
      return store.read(name, offset, length);
    }
    byte[] bytes = new byte[length];
    int last = pieces.at(offset + length - 1);
    int done = 0;
    for (int piece = pieces.at(offset); piece <= last; piece++) {
      byte[] content = piece(pieces, piece, last);
      int from = (int) (offset + done - pieces.start(piece));
      int count = Math.min(length - done, content.length - from);
      System.arraycopy(content, from, bytes, done, count);
      done += count;
    }
    return bytes;
  }

  private byte[] piece(Pieces pieces, int piece, int last) {
    String key = pieces.key(piece);
    byte[] known = memory.get(key);
    if (known != null) {
      memoryHits.increment();
      return known;
    }
    CompletableFuture<byte[]> other = underWay.get(key);
    if (other != null) {
      byte[] theirs = await(other, pieces);
      if (theirs != null) {
        memoryHits.increment();
        return theirs;
      }
    }
    if (disk != null) {
      byte[] kept = disk.get(key, (int) (pieces.end(piece) - pieces.start(piece)));
      if (kept != null) {
        diskHits.increment();
        memory.put(key, kept);
        return kept;
      }
    }
    return fetch(pieces, piece, last);
  }

  /// What another thread fetches; null if it failed, perhaps because it was broken off.
  private static byte @Nullable [] await(CompletableFuture<byte[]> other, Pieces pieces) {
    try {
      return other.get();
    } catch (ExecutionException | CancellationException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new WeirException.Unavailable("reading %s was broken off".formatted(pieces.name()), e);
    }
  }

  /// Fetches a piece, those up to the last that are wanted, and more where reading goes on.
  private byte[] fetch(Pieces pieces, int first, int last) {
    List<CompletableFuture<byte[]>> claimed = new ArrayList<>();
    int end = Math.min(Math.max(last, first + ahead(pieces, first)), first + MAX_AHEAD - 1);
    for (int piece = first; piece <= end; piece++) {
      boolean wanted = piece <= last;
      if (piece > pieces.tail() || (piece == pieces.tail() && !wanted)) {
        break;
      }
      String key = pieces.key(piece);
      CompletableFuture<byte[]> own = new CompletableFuture<>();
      if (piece > first
          && (memory.has(key)
              || (disk != null && disk.has(key))
              || underWay.putIfAbsent(key, own) != null)) {
        break;
      }
      if (piece == first) {
        // Two that find a failure of a third may both fetch: either result is right.
        underWay.put(key, own);
      }
      claimed.add(own);
    }
    try {
      int to = first + claimed.size() - 1;
      long start = pieces.start(first);
      byte[] all = store.read(pieces.name(), start, (int) (pieces.end(to) - start));
      fetched.add(claimed.size());
      for (int piece = first; piece <= to; piece++) {
        byte[] content =
            Arrays.copyOfRange(
                all, (int) (pieces.start(piece) - start), (int) (pieces.end(piece) - start));
        String key = pieces.key(piece);
        memory.put(key, content);
        if (disk != null) {
          disk.put(key, content);
        }
        claimed.get(piece - first).complete(content);
      }
      return claimed.getFirst().resultNow();
    } finally {
      for (int i = 0; i < claimed.size(); i++) {
        // Without effect where it is complete.
        claimed.get(i).cancel(false);
        underWay.remove(pieces.key(first + i), claimed.get(i));
      }
    }
  }

  /// How many pieces before this one were read of late: who reads on will want as many more.
  private int ahead(Pieces pieces, int first) {
    int before = 0;
    while (before < MAX_AHEAD - 1
        && first - before > 0
        && memory.has(pieces.key(first - before - 1))) {
      before++;
    }
    return before;
  }

  @Override
  public boolean delete(String name) {
    listed.remove(name);
    return store.delete(name);
  }

  @Override
  public BlockStore store() {
    return store;
  }

  public long memoryBytes() {
    return memory.bytes();
  }

  public long directoryBytes() {
    return disk == null ? 0 : disk.bytes();
  }

  /// Pieces that were wanted and were in memory, or on their way there.
  public long memoryHits() {
    return memoryHits.sum();
  }

  /// Pieces that were in the directory.
  public long directoryHits() {
    return diskHits.sum();
  }

  /// Pieces that were fetched.
  public long fetched() {
    return fetched.sum();
  }

  /// Files in the directory that were not what they should be.
  public long damagedFiles() {
    return disk == null ? 0 : disk.damaged();
  }

  /// Gives the directory up. The store stays open.
  @Override
  public void close() {
    if (disk != null) {
      disk.close();
    }
  }
}
