package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.blocks.chunk.HistogramChunk;
import dev.weir.blocks.chunk.StartTimestampChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.blocks.chunk.ValueChunk;
import dev.weir.model.Exemplar;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Checks a block from its first byte to its last: that frames follow one another without gaps,
/// that each is what its checksum says, and that every entry can be decoded. Used once, by one
/// thread.
final class BlockVerifier {
  private final BlockReader block;
  private final List<WeirException.Corrupt> problems = new ArrayList<>();
  private final List<FrameRef> frames = new ArrayList<>();

  BlockVerifier(BlockReader block) {
    this.block = block;
  }

  List<WeirException.Corrupt> problems() {
    attempt(() -> BlockFormat.checkHeader(block.file()));
    for (Section section : block.sections()) {
      frames.add(section.meta().root());
      attempt(() -> checkSection(section));
    }
    frames.add(block.metaFrame());
    if (problems.isEmpty()) {
      checkThatFramesMeet();
      attempt(block::liveLayouts);
      for (Section section : block.sections()) {
        attempt(() -> block.metadata(section.tenant()));
      }
    }
    return problems;
  }

  private void attempt(Runnable check) {
    try {
      check.run();
    } catch (WeirException.Corrupt e) {
      problems.add(e);
    }
  }

  private void checkThatFramesMeet() {
    frames.sort(Comparator.comparingLong(FrameRef::offset));
    long end = BlockFormat.HEADER_BYTES;
    for (FrameRef frame : frames) {
      if (frame.offset() != end) {
        problems.add(
            new WeirException.Corrupt(
                "%s: a frame starts at offset %d, expected %d, where the one before ends"
                    .formatted(block.name(), frame.offset(), end)));
      }
      end = frame.end();
    }
  }

  private void checkSection(Section section) {
    SectionRoot root = section.root();
    for (RegionKind kind : RegionKind.values()) {
      checkRegion(section, root.region(kind), (_, entry) -> checkIndex(kind, section, entry));
    }
    for (Region region : root.regions().unknown()) {
      checkRegion(section, region, (_, _) -> {});
    }
    List<Integer> groupOfSeries = new ArrayList<>();
    attempt(() -> {
      for (int id = 0; id < root.indexed(); id++) {
        SeriesEntry series = section.series(id);
        section.meta(series);
        groupOfSeries.add(series.group());
      }
    });
    if (groupOfSeries.size() == root.indexed()) {
      for (int window = 0; window < root.windows().size(); window++) {
        checkWindow(section, window, groupOfSeries);
      }
    }
  }

  private interface EntryCheck {
    void check(int id, ByteReader entry);
  }

  private void checkRegion(Section section, Region region, EntryCheck check) {
    for (int frame = 0; frame < region.frameCount(); frame++) {
      frames.add(region.frame(frame));
      int index = frame;
      attempt(() -> {
        Entries entries = Section.loadEntries(section.file(), region, index);
        for (int i = 0; i < entries.count(); i++) {
          int at = i;
          attempt(() -> check.check(entries.id(at), entries.at(at)));
        }
      });
    }
  }

  private static void checkIndex(RegionKind kind, Section section, ByteReader entry) {
    SectionRoot root = section.root();
    switch (kind) {
      case GROUPS -> GroupEntry.read(entry, section.tenant());
      case SERIES -> SeriesEntry.read(entry, root.groups(), root.labels().pairs());
      case PAIRS -> entry.readUtf8(entry.remaining());
      case POSTINGS -> Postings.read(entry, root.indexed());
      case LAYOUTS -> LayoutEntries.read(entry, root.series());
      case METADATA -> {
        entry.readText();
        entry.readText();
        entry.expectEnd();
      }
      case TIMESTAMPS, VALUES, HISTOGRAMS, START_TIMESTAMPS, EXEMPLARS ->
          throw entry.corrupt("a column belongs to no window");
    }
  }

  private void checkWindow(Section section, int window, List<Integer> groupOfSeries) {
    SectionRoot root = section.root();
    TimeRange range = root.windows().get(window);
    Map<Integer, Integer> rowsOfGroup = new HashMap<>();
    checkRegion(
        section,
        root.region(window, RegionKind.TIMESTAMPS),
        (group, entry) -> {
          long[] timestamps = TimestampChunk.read(entry);
          entry.expectEnd();
          if (timestamps.length == 0
              || !range.contains(timestamps[0])
              || !range.contains(timestamps[timestamps.length - 1])) {
            throw entry.corrupt("timestamps are not in their window, %s".formatted(range));
          }
          rowsOfGroup.put(group, timestamps.length);
        });
    for (RegionKind kind : EncodedColumn.KINDS) {
      checkRegion(
          section,
          root.region(window, kind),
          (series, entry) -> checkColumn(kind, series, entry, groupOfSeries, rowsOfGroup));
    }
    checkRegion(
        section,
        root.region(window, RegionKind.EXEMPLARS),
        (series, entry) -> checkExemplars(series, entry, range, groupOfSeries.size()));
    for (RegionKind kind : RegionKind.values()) {
      if (kind != RegionKind.TIMESTAMPS
          && kind != RegionKind.EXEMPLARS
          && !EncodedColumn.KINDS.contains(kind)) {
        checkRegion(
            section,
            root.region(window, kind),
            (_, entry) -> {
              throw entry.corrupt("a part of the index belongs to a window");
            });
      }
    }
  }

  private static void checkExemplars(int series, ByteReader entry, TimeRange range, int indexed) {
    List<Exemplar> exemplars = ExemplarChunk.read(entry);
    entry.expectEnd();
    if (series >= indexed) {
      throw entry.corrupt("exemplars belong to a series that is not indexed");
    }
    if (exemplars.isEmpty()
        || !range.contains(exemplars.getFirst().timestampMillis().orElseThrow())
        || !range.contains(exemplars.getLast().timestampMillis().orElseThrow())) {
      throw entry.corrupt("exemplars are not in their window, %s".formatted(range));
    }
  }

  private static void checkColumn(
      RegionKind kind,
      int series,
      ByteReader entry,
      List<Integer> groupOfSeries,
      Map<Integer, Integer> rowsOfGroup) {
    Integer rows =
        series < groupOfSeries.size() ? rowsOfGroup.get(groupOfSeries.get(series)) : null;
    if (rows == null) {
      throw entry.corrupt("a column belongs to a series without rows in its window");
    }
    if (kind == RegionKind.VALUES) {
      ValueChunk.read(entry, rows);
    } else if (kind == RegionKind.HISTOGRAMS) {
      HistogramChunk.read(entry, rows);
    } else {
      StartTimestampChunk.read(entry, rows);
    }
    entry.expectEnd();
  }
}
