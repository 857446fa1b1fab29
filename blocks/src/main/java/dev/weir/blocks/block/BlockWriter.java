package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.chunk.ChunkLimits;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesExemplars;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes a block from groups that come in any order, whatever their tenant: each group once, with
/// all its series.
///
/// Columns are compressed as they come and put aside in a file beside the block's (named `….spool`,
/// gone when the writer is closed); [#finish] sorts them into their places. So memory holds the
/// labels and, for each column, where it was put, but no samples.
///
/// Of one series and timestamp a block holds one sample. Whoever adds groups sees to it where a
/// series stands in two of them (because its slice was split); a group's own columns cannot but
/// keep it.
///
/// The file is whole and on the disk when `finish` has returned, and until then no block: it ends
/// without a footer. Not for sharing between threads.
public final class BlockWriter implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(BlockWriter.class);

  /// How a block is written; none of it matters to readers.
  ///
  /// @param frameBytes how much is compressed together
  /// @param zstdLevel 1 (fast) to 19
  /// @param windowMillis samples of so much time, counted from the epoch, lie together
  /// @param maxExemplars of one series in one window
  public record Options(int frameBytes, int zstdLevel, long windowMillis, int maxExemplars) {
    private static final int FRAME_BYTES = 64 * 1024;
    private static final int FAST = 1;
    private static final int THOROUGH = 6;
    private static final long TWO_HOURS_MILLIS = 2 * 60 * 60 * 1000L;

    /// Enough for one with each scrape, every 12 seconds.
    private static final int DEFAULT_EXEMPLARS = 600;

    /// For small blocks, which are soon merged: fast.
    public static final Options SMALL = new Options(FRAME_BYTES, FAST, TWO_HOURS_MILLIS);

    /// For blocks that stay.
    public static final Options COMPACTED = new Options(FRAME_BYTES, THOROUGH, TWO_HOURS_MILLIS);

    /// In blocks of the second level and above, windows are longer by this: longer columns compress
    /// better, and who asks for old samples asks for many.
    private static final int LONGER_WINDOWS = 3;

    /// So long that longer ones can be counted still.
    private static final long ALL_TIME_MILLIS = Long.MAX_VALUE / (LONGER_WINDOWS + 1);

    public Options {
      if (frameBytes < 1 || zstdLevel < 1 || zstdLevel > 19 || windowMillis < 1) {
        throw new IllegalArgumentException(
            "frames of %d bytes, zstd level %d, windows of %d ms are not possible"
                .formatted(frameBytes, zstdLevel, windowMillis));
      }
      if (maxExemplars < 0 || maxExemplars > ChunkLimits.MAX_EXEMPLARS) {
        throw new IllegalArgumentException(
            "%d exemplars of a series and window are not 0 to %d"
                .formatted(maxExemplars, ChunkLimits.MAX_EXEMPLARS));
      }
    }

    public Options(int frameBytes, int zstdLevel, long windowMillis) {
      this(frameBytes, zstdLevel, windowMillis, DEFAULT_EXEMPLARS);
    }

    public Options withMaxExemplars(int most) {
      return new Options(frameBytes, zstdLevel, windowMillis, most);
    }

    /// The same for a block in which all samples lie together.
    public Options inOneWindow() {
      return new Options(frameBytes, zstdLevel, ALL_TIME_MILLIS, maxExemplars);
    }

    /// The same for a block of that level.
    Options forLevel(int level) {
      return level < 2
          ? this
          : new Options(
              frameBytes,
              zstdLevel,
              Math.multiplyExact(windowMillis, LONGER_WINDOWS),
              (int) Math.min((long) maxExemplars * LONGER_WINDOWS, ChunkLimits.MAX_EXEMPLARS));
    }
  }

  /// What the block is to be.
  ///
  /// @see BlockMeta
  public record Description(
      int level, long createdAtMillis, List<OffsetRange> covers, List<String> sources) {
    public Description {
      covers = List.copyOf(covers);
      sources = List.copyOf(sources);
    }

    /// A link of a partition's chain.
    public static Description link(OffsetRange covers, long createdAtMillis) {
      return link(covers, createdAtMillis, List.of());
    }

    /// A link of a partition's chain without what deletions hide.
    ///
    /// @param deletions their names
    public static Description link(
        OffsetRange covers, long createdAtMillis, List<String> deletions) {
      return new Description(0, createdAtMillis, List.of(covers), deletions);
    }

    /// A block with samples that did not come through Kafka.
    ///
    /// @param sources what was imported, in the block that makes an import whole
    public static Description imported(List<String> sources, long createdAtMillis) {
      return new Description(1, createdAtMillis, List.of(), sources);
    }
  }

  private final Path spoolFile;
  private final BlockOutput spool;
  private final BlockOutput out;
  private final Frames.Writer frames;
  private final Options options;
  private final Description description;
  private final TreeMap<Tenant, SectionSpool> sections = new TreeMap<>();

  /// @param file to write; there is none yet
  public BlockWriter(Path file, Description description, Options options) {
    this.options = options.forLevel(description.level);
    this.description = description;
    this.spoolFile = file.resolveSibling(file.getFileName() + ".spool");
    this.out = new BlockOutput(file, StandardOpenOption.CREATE_NEW);
    try {
      this.spool =
          new BlockOutput(
              spoolFile,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.READ);
    } catch (RuntimeException e) {
      out.close();
      throw e;
    }
    this.frames = new Frames.Writer(out, options.zstdLevel);
    byte[] header = BlockFormat.header();
    out.write(header, 0, header.length);
  }

  /// Adds a group.
  ///
  /// @param series in order of labels, each once
  /// @param samples a column for each series
  public void add(GroupKey group, List<SeriesMeta> series, GroupSamples samples) {
    section(group.tenant()).add(group, series, samples);
  }

  /// Adds a group, one column after another.
  ///
  /// @param series in order of labels, each once
  public void add(GroupKey group, List<SeriesMeta> series, GroupColumns columns) {
    section(group.tenant()).add(group, series, columns);
  }

  /// Adds exemplars of a series, after all groups of its tenant: those that come twice are kept
  /// once, and no more of one series and window than the options say. A series without samples is
  /// taken for the sake of its exemplars.
  public void addExemplars(SeriesExemplars exemplars) {
    section(exemplars.group().tenant()).addExemplars(exemplars);
  }

  /// Exemplars that were too many, known when the block is finished.
  public int droppedExemplars() {
    return sections.values().stream().mapToInt(SectionSpool::droppedExemplars).sum();
  }

  /// Sees to it that a tenant has a section, also if nothing is added to it.
  public void keep(Tenant tenant) {
    section(tenant).keep();
  }

  /// Adds a layout that is alive at the block's end. Its series need no samples in the block.
  public void addLiveLayout(LiveLayout layout) {
    section(layout.group().tenant()).addLiveLayout(layout);
  }

  /// Adds what is known of a metric; it is left out if the tenant has no series of it in the block.
  public void addMetadata(Tenant tenant, MetricMetadata metadata) {
    section(tenant).addMetadata(metadata);
  }

  private SectionSpool section(Tenant tenant) {
    return sections.computeIfAbsent(
        tenant, _ -> new SectionSpool(tenant, spool, options.windowMillis, options.maxExemplars));
  }

  /// Writes everything and hands it to the disk.
  public BlockMeta finish() {
    List<BlockMeta.SectionMeta> metas = new ArrayList<>();
    for (SectionSpool section : sections.values()) {
      if (!section.isEmpty()) {
        metas.add(section.write(frames, options.frameBytes));
      }
    }
    return finish(out, frames, description, metas);
  }

  static BlockMeta finish(
      BlockOutput out,
      Frames.Writer frames,
      Description description,
      List<BlockMeta.SectionMeta> sections) {
    BlockMeta meta =
        new BlockMeta(
            description.level,
            description.createdAtMillis,
            description.covers,
            description.sources,
            sections);
    ByteWriter bytes = new ByteWriter();
    meta.write(bytes);
    byte[] footer = BlockFormat.footer(frames.write(bytes.array(), bytes.length()));
    out.write(footer, 0, footer.length);
    out.sync();
    return meta;
  }

  @Override
  public void close() {
    frames.close();
    try {
      out.close();
    } finally {
      spool.close();
      try {
        Files.deleteIfExists(spoolFile);
      } catch (IOException e) {
        LOG.warn("{} cannot be removed; it is of no use any more", spoolFile, e);
      }
    }
  }
}
