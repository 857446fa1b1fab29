package dev.weir.blocks.tsdb;

import dev.weir.blocks.tsdb.chunk.ChunkEncoding;
import dev.weir.blocks.tsdb.chunk.ChunkWriter;
import dev.weir.blocks.tsdb.chunk.SampleSink;
import dev.weir.model.IoErrorText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a block that Prometheus reads. Series come in any order, several at a time if need be;
/// samples of each in order of time. Chunks are written as they are full, so memory holds the
/// labels of all series and the chunks of those that are open.
///
/// The block is a directory `….tmp-for-creation` until it is whole and on the disk, which
/// Prometheus passes over, and has its name then. Not for sharing between threads.
public final class TsdbBlockWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TsdbBlockWriter.class);

  private static final String UNFINISHED = ".tmp-for-creation";

  private final Path target;
  private final Path directory;
  private final Ulid ulid;
  private final SegmentWriter segments;
  private final ChunkSpool spool;
  private final Map<Labels, Integer> places = new HashMap<>();
  private final List<Labels> series = new ArrayList<>();

  /// Of each series: the chunks that were put aside.
  private final List<ChunkSpool.Pieces> pieces = new ArrayList<>();

  /// Of each series: the time of its last sample.
  private long[] lastMillis = new long[64];

  private long samples;
  private long chunks;
  private long minMillis = Long.MAX_VALUE;
  private long maxMillis = Long.MIN_VALUE;
  private boolean finished;

  /// @param parent where the block is to be; made if it is not there
  public TsdbBlockWriter(Path parent, Ulid ulid) {
    this(parent, ulid, SegmentWriter.MAX_SEGMENT_BYTES);
  }

  TsdbBlockWriter(Path parent, Ulid ulid, long maxSegmentBytes) {
    this.ulid = ulid;
    this.target = parent.resolve(ulid.text());
    this.directory = parent.resolve(ulid.text() + UNFINISHED);
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw unavailable(directory, "cannot be made", e);
    }
    this.segments = new SegmentWriter(directory, maxSegmentBytes);
    this.spool = new ChunkSpool(directory.resolve("chunk-places"));
  }

  /// Opens a series; one that was closed before goes on where it ended.
  public Series open(Labels labels) {
    Integer known = places.get(labels);
    if (known != null) {
      return new Series(known);
    }
    int place = series.size();
    places.put(labels, place);
    series.add(labels);
    pieces.add(ChunkSpool.Pieces.NONE);
    if (place == lastMillis.length) {
      lastMillis = Arrays.copyOf(lastMillis, place * 2);
    }
    lastMillis[place] = Long.MIN_VALUE;
    return new Series(place);
  }

  /// A series that is open: takes samples, each later than the one before; another is
  /// [WeirException.BadData].
  public final class Series implements SampleSink, AutoCloseable {
    private final int place;
    private final ChunkWriter writer = new ChunkWriter(this::add);
    private long[] starts = new long[4];
    private long[] ends = new long[4];
    private long[] refs = new long[4];
    private int count;
    private boolean closed;

    private Series(int place) {
      this.place = place;
    }

    /// Start timestamps are left out: Prometheus's stable formats have no place for them.
    @Override
    public void value(long timestampMillis, long startMillis, double value) {
      check(timestampMillis);
      writer.append(timestampMillis, value);
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
      check(timestampMillis);
      writer.append(timestampMillis, histogram);
    }

    private void check(long timestampMillis) {
      if (timestampMillis <= lastMillis[place]) {
        throw new WeirException.BadData(
            "series %s has a sample at %d ms after one at %d ms; samples of a series ascend in time"
                .formatted(series.get(place), timestampMillis, lastMillis[place]));
      }
      lastMillis[place] = timestampMillis;
    }

    private void add(
        ChunkEncoding encoding, long start, long end, int inChunk, byte[] bytes, int length) {
      if (count == refs.length) {
        starts = Arrays.copyOf(starts, count * 2);
        ends = Arrays.copyOf(ends, count * 2);
        refs = Arrays.copyOf(refs, count * 2);
      }
      starts[count] = start;
      ends[count] = end;
      refs[count++] = segments.write(encoding, bytes, length);
      samples += inChunk;
      chunks++;
      minMillis = Math.min(minMillis, start);
      maxMillis = Math.max(maxMillis, end);
    }

    /// Writes what is left.
    @Override
    public void close() {
      if (!closed) {
        closed = true;
        writer.finish();
        if (count > 0) {
          pieces.set(place, spool.write(pieces.get(place), starts, ends, refs, count));
        }
      }
    }
  }

  public long samples() {
    return samples;
  }

  /// Writes the index and gives the block its name. All series are closed.
  ///
  /// @throws IllegalStateException if there is no sample: Prometheus has no empty blocks
  public TsdbMeta finish() {
    if (samples == 0) {
      throw new IllegalStateException("a block without samples");
    }
    segments.finish();
    Integer[] order = new Integer[series.size()];
    Arrays.setAll(order, i -> i);
    Arrays.sort(order, Comparator.comparing(series::get));
    List<Labels> sorted = new ArrayList<>(order.length);
    for (int place : order) {
      sorted.add(series.get(place));
    }
    try (IndexWriter index = new IndexWriter(directory, sorted)) {
      index.write(place -> spool.read(pieces.get(order[place])));
    }
    spool.close();
    TsdbMeta meta =
        new TsdbMeta(
            ulid, minMillis, maxMillis + 1, samples, order.length, chunks, 1, List.of(ulid));
    try {
      Tombstones.writeEmpty(directory);
      Path file = directory.resolve(TsdbMeta.FILE);
      Files.writeString(file, meta.toJson());
      sync(directory.resolve(Tombstones.FILE));
      sync(file);
      sync(directory.resolve(ChunkSegments.DIRECTORY));
      sync(directory);
      Files.move(directory, target, StandardCopyOption.ATOMIC_MOVE);
      sync(target.resolveSibling("."));
    } catch (IOException e) {
      throw unavailable(directory, "cannot be finished", e);
    }
    finished = true;
    return meta;
  }

  private static void sync(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static WeirException.Unavailable unavailable(Path path, String what, IOException e) {
    return new WeirException.Unavailable("%s %s: %s".formatted(path, what, IoErrorText.of(e)), e);
  }

  /// Removes a block that was not finished.
  @Override
  public void close() {
    if (finished) {
      return;
    }
    try {
      segments.close();
    } finally {
      spool.close();
      remove();
    }
  }

  private void remove() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; it is of no use any more", directory, e);
    }
  }
}
