package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesExemplars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// An open block: its meta in memory, everything else read by range when it is needed, through a
/// cache. Holds no file open, and so needs no closing. Safe for use by many threads.
///
/// A part that is damaged fails what needs it, with the file, the offset, what was expected and
/// what was found ([WeirException.Corrupt]); the rest of the block stays readable.
public final class BlockReader {
  /// Checking reads every part once; there is nothing to keep.
  private static final long CHECK_CACHE_BYTES = 16 << 20;

  private final BlockFile file;
  private final BlockMeta meta;
  private final FrameRef metaFrame;
  private final List<Section> sections;

  private BlockReader(BlockFile file, BlockCache cache, BlockMeta meta, FrameRef metaFrame) {
    this.file = file;
    this.meta = meta;
    this.metaFrame = metaFrame;
    this.sections =
        meta.sections().stream().map(section -> new Section(file, cache, section)).toList();
  }

  /// Opens a block with one read of its end, or two where its meta is large.
  public static BlockReader open(BlockFile file, BlockCache cache) {
    long size = file.sizeBytes();
    if (size < BlockFormat.HEADER_BYTES + BlockFormat.FOOTER_BYTES) {
      throw new WeirException.Corrupt(
          "%s: the file has %d bytes, a block at least %d; it was cut short"
              .formatted(file.name(), size, BlockFormat.HEADER_BYTES + BlockFormat.FOOTER_BYTES));
    }
    int tailLength = (int) Math.min(size, BlockFormat.TAIL_BYTES);
    long tailOffset = size - tailLength;
    byte[] tail = file.read(tailOffset, tailLength);
    byte[] footer = Arrays.copyOfRange(tail, tailLength - BlockFormat.FOOTER_BYTES, tailLength);
    BlockFormat.Footer end = BlockFormat.readFooter(footer, file.name(), size);
    FrameRef ref = end.meta();
    byte[] content =
        ref.offset() >= tailOffset
            ? Frames.decode(file, ref, tail, (int) (ref.offset() - tailOffset))
            : Frames.read(file, ref);
    ByteReader in = new ByteReader(content, 0, ref.rawBytes(), Frames.place(file, ref));
    return new BlockReader(file, cache, BlockMeta.read(in, end.version()), ref);
  }

  /// The name of the file.
  public String name() {
    return file.name();
  }

  public long sizeBytes() {
    return file.sizeBytes();
  }

  public BlockMeta meta() {
    return meta;
  }

  BlockFile file() {
    return file;
  }

  FrameRef metaFrame() {
    return metaFrame;
  }

  List<Section> sections() {
    return sections;
  }

  /// The stretches of time with samples of a tenant that overlap a range, in order, as far as the
  /// tenant's directory tells: it knows of longer ones without any between the first and the last.
  ///
  /// @throws WeirException if the directory cannot be read
  public List<TimeRange> stretches(Tenant tenant, TimeRange range) {
    if (meta.section(tenant)
        .flatMap(BlockMeta.SectionMeta::times)
        .filter(range::overlaps)
        .isEmpty()) {
      return List.of();
    }
    return section(tenant).stream()
        .flatMap(section -> section.root().windows().stream())
        .filter(range::overlaps)
        .toList();
  }

  Optional<Section> section(Tenant tenant) {
    for (Section section : sections) {
      if (section.tenant().equals(tenant)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /// The layouts of all tenants that are alive at the block's end.
  public List<LiveLayout> liveLayouts() {
    List<LiveLayout> layouts = new ArrayList<>();
    for (Section section : sections) {
      SectionRoot root = section.root();
      RegionCursor cursor = section.cursor(root.region(RegionKind.LAYOUTS));
      for (ByteReader entry = cursor.next(); entry != null; entry = cursor.next()) {
        for (LayoutEntries.Numbered layout : LayoutEntries.read(entry, root.series())) {
          layouts.add(resolve(section, cursor.id(), layout, entry));
        }
      }
    }
    return layouts;
  }

  private static LiveLayout resolve(
      Section section, int group, LayoutEntries.Numbered numbered, ByteReader place) {
    List<SeriesMeta> series = new ArrayList<>(numbered.series().length);
    for (int id : numbered.series()) {
      series.add(section.meta(section.series(id)));
    }
    Layout layout = Layout.of(series);
    Hash128 expected = numbered.hash();
    if (!layout.hash().equals(expected)) {
      throw place.corrupt(
          "the series of a layout have the hash %s, expected %s"
              .formatted(layout.hash(), expected));
    }
    return new LiveLayout(
        section.group(group).key(), layout, numbered.epoch(), numbered.nextDueMillis());
  }

  /// What is known of a tenant's metrics, by name.
  public List<MetricMetadata> metadata(Tenant tenant) {
    Optional<Section> found = section(tenant);
    if (found.isEmpty()) {
      return List.of();
    }
    Section section = found.get();
    List<MetricMetadata> metadata = new ArrayList<>();
    RegionCursor cursor = section.cursor(section.root().region(RegionKind.METADATA));
    for (ByteReader entry = cursor.next(); entry != null; entry = cursor.next()) {
      String unit = entry.readText();
      String help = entry.readText();
      entry.expectEnd();
      if (!section.pairName(cursor.id()).equals(Labels.NAME)) {
        throw entry.corrupt("metadata belongs to a label pair that is no metric's name");
      }
      metadata.add(new MetricMetadata(section.pairValue(cursor.id()), unit, help));
    }
    return metadata;
  }

  /// Shows all exemplars of a tenant, in the order of the file: a series again for each window that
  /// it has some in.
  public void forEachExemplars(Tenant tenant, Consumer<SeriesExemplars> consumer) {
    section(tenant).ifPresent(section -> new SectionExemplars(section).forEach(consumer));
  }

  /// Reads and decodes every byte, and gives all that is wrong; nothing if nothing is.
  ///
  /// @throws WeirException.Unavailable if the file cannot be read now
  public List<WeirException.Corrupt> verify() {
    return new BlockVerifier(this).problems();
  }

  /// Reads and decodes every byte of a file, as one does with a block that is about to be
  /// published.
  ///
  /// @throws WeirException.Corrupt with the first of what is wrong
  public static void check(BlockFile file) {
    List<WeirException.Corrupt> problems = open(file, new BlockCache(CHECK_CACHE_BYTES)).verify();
    if (!problems.isEmpty()) {
      throw problems.getFirst();
    }
  }

  @Override
  public String toString() {
    return "BlockReader[%s]".formatted(file.name());
  }
}
