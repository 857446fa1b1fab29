package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.store.BlockFile;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// A tenant's section of an open block. Safe for use by many threads.
final class Section {
  /// The values of the label pairs in one frame, as text.
  record PairValues(int firstPair, String[] values, long weightBytes)
      implements BlockCache.Weighted {}

  private final BlockFile file;
  private final BlockCache cache;
  private final BlockMeta.SectionMeta meta;

  Section(BlockFile file, BlockCache cache, BlockMeta.SectionMeta meta) {
    this.file = file;
    this.cache = cache;
    this.meta = meta;
  }

  Tenant tenant() {
    return meta.tenant();
  }

  BlockMeta.SectionMeta meta() {
    return meta;
  }

  BlockFile file() {
    return file;
  }

  SectionRoot root() {
    FrameRef ref = meta.root();
    return cache.get(
        file,
        ref.offset(),
        SectionRoot.class,
        () ->
            SectionRoot.read(
                new ByteReader(
                    Frames.read(file, ref), 0, ref.rawBytes(), Frames.place(file, ref))));
  }

  RegionCursor cursor(Region region) {
    return new RegionCursor(file, region);
  }

  static Entries loadEntries(BlockFile file, Region region, int frame) {
    FrameRef ref = region.frame(frame);
    return Entries.parse(
        Frames.read(file, ref), ref.rawBytes(), region.firstId(frame), Frames.place(file, ref));
  }

  Entries entries(Region region, int frame) {
    return cache.get(
        file, region.frame(frame).offset(), Entries.class, () -> loadEntries(file, region, frame));
  }

  /// An entry of a region; null if it has none of that number.
  @Nullable ByteReader find(Region region, int id) {
    int frame = region.frameOf(id);
    return frame < 0 ? null : entries(region, frame).find(id);
  }

  /// An entry that the index says is there.
  ByteReader get(Region region, int id, String what) {
    ByteReader entry = find(region, id);
    if (entry == null) {
      throw notInRegion(what, id);
    }
    return entry;
  }

  WeirException.Corrupt notInRegion(String what, int id) {
    return new ByteReader(new byte[0], Frames.place(file, meta.root()))
        .corrupt("%s %d is not in its region".formatted(what, id));
  }

  GroupEntry group(int id) {
    return GroupEntry.read(get(root().region(RegionKind.GROUPS), id, "group"), tenant());
  }

  SeriesEntry series(int id) {
    return readSeries(get(root().region(RegionKind.SERIES), id, "series"));
  }

  SeriesEntry readSeries(ByteReader entry) {
    SectionRoot root = root();
    return SeriesEntry.read(entry, root.groups(), root.labels().pairs());
  }

  /// The page of the index that a series stands in.
  SeriesPage seriesPage(int id) {
    Region region = root().region(RegionKind.SERIES);
    int frame = region.frameOf(id);
    if (frame < 0) {
      throw notInRegion("series", id);
    }
    return cache.get(
        file,
        region.frame(frame).offset(),
        SeriesPage.class,
        () -> new SeriesPage(this, loadEntries(file, region, frame)));
  }

  SeriesMeta meta(SeriesEntry entry) {
    String[] labels = new String[2 * entry.pairs().length];
    for (int i = 0; i < entry.pairs().length; i++) {
      labels[2 * i] = pairName(entry.pairs()[i]);
      labels[2 * i + 1] = pairValue(entry.pairs()[i]);
    }
    return new SeriesMeta(Labels.ofSortedPairs(labels), entry.type());
  }

  String pairName(int pair) {
    SectionRoot root = root();
    return root.labels().nameOfPair(pair);
  }

  String pairValue(int pair) {
    Region pairs = root().region(RegionKind.PAIRS);
    int frame = pairs.frameOf(pair);
    PairValues values = frame < 0 ? null : pairValues(pairs, frame);
    if (values == null || pair - values.firstPair >= values.values.length) {
      throw notInRegion("label pair", pair);
    }
    return values.values[pair - values.firstPair];
  }

  private PairValues pairValues(Region pairs, int frame) {
    return cache.get(
        file,
        pairs.frame(frame).offset(),
        PairValues.class,
        () -> {
          Entries entries = loadEntries(file, pairs, frame);
          String[] values = new String[entries.count()];
          long weight = 64;
          for (int i = 0; i < values.length; i++) {
            if (entries.id(i) != entries.id(0) + i) {
              throw entries.at(i).corrupt("label pairs are not numbered one after another");
            }
            // Blocks and heads have the same texts: shared ones take less and compare faster.
            values[i] = entries.at(i).readUtf8(entries.length(i)).intern();
            weight += 56 + entries.length(i);
          }
          return new PairValues(entries.id(0), values, weight);
        });
  }

  /// Number of a label pair; -1 if no series has it.
  int findPair(int nameIndex, String value) {
    SectionRoot root = root();
    int first = root.labels().firstPair(nameIndex);
    int end = root.labels().endPair(nameIndex);
    Region pairs = root.region(RegionKind.PAIRS);
    // The frame whose first value is the last that is not larger: values of other names at its
    // start do not count.
    int low = pairs.frameOf(first);
    int high = pairs.frameOf(end - 1);
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (Labels.compareText(root.labels().pairKeys()[middle], value) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    PairValues values = pairValues(pairs, low);
    int from = Math.max(0, first - values.firstPair);
    int to = Math.min(values.values.length, end - values.firstPair);
    int found = Arrays.binarySearch(values.values, from, to, value, Labels::compareText);
    return found < 0 ? -1 : values.firstPair + found;
  }

  /// The series that have a label pair.
  int[] postings(int pair) {
    SectionRoot root = root();
    return Postings.read(
        get(root.region(RegionKind.POSTINGS), pair, "postings of label pair"), root.indexed());
  }
}
