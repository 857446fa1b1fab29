package dev.weir.history.downsample;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.catalog.SliceSources;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Tenant;
import java.io.Serializable;
import java.util.List;

/// A slice that is to be downsampled, as it travels to the machines that do it. All shards of it
/// name the same sources, whatever blocks come meanwhile, so that they have the same revision.
///
/// @param names as [SliceSources] has them
/// @param shards parts of the slice's series, each a task of its own
public record PlannedSlice(
    String tenant,
    Resolution resolution,
    long slice,
    List<Seen> covers,
    List<String> names,
    int shards)
    implements Serializable {

  /// A range of offsets.
  record Seen(String topic, int partition, long firstOffset, long endOffset)
      implements Serializable {}

  public PlannedSlice {
    requireNonNull(tenant, "tenant");
    requireNonNull(resolution, "resolution");
    covers = List.copyOf(covers);
    names = List.copyOf(names);
  }

  static PlannedSlice of(SliceSources sources, int shards) {
    return new PlannedSlice(
        sources.tenant().name(),
        sources.resolution(),
        sources.slice(),
        sources.covers().stream()
            .map(one -> new Seen(one.topic(), one.partition(), one.firstOffset(), one.endOffset()))
            .toList(),
        sources.names(),
        shards);
  }

  SliceSources sources() {
    return new SliceSources(
        new Tenant(tenant),
        resolution,
        slice,
        covers.stream()
            .map(one -> new OffsetRange(one.topic, one.partition, one.firstOffset, one.endOffset))
            .toList(),
        names);
  }
}
