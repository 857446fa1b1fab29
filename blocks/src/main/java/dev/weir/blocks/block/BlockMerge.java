package dev.weir.blocks.block;

import dev.weir.model.Tenant;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/// Writes one block with what a tenant has in several. Of two samples of one series and time, that
/// of the earlier block stays; whether they are equal or differ, no reader sees the other again.
///
/// Live layouts are not taken over: they belong to the end of a chain, and its last link stays.
public final class BlockMerge {
  /// What came of it.
  ///
  /// @param conflicts samples that lost to a different one with a lower offset
  /// @param droppedExemplars that were too many for one window
  public record Result(BlockMeta meta, long conflicts, int droppedExemplars) {}

  private BlockMerge() {}

  /// @param file to write; there is none yet
  /// @param sources blocks with a section of the tenant, the lowest offset first
  public static Result write(
      Path file,
      Tenant tenant,
      List<BlockReader> sources,
      BlockWriter.Description description,
      BlockWriter.Options options) {
    List<Section> sections = new ArrayList<>();
    TreeMap<String, MetricMetadata> metadata = new TreeMap<>();
    for (BlockReader source : sources) {
      source.section(tenant).ifPresent(sections::add);
      source.metadata(tenant).forEach(metric -> metadata.put(metric.metric(), metric));
    }
    if (sections.isEmpty()) {
      throw new IllegalArgumentException("tenant %s has nothing in %s".formatted(tenant, sources));
    }
    try (BlockOutput out = new BlockOutput(file, StandardOpenOption.CREATE_NEW);
        Frames.Writer frames = new Frames.Writer(out, options.zstdLevel())) {
      byte[] header = BlockFormat.header();
      out.write(header, 0, header.length);
      SectionMerge merge = new SectionMerge(sections, options.forLevel(description.level()));
      BlockMeta.SectionMeta section = merge.write(frames, List.copyOf(metadata.values()));
      BlockMeta meta = BlockWriter.finish(out, frames, description, List.of(section));
      return new Result(meta, merge.conflicts(), merge.droppedExemplars());
    }
  }
}
