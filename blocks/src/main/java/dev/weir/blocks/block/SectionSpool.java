package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.blocks.chunk.TimestampChunk;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupColumns;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesExemplars;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What a [BlockWriter] was given of one tenant: labels in memory, compressed columns in a file,
/// until all are known and can be numbered. Not for sharing between threads.
final class SectionSpool {
  /// Where pieces were put: number of the group or series as it came, offset, length.
  private static final class Pieces {
    private int[] owners = new int[16];
    private long[] offsets = new long[16];
    private int[] lengths = new int[16];
    private int count;

    private void add(int owner, long offset, int length) {
      if (count == owners.length) {
        owners = Arrays.copyOf(owners, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
        lengths = Arrays.copyOf(lengths, count * 2);
      }
      owners[count] = owner;
      offsets[count] = offset;
      lengths[count++] = length;
    }

    private ByteReader read(int index, BlockOutput spool, byte[] into) {
      spool.read(offsets[index], into, lengths[index]);
      return new ByteReader(into, 0, lengths[index], spool.name());
    }

    /// Indexes of the pieces in order of their owners' final numbers.
    private int[] inOrderOf(int[] numbers) {
      long[] keys = new long[count];
      for (int i = 0; i < count; i++) {
        keys[i] = (long) numbers[owners[i]] << 32 | i;
      }
      Arrays.sort(keys);
      int[] order = new int[count];
      Arrays.setAll(order, i -> (int) keys[i]);
      return order;
    }
  }

  private static final class Window {
    private final Pieces timestamps = new Pieces();
    private final Pieces columns = new Pieces();
    private final Pieces exemplars = new Pieces();
  }

  private final Tenant tenant;
  private final BlockOutput spool;
  private final long windowMillis;
  private final int maxExemplars;

  private final Map<GroupKey, Integer> groupIds = new HashMap<>();
  private final List<GroupKey> groups = new ArrayList<>();

  /// The groups whose samples were added.
  private final BitSet filled = new BitSet();

  /// With the number of their group as it came.
  private final List<SectionWriter.NumberedSeries> series = new ArrayList<>();

  /// The series that have a column, or exemplars.
  private final BitSet sampled = new BitSet();

  /// Of the first `numbered` series, by labels: filled when exemplars come.
  private final Map<Labels, Integer> numbers = new HashMap<>();

  private int numbered;
  private int droppedExemplars;

  private final TreeMap<Long, Window> windows = new TreeMap<>();
  private final List<LiveLayout> layouts = new ArrayList<>();
  private final List<MetricMetadata> metadata = new ArrayList<>();

  private boolean kept;

  private final EncodedColumn column = new EncodedColumn();
  private final ByteWriter piece = new ByteWriter();

  /// @param maxExemplars of one series in one window
  SectionSpool(Tenant tenant, BlockOutput spool, long windowMillis, int maxExemplars) {
    this.tenant = tenant;
    this.spool = spool;
    this.windowMillis = windowMillis;
    this.maxExemplars = maxExemplars;
  }

  boolean isEmpty() {
    return groups.isEmpty() && !kept;
  }

  /// Is written even if it stays empty.
  void keep() {
    kept = true;
  }

  private int groupId(GroupKey key) {
    return groupIds.computeIfAbsent(
        key,
        _ -> {
          groups.add(key);
          return groups.size() - 1;
        });
  }

  void addLiveLayout(LiveLayout layout) {
    groupId(layout.group());
    layouts.add(layout);
  }

  void addMetadata(MetricMetadata metric) {
    metadata.add(metric);
  }

  void add(GroupKey key, List<SeriesMeta> metas, GroupSamples samples) {
    if (metas.size() != samples.columns().size()) {
      throw new IllegalArgumentException(
          "group %s has %d series and %d columns"
              .formatted(key, metas.size(), samples.columns().size()));
    }
    add(key, metas, GroupColumns.of(samples));
  }

  /// @param columns one for each series, read once, in their order
  void add(GroupKey key, List<SeriesMeta> metas, GroupColumns columns) {
    long[] timestamps = columns.timestampsMillis();
    check(key, metas);
    int group = groupId(key);
    if (filled.get(group)) {
      throw new IllegalArgumentException("group %s was added before".formatted(key));
    }
    filled.set(group);
    int firstSeries = series.size();
    for (SeriesMeta meta : metas) {
      series.add(new SectionWriter.NumberedSeries(meta, group));
    }
    List<Part> parts = parts(timestamps);
    for (Part part : parts) {
      addTimestamps(group, Arrays.copyOfRange(timestamps, part.from, part.to), part.window);
    }
    for (int i = 0; i < metas.size(); i++) {
      GroupSamples.Column samples = columns.column(i);
      for (Part part : parts) {
        column.encode(timestamps, samples, part.from, part.to);
        if (!column.isEmpty()) {
          addColumn(firstSeries + i, part.window);
        }
      }
    }
  }

  /// The timestamps that lie in one window.
  private record Part(Window window, int from, int to) {}

  private List<Part> parts(long[] timestamps) {
    List<Part> parts = new ArrayList<>();
    for (int from = 0; from < timestamps.length; ) {
      long window = Math.floorDiv(timestamps[from], windowMillis);
      int to = from + 1;
      while (to < timestamps.length && Math.floorDiv(timestamps[to], windowMillis) == window) {
        to++;
      }
      parts.add(new Part(windows.computeIfAbsent(window, _ -> new Window()), from, to));
      from = to;
    }
    return parts;
  }

  /// Adds exemplars of a series. If it has been added with samples it is known by its labels.
  void addExemplars(SeriesExemplars more) {
    if (maxExemplars == 0) {
      droppedExemplars += more.exemplars().size();
      return;
    }
    if (more.exemplars().isEmpty()) {
      return;
    }
    Integer known = numberOf(more.labels());
    int id = known == null ? addSeries(more) : known;
    List<Exemplar> exemplars = more.exemplars();
    for (int from = 0; from < exemplars.size(); ) {
      long window = windowOf(exemplars.get(from));
      int to = from + 1;
      while (to < exemplars.size() && windowOf(exemplars.get(to)) == window) {
        to++;
      }
      sampled.set(id);
      piece.truncate(0);
      ExemplarChunk.write(exemplars.subList(from, to), piece);
      put(id, windows.computeIfAbsent(window, _ -> new Window()).exemplars);
      from = to;
    }
  }

  private long windowOf(Exemplar exemplar) {
    return Math.floorDiv(exemplar.timestampMillis().orElseThrow(), windowMillis);
  }

  /// Number of a series as it came; null if it did not come.
  private @Nullable Integer numberOf(Labels labels) {
    for (; numbered < series.size(); numbered++) {
      numbers.put(series.get(numbered).meta().labels(), numbered);
    }
    return numbers.get(labels);
  }

  private int addSeries(SeriesExemplars more) {
    series.add(new SectionWriter.NumberedSeries(more.series(), groupId(more.group())));
    return series.size() - 1;
  }

  private void addTimestamps(int group, long[] timestamps, Window window) {
    piece.truncate(0);
    piece.writeU32(timestamps.length);
    piece.writeU64(timestamps[0]).writeU64(timestamps[timestamps.length - 1]);
    TimestampChunk.write(timestamps, piece);
    put(group, window.timestamps);
  }

  private void addColumn(int id, Window window) {
    sampled.set(id);
    piece.truncate(0);
    column.save(piece);
    put(id, window.columns);
  }

  private void put(int owner, Pieces pieces) {
    pieces.add(owner, spool.position(), piece.length());
    spool.write(piece.array(), 0, piece.length());
  }

  private static void check(GroupKey key, List<SeriesMeta> metas) {
    for (int i = 1; i < metas.size(); i++) {
      if (metas.get(i).labels().compareTo(metas.get(i - 1).labels()) <= 0) {
        throw new IllegalArgumentException(
            "series %s of group %s stands after %s; series ascend by labels, each once"
                .formatted(metas.get(i).labels(), key, metas.get(i - 1).labels()));
      }
    }
  }

  /// Exemplars that were too many for one window.
  int droppedExemplars() {
    return droppedExemplars;
  }

  /// Numbers everything and writes the section.
  BlockMeta.SectionMeta write(Frames.Writer frames, int frameBytes) {
    int[] groupNumbers = numbersInOrder(groups.size(), Comparator.comparing(groups::get));
    GroupKey[] sortedGroups = new GroupKey[groups.size()];
    for (int i = 0; i < sortedGroups.length; i++) {
      sortedGroups[groupNumbers[i]] = groups.get(i);
    }
    Numbering numbering = numberSeries(groupNumbers);
    SectionWriter writer =
        new SectionWriter(
            frames,
            frameBytes,
            tenant,
            List.of(sortedGroups),
            numbering.sorted,
            sampled.cardinality());
    byte[] buffer = new byte[0];
    for (Window window : windows.values()) {
      for (int index : window.timestamps.inOrderOf(groupNumbers)) {
        buffer = grown(buffer, window.timestamps.lengths[index]);
        ByteReader in = window.timestamps.read(index, spool, buffer);
        int rows = in.readU32();
        long start = in.readU64();
        long end = in.readU64();
        writer.timestamps(
            groupNumbers[window.timestamps.owners[index]],
            in.readBytes(in.remaining()),
            rows,
            start,
            end);
      }
      for (int index : window.columns.inOrderOf(numbering.numbers)) {
        buffer = grown(buffer, window.columns.lengths[index]);
        column.load(window.columns.read(index, spool, buffer));
        writer.column(numbering.numbers[window.columns.owners[index]], column);
      }
      writeExemplars(window, numbering.numbers, writer);
      writer.endWindow();
    }
    return writer.finish(numbering.layouts, metadata);
  }

  private void writeExemplars(Window window, int[] numberOfOwner, SectionWriter writer) {
    Pieces pieces = window.exemplars;
    int[] order = pieces.inOrderOf(numberOfOwner);
    byte[] buffer = new byte[0];
    List<Exemplar> ofSeries = new ArrayList<>();
    for (int i = 0; i < order.length; i++) {
      buffer = grown(buffer, pieces.lengths[order[i]]);
      ofSeries.addAll(ExemplarChunk.read(pieces.read(order[i], spool, buffer)));
      int owner = pieces.owners[order[i]];
      if (i + 1 == order.length || pieces.owners[order[i + 1]] != owner) {
        ThinnedExemplars thinned = ThinnedExemplars.of(ofSeries, maxExemplars);
        droppedExemplars += thinned.dropped();
        writer.exemplars(numberOfOwner[owner], thinned.kept());
        ofSeries.clear();
      }
    }
  }

  private static byte[] grown(byte[] buffer, int length) {
    return buffer.length >= length ? buffer : new byte[length * 2];
  }

  /// Number of each of `count` things in the given order.
  private static int[] numbersInOrder(int count, Comparator<Integer> order) {
    Integer[] sorted = new Integer[count];
    Arrays.setAll(sorted, i -> i);
    Arrays.sort(sorted, order);
    int[] numbers = new int[count];
    for (int i = 0; i < count; i++) {
      numbers[sorted[i]] = i;
    }
    return numbers;
  }

  /// @param sorted series by number, with the numbers of their groups
  /// @param numbers of series as they came
  /// @param layouts by group number, of numbered series
  private record Numbering(
      List<SectionWriter.NumberedSeries> sorted,
      int[] numbers,
      NavigableMap<Integer, List<LayoutEntries.Numbered>> layouts) {}

  private Numbering numberSeries(int[] groupNumbers) {
    List<SectionWriter.NumberedSeries> inGroups = new ArrayList<>(series.size());
    for (SectionWriter.NumberedSeries one : series) {
      inGroups.add(new SectionWriter.NumberedSeries(one.meta(), groupNumbers[one.group()]));
    }
    Integer[] order = sampled.stream().boxed().toArray(Integer[]::new);
    Arrays.sort(order, Comparator.comparing(inGroups::get, SectionWriter.SERIES_ORDER));
    int[] byOwner = new int[series.size()];
    List<SectionWriter.NumberedSeries> sorted = new ArrayList<>(order.length);
    for (int local : order) {
      byOwner[local] = sorted.size();
      sorted.add(inGroups.get(local));
    }
    return new Numbering(sorted, byOwner, numberLayouts(groupNumbers, sorted));
  }

  /// Finds the series of the layouts among the sorted ones, and adds those that are not there.
  private NavigableMap<Integer, List<LayoutEntries.Numbered>> numberLayouts(
      int[] groupNumbers, List<SectionWriter.NumberedSeries> sorted) {
    TreeMap<Integer, List<LiveLayout>> byGroup = new TreeMap<>();
    for (LiveLayout layout : layouts) {
      int group = groupNumbers[groupId(layout.group())];
      byGroup.computeIfAbsent(group, _ -> new ArrayList<>()).add(layout);
    }
    Map<SectionWriter.NumberedSeries, Integer> known = new HashMap<>();
    for (int id = 0; id < sorted.size(); id++) {
      if (byGroup.containsKey(sorted.get(id).group())) {
        known.put(sorted.get(id), id);
      }
    }
    TreeMap<Integer, List<LayoutEntries.Numbered>> result = new TreeMap<>();
    byGroup.forEach((group, live) ->
        result.put(group, live.stream().map(one -> number(one, group, known, sorted)).toList()));
    return result;
  }

  private static LayoutEntries.Numbered number(
      LiveLayout live,
      int group,
      Map<SectionWriter.NumberedSeries, Integer> known,
      List<SectionWriter.NumberedSeries> sorted) {
    int[] ids = new int[live.layout().size()];
    for (int i = 0; i < ids.length; i++) {
      SectionWriter.NumberedSeries wanted =
          new SectionWriter.NumberedSeries(live.layout().series().get(i), group);
      Integer id = known.get(wanted);
      if (id == null) {
        id = sorted.size();
        sorted.add(wanted);
        known.put(wanted, id);
      }
      ids[i] = id;
    }
    Arrays.sort(ids);
    return new LayoutEntries.Numbered(
        live.layout().hash(), live.epoch(), live.nextDueMillis(), ids);
  }
}
