package dev.weir.blocks.catalog;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a slice of a tenant's past is downsampled from, as a downsampled block names it.
///
/// ```
/// Names => Mark Deletion* Import* Records*
///          | Mark SamplesFrom Import*              brought back without the log
/// Mark        => {resolution}/{slice}              5m/00020000
/// Records     => records/{topic}/{partition}/{first}-{end}/{millis}     as SliceRecords has it
/// SamplesFrom => samples-from/{millis}
/// ```
///
/// @param covers of each partition that has blocks with samples of the slice: all records that were
///   in blocks then, with these samples or not, so that who finds others knows that they are not in
/// @param names the resolution and slice; the imported blocks that have samples of it, with those
///   that they were made from; the deletions that were applied; the records that samples came with
public record SliceSources(
    Tenant tenant,
    Resolution resolution,
    long slice,
    List<OffsetRange> covers,
    List<String> names) {
  /// Begins the source that says from when on samples were there.
  private static final String SAMPLES_FROM = "samples-from/";

  public SliceSources {
    requireNonNull(tenant, "tenant");
    requireNonNull(resolution, "resolution");
    covers = List.copyOf(covers);
    names = List.copyOf(names);
  }

  /// What there is now.
  public static SliceSources of(
      BlockSnapshot snapshot, Tenant tenant, Resolution resolution, long slice) {
    TimeRange range = resolution.slice(slice);
    List<SliceRecords> records = new ArrayList<>();
    for (BlockReader block : overlapping(snapshot.blocks(tenant), tenant, range)) {
      long until =
          block
              .meta()
              .section(tenant)
              .flatMap(section -> section.times())
              .map(TimeRange::endMillis)
              .orElse(range.endMillis());
      for (OffsetRange one : block.meta().covers()) {
        records.add(new SliceRecords(one, Math.min(until, range.endMillis())));
      }
    }
    TreeSet<TopicPartition> partitions = new TreeSet<>();
    records.forEach(
        one -> partitions.add(new TopicPartition(one.range().topic(), one.range().partition())));
    List<OffsetRange> seen = new ArrayList<>();
    partitions.forEach(partition -> seen.addAll(seen(snapshot, tenant, partition)));
    TreeSet<String> names = new TreeSet<>();
    records.forEach(one -> names.add(one.text()));
    for (BlockReader block : overlapping(snapshot.imports(tenant), tenant, range)) {
      names.add(block.name());
      block.meta().sources().stream()
          .filter(name -> name.startsWith(BlockName.IMPORTED_PREFIX))
          .forEach(names::add);
    }
    for (Deletion deletion : snapshot.deletions().of(tenant)) {
      if (deletion.range().overlaps(range)) {
        names.add(deletion.name().path());
      }
    }
    List<String> all = new ArrayList<>();
    all.add(mark(resolution, slice));
    all.addAll(names);
    return new SliceSources(tenant, resolution, slice, seen, all);
  }

  /// Of a slice that is brought back without the log that it was made from.
  ///
  /// @param slice as it was
  /// @param imports the imported blocks that its samples have become, as far as they were there
  public static SliceSources restored(Tenant tenant, DownsampledSlice slice, List<String> imports) {
    List<String> names = new ArrayList<>();
    names.add(mark(slice.resolution(), slice.number()));
    names.add(SAMPLES_FROM + slice.samplesFromMillis());
    imports.stream().sorted().forEach(names::add);
    return new SliceSources(tenant, slice.resolution(), slice.number(), List.of(), names);
  }

  /// From when on a block's samples were there when it was brought back; [Long#MIN_VALUE] if it was
  /// not.
  static long samplesFromMillis(BlockMeta meta) {
    for (String source : meta.sources()) {
      if (source.startsWith(SAMPLES_FROM)) {
        try {
          return Long.parseLong(source.substring(SAMPLES_FROM.length()));
        } catch (NumberFormatException e) {
          throw new WeirException.Corrupt("source \"%s\" has no time".formatted(source), e);
        }
      }
    }
    return Long.MIN_VALUE;
  }

  /// The records of a partition that a reader of a tenant's blocks has seen.
  private static List<OffsetRange> seen(
      BlockSnapshot snapshot, Tenant tenant, TopicPartition partition) {
    List<OffsetRange> seen = new ArrayList<>();
    Stream.concat(
            snapshot.blocks(tenant).stream(),
            snapshot.links(partition.topic(), partition.partition()).stream())
        .flatMap(block -> block.meta().covers().stream())
        .filter(one ->
            one.topic().equals(partition.topic()) && one.partition() == partition.partition())
        .forEach(seen::add);
    return OffsetRange.joined(seen);
  }

  /// Whether all samples, imports and deletions are here that others name.
  public boolean hasAllOf(SliceSources others) {
    List<OffsetRange> there =
        OffsetRange.joined(SliceRecords.in(names).stream().map(SliceRecords::range).toList());
    return SliceRecords.in(others.names).stream()
            .allMatch(one -> there.stream().anyMatch(range -> range.contains(one.range())))
        && others.names.stream().allMatch(name -> SliceRecords.isOne(name) || names.contains(name));
  }

  /// Those that may have samples of a tenant in a range.
  static List<BlockReader> overlapping(List<BlockReader> blocks, Tenant tenant, TimeRange range) {
    return blocks.stream()
        .filter(block ->
            block
                .meta()
                .section(tenant)
                .flatMap(section -> section.times())
                .filter(range::overlaps)
                .isPresent())
        .toList();
  }

  /// The first of a block's sources: which slice it is of, whatever its name.
  static String mark(Resolution resolution, long slice) {
    return "%s/%08d".formatted(resolution.text(), slice);
  }

  /// Whether there is anything to downsample.
  public boolean isEmpty() {
    return covers.isEmpty()
        && names.stream().noneMatch(name -> name.startsWith(BlockName.IMPORTED_PREFIX));
  }

  /// The name of a block with some of the slice's series.
  public BlockName.Downsampled name(int shard, int shards) {
    StringBuilder text = new StringBuilder("downsampled, version 1\n%d\n".formatted(shards));
    covers.forEach(range -> text.append(range).append('\n'));
    names.forEach(name -> text.append(name).append('\n'));
    String revision = Hash128.of(text.toString().getBytes(UTF_8)).toString();
    return new BlockName.Downsampled(tenant, resolution, slice, revision, shard, shards);
  }

  /// What such a block says of itself.
  public BlockWriter.Description description(long createdAtMillis) {
    return new BlockWriter.Description(1, createdAtMillis, covers, names);
  }
}
