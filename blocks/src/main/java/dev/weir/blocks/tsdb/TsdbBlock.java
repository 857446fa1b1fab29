package dev.weir.blocks.tsdb;

import dev.weir.blocks.tsdb.chunk.SampleSink;
import dev.weir.model.IoErrorText;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// An open block of Prometheus's. In memory are the symbols and a number for each series. Not for
/// sharing between threads.
public final class TsdbBlock implements AutoCloseable {
  private final Path directory;
  private final TsdbMeta meta;
  private final IndexReader index;
  private final ChunkSegments chunks;
  private final Tombstones tombstones;

  /// @throws WeirException.BadData if the directory is no block, or of a version that is not known
  /// @throws WeirException.Corrupt if it is damaged
  public TsdbBlock(Path directory) {
    this.directory = directory;
    this.meta = TsdbMeta.read(directory);
    this.tombstones = Tombstones.read(directory);
    this.index = new IndexReader(directory);
    try {
      this.chunks = new ChunkSegments(directory);
    } catch (RuntimeException | Error e) {
      index.close();
      throw e;
    }
  }

  /// The blocks in a directory, such as Prometheus's data directory, or the directory itself if it
  /// is a block; by name, so the oldest first.
  public static List<Path> find(Path directory) {
    if (Files.isRegularFile(directory.resolve(TsdbMeta.FILE))) {
      return List.of(directory);
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> Ulid.isUlid(String.valueOf(entry.getFileName())))
          .filter(entry -> Files.isRegularFile(entry.resolve(TsdbMeta.FILE)))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be listed: %s".formatted(directory, IoErrorText.of(e)), e);
    }
  }

  /// What a block says of itself, without opening it.
  public static TsdbMeta metaOf(Path directory) {
    return TsdbMeta.read(directory);
  }

  public Path directory() {
    return directory;
  }

  public TsdbMeta meta() {
    return meta;
  }

  public int seriesCount() {
    return index.series().length;
  }

  /// How many bytes its chunks take.
  public long chunkBytes() {
    return chunks.sizeBytes();
  }

  /// Tells apart what is deleted from a block at one time and at another; 0 if nothing is.
  public int deletionsChecksum() {
    return tombstones.checksum();
  }

  /// The reference of a series, by its place in the order of labels.
  public int reference(int place) {
    return index.series()[place];
  }

  /// The series of a reference.
  public TsdbSeries series(int reference) {
    return index.read(reference);
  }

  /// Hands out the samples of a series that are in a range and not deleted, in the order in which
  /// they are stored.
  public void read(TsdbSeries series, TimeRange range, SampleSink sink) {
    SampleSink wanted = new Filter(range, tombstones.of(series.reference()), sink);
    for (int i = 0; i < series.chunks().length; i++) {
      if (range.overlaps(series.startMillis()[i], series.endMillis()[i])) {
        chunks.read(series.chunks()[i], wanted);
      }
    }
  }

  /// Leaves out what is deleted or out of range. That no counter was reset since the sample before
  /// is not known any more where that is left out.
  private static final class Filter implements SampleSink {
    private final TimeRange range;
    private final List<TimeRange> deleted;
    private final SampleSink sink;
    private boolean leftOut;

    Filter(TimeRange range, List<TimeRange> deleted, SampleSink sink) {
      this.range = range;
      this.deleted = deleted;
      this.sink = sink;
    }

    private boolean isWanted(long timestampMillis) {
      if (!range.contains(timestampMillis)) {
        return false;
      }
      for (TimeRange stone : deleted) {
        if (stone.contains(timestampMillis)) {
          return false;
        }
      }
      return true;
    }

    @Override
    public void value(long timestampMillis, long startMillis, double value) {
      if (isWanted(timestampMillis)) {
        leftOut = false;
        sink.value(timestampMillis, startMillis, value);
      } else {
        leftOut = true;
      }
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
      if (!isWanted(timestampMillis)) {
        leftOut = true;
        return;
      }
      boolean unsure = leftOut && histogram.resetHint() == ResetHint.NOT_RESET;
      leftOut = false;
      sink.histogram(
          timestampMillis,
          startMillis,
          unsure ? histogram.withResetHint(ResetHint.UNKNOWN) : histogram);
    }
  }

  @Override
  public void close() {
    try {
      index.close();
    } finally {
      chunks.close();
    }
  }

  @Override
  public String toString() {
    return "TsdbBlock[%s]".formatted(directory);
  }
}
