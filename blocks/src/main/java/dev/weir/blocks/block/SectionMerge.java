package dev.weir.blocks.block;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.model.GroupKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Merges the sections that a tenant has in several blocks into one. Every section is read once
/// from its start to its end, because all are ordered alike; in memory are the labels of all series
/// and, window by window, the timestamps of all groups. Not for sharing between threads.
final class SectionMerge {
  /// A section that is merged, and what its groups and series are numbered in the result.
  private static final class Source {
    private final Section section;
    private final int precedence;

    /// By own number; -1 for a group without rows and series.
    private final int[] groupNumbers;

    /// By own number, of the series with samples.
    private final int[] seriesNumbers;

    private final RegionCursor seriesCursor;
    private int ownSeries = -1;
    private SectionWriter.@Nullable NumberedSeries head;

    Source(Section section, int precedence) {
      SectionRoot root = section.root();
      this.section = section;
      this.precedence = precedence;
      this.groupNumbers = new int[root.groups()];
      this.seriesNumbers = new int[root.indexed()];
      this.seriesCursor = section.cursor(root.region(RegionKind.SERIES));
    }

    /// Moves to the next series with samples. False after the last.
    boolean advance() {
      SectionRoot root = section.root();
      ByteReader entry = seriesCursor.next();
      if (entry == null || seriesCursor.id() >= root.indexed()) {
        head = null;
        return false;
      }
      ownSeries = seriesCursor.id();
      SeriesEntry series = SeriesEntry.read(entry, root.groups(), root.labels().pairs());
      head = new SectionWriter.NumberedSeries(section.meta(series), groupNumbers[series.group()]);
      return true;
    }

    SectionWriter.NumberedSeries head() {
      return requireNonNull(head, "a series");
    }
  }

  /// One window of one source.
  record Place(Section section, int window, int[] groupNumbers, int[] seriesNumbers) {}

  private final List<Source> sources = new ArrayList<>();
  private final BlockWriter.Options options;
  private final List<GroupKey> groups;
  private final List<SectionWriter.NumberedSeries> series;
  private long conflicts;
  private int droppedExemplars;

  /// @param sections in order of precedence
  SectionMerge(List<Section> sections, BlockWriter.Options options) {
    this.options = options;
    for (Section section : sections) {
      sources.add(new Source(section, sources.size()));
    }
    BitSet used = new BitSet();
    List<GroupKey> all = numberGroups(used);
    this.series = numberSeries();
    this.groups = dropUnused(all, used);
  }

  /// How many samples lost to a different one with a lower offset.
  long conflicts() {
    return conflicts;
  }

  /// How many exemplars were too many for one window.
  int droppedExemplars() {
    return droppedExemplars;
  }

  /// @param used takes the numbers of those with rows
  private List<GroupKey> numberGroups(BitSet used) {
    TreeSet<GroupKey> all = new TreeSet<>();
    List<List<GroupEntry>> entries = new ArrayList<>();
    for (Source source : sources) {
      List<GroupEntry> own = new ArrayList<>();
      RegionCursor cursor = source.section.cursor(source.section.root().region(RegionKind.GROUPS));
      for (ByteReader entry = cursor.next(); entry != null; entry = cursor.next()) {
        GroupEntry group = GroupEntry.read(entry, source.section.tenant());
        own.add(group);
        all.add(group.key());
      }
      if (own.size() != source.groupNumbers.length) {
        throw new ByteReader(new byte[0], source.section.file().name())
            .corrupt(
                "%d groups are in their region, the root says %d"
                    .formatted(own.size(), source.groupNumbers.length));
      }
      entries.add(own);
    }
    List<GroupKey> sorted = List.copyOf(all);
    Map<GroupKey, Integer> numbers = new HashMap<>();
    for (int i = 0; i < sorted.size(); i++) {
      numbers.put(sorted.get(i), i);
    }
    for (Source source : sources) {
      List<GroupEntry> own = entries.get(source.precedence);
      for (int i = 0; i < own.size(); i++) {
        source.groupNumbers[i] = numbers.getOrDefault(own.get(i).key(), -1);
        if (own.get(i).rows() > 0) {
          used.set(source.groupNumbers[i]);
        }
      }
    }
    return sorted;
  }

  /// Leaves out the groups that were there for their layouts alone.
  ///
  /// @param all by number
  /// @param used those with rows
  private List<GroupKey> dropUnused(List<GroupKey> all, BitSet used) {
    series.forEach(one -> used.set(one.group()));
    int[] numbers = new int[all.size()];
    Arrays.fill(numbers, -1);
    List<GroupKey> kept = new ArrayList<>();
    for (int old = used.nextSetBit(0); old >= 0; old = used.nextSetBit(old + 1)) {
      numbers[old] = kept.size();
      kept.add(all.get(old));
    }
    if (kept.size() < all.size()) {
      series.replaceAll(one -> new SectionWriter.NumberedSeries(one.meta(), numbers[one.group()]));
      for (Source source : sources) {
        Arrays.setAll(source.groupNumbers, i -> numbers[source.groupNumbers[i]]);
      }
    }
    return kept;
  }

  private List<SectionWriter.NumberedSeries> numberSeries() {
    PriorityQueue<Source> queue =
        new PriorityQueue<>((a, b) -> {
          int order = SectionWriter.SERIES_ORDER.compare(a.head(), b.head());
          return order != 0 ? order : Integer.compare(a.precedence, b.precedence);
        });
    for (Source source : sources) {
      if (source.advance()) {
        queue.add(source);
      }
    }
    List<SectionWriter.NumberedSeries> merged = new ArrayList<>();
    for (Source source = queue.poll(); source != null; source = queue.poll()) {
      SectionWriter.NumberedSeries next = source.head();
      if (!merged.isEmpty() && SectionWriter.SERIES_ORDER.compare(merged.getLast(), next) == 0) {
        // The same series again: what the later source says of its type stands.
        SeriesMeta meta = new SeriesMeta(merged.getLast().meta().labels(), next.meta().type());
        merged.set(merged.size() - 1, new SectionWriter.NumberedSeries(meta, next.group()));
      } else {
        merged.add(next);
      }
      source.seriesNumbers[source.ownSeries] = merged.size() - 1;
      if (source.advance()) {
        queue.add(source);
      }
    }
    return merged;
  }

  /// Writes the merged section.
  BlockMeta.SectionMeta write(Frames.Writer frames, List<MetricMetadata> metadata) {
    SectionWriter writer =
        new SectionWriter(
            frames,
            options.frameBytes(),
            sources.getFirst().section.tenant(),
            groups,
            series,
            series.size());
    SharedSeries shared = SharedSeries.of(series);
    for (Source source : sources) {
      shared.addSection(source.section, source.seriesNumbers);
    }
    NavigableMap<Long, List<Place>> windows = placesByWindow();
    windows.forEach((window, places) -> {
      WindowMerge merge =
          new WindowMerge(places, window, options.windowMillis(), series, shared, groups.size());
      merge.write(writer, options.maxExemplars());
      conflicts += merge.conflicts();
      droppedExemplars += merge.droppedExemplars();
    });
    conflicts += shared.conflicts();
    return writer.finish(new TreeMap<>(), metadata);
  }

  private NavigableMap<Long, List<Place>> placesByWindow() {
    TreeMap<Long, List<Place>> windows = new TreeMap<>();
    for (Source source : sources) {
      List<TimeRange> own = source.section.root().windows();
      for (int window = 0; window < own.size(); window++) {
        Place place = new Place(source.section, window, source.groupNumbers, source.seriesNumbers);
        long last = Math.floorDiv(own.get(window).endMillis(), options.windowMillis());
        for (long key = Math.floorDiv(own.get(window).startMillis(), options.windowMillis());
            key <= last;
            key++) {
          windows.computeIfAbsent(key, _ -> new ArrayList<>()).add(place);
        }
      }
    }
    return windows;
  }
}
