package dev.weir.history.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockMeta.SectionMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.DownsampledSlice;
import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Resolution;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What a job is to downsample, as it travels to the machines that do it.
///
/// @param slices that are not there yet, or are no longer what samples would give
/// @param present slices that are there
/// @param outdated slices that are not there as they should be, and cannot be made because samples
///   are gone
public record DownsamplePlan(
    HistoryStore store, List<PlannedSlice> slices, int present, int outdated)
    implements Serializable {
  public DownsamplePlan {
    requireNonNull(store, "store");
    slices = List.copyOf(slices);
  }

  /// Plans the slices that end in a range of time and have samples.
  ///
  /// @param snapshot of the store
  /// @param seriesPerShard how many one task is to have at most, about; more where a slice has more
  ///   than [BlockName.Downsampled#MAX_SHARDS] times as many
  public static DownsamplePlan of(
      HistoryStore store,
      BlockSnapshot snapshot,
      Tenant tenant,
      List<Resolution> resolutions,
      TimeRange range,
      int seriesPerShard) {
    List<PlannedSlice> slices = new ArrayList<>();
    int present = 0;
    int outdated = 0;
    for (Resolution resolution : resolutions) {
      for (long number : numbers(snapshot, tenant, resolution, range)) {
        SliceSources sources = SliceSources.of(snapshot, tenant, resolution, number);
        Optional<DownsampledSlice> there = snapshot.downsampled(tenant).slice(resolution, number);
        if (there.filter(DownsampledSlice::isCurrent).isPresent()) {
          present++;
        } else if (lacksSamples(snapshot, tenant, resolution.slice(number))) {
          outdated++;
        } else if (!sources.isEmpty()) {
          slices.add(
              PlannedSlice.of(
                  sources, shards(snapshot, tenant, resolution, number, seriesPerShard)));
        }
      }
    }
    return new DownsamplePlan(store, slices, present, outdated);
  }

  /// Whether samples are gone that windows of some length are left of: whoever made windows of what
  /// there is would hide those.
  private static boolean lacksSamples(BlockSnapshot snapshot, Tenant tenant, TimeRange range) {
    return Stream.of(Resolution.values())
        .flatMap(resolution -> snapshot.downsampled(tenant).of(resolution).stream())
        .anyMatch(slice ->
            !slice.hasAllSamples()
                && range.overlaps(
                    slice.range().startMillis(),
                    Math.min(slice.range().endMillis(), slice.samplesFromMillis() - 1)));
  }

  private static Stream<BlockReader> samples(BlockSnapshot snapshot, Tenant tenant) {
    return Stream.concat(snapshot.blocks(tenant).stream(), snapshot.imports(tenant).stream());
  }

  /// The slices that end in a range and may have samples.
  private static TreeSet<Long> numbers(
      BlockSnapshot snapshot, Tenant tenant, Resolution resolution, TimeRange range) {
    TreeSet<Long> numbers = new TreeSet<>();
    samples(snapshot, tenant)
        .flatMap(block -> block.meta().section(tenant).stream())
        .flatMap(section -> section.times().stream())
        .forEach(times -> {
          long first = Math.max(0, resolution.sliceOf(Math.max(times.startMillis(), 1)));
          long last = resolution.sliceOf(Math.min(times.endMillis(), range.endMillis()));
          for (long number = first; number <= last; number++) {
            TimeRange slice = resolution.slice(number);
            if (slice.endMillis() >= range.startMillis()
                && slice.endMillis() <= range.endMillis()) {
              numbers.add(number);
            }
          }
        });
    return numbers;
  }

  /// How many tasks share a slice. A task holds the labels of its series as often as blocks have
  /// them: all partitions' and imports' blocks are merged at once, and so are those of one
  /// partition that are not merged yet.
  private static int shards(
      BlockSnapshot snapshot,
      Tenant tenant,
      Resolution resolution,
      long number,
      int seriesPerShard) {
    TimeRange range = resolution.slice(number);
    long series =
        samples(snapshot, tenant)
            .flatMap(block -> block.meta().section(tenant).stream())
            .filter(section -> section.times().filter(range::overlaps).isPresent())
            .mapToLong(SectionMeta::series)
            .sum();
    return Math.clamp(
        (series + seriesPerShard - 1) / seriesPerShard, 1, BlockName.Downsampled.MAX_SHARDS);
  }

  /// How many tasks there are.
  public int shardCount() {
    return slices.stream().mapToInt(PlannedSlice::shards).sum();
  }
}
