package dev.weir.blocks.block;

import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What takes how much in a block, for people who want to know.
///
/// @param sections one for each tenant
public record BlockContents(List<SectionContents> sections) {
  public BlockContents {
    sections = List.copyOf(sections);
  }

  /// What a tenant has.
  ///
  /// @param indexedSeries that have samples
  /// @param layoutSeries that are there for live layouts alone
  /// @param parts in the order of the file
  public record SectionContents(
      Tenant tenant,
      int groups,
      int indexedSeries,
      int layoutSeries,
      int windows,
      int labelNames,
      int labelPairs,
      List<Part> parts) {
    public SectionContents {
      parts = List.copyOf(parts);
    }
  }

  /// Everything of one kind, in all windows.
  ///
  /// @param storedBytes as they are in the file
  /// @param rawBytes before compression
  public record Part(String kind, int frames, long storedBytes, long rawBytes) {}

  public static BlockContents of(BlockReader block) {
    List<SectionContents> sections = new ArrayList<>();
    for (Section section : block.sections()) {
      sections.add(of(section));
    }
    return new BlockContents(sections);
  }

  private static SectionContents of(Section section) {
    SectionRoot root = section.root();
    List<Part> parts = new ArrayList<>();
    for (RegionKind kind : RegionKind.values()) {
      List<Region> regions = new ArrayList<>();
      regions.add(root.region(kind));
      for (int window = 0; window < root.windows().size(); window++) {
        regions.add(root.region(window, kind));
      }
      Part part = part(kind, regions);
      if (part.frames > 0) {
        parts.add(part);
      }
    }
    FrameRef ref = section.meta().root();
    parts.add(new Part("root", 1, ref.storedBytes(), ref.rawBytes()));
    return new SectionContents(
        section.tenant(),
        root.groups(),
        root.indexed(),
        root.series() - root.indexed(),
        root.windows().size(),
        root.labels().names().length,
        root.labels().pairs(),
        parts);
  }

  private static Part part(RegionKind kind, List<Region> regions) {
    int frames = 0;
    long stored = 0;
    long raw = 0;
    for (Region region : regions) {
      for (int i = 0; i < region.frameCount(); i++) {
        frames++;
        stored += region.frame(i).storedBytes();
        raw += region.frame(i).rawBytes();
      }
    }
    return new Part(kind.name().toLowerCase(Locale.ROOT).replace('_', ' '), frames, stored, raw);
  }
}
