package dev.weir.blocks.block;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ExemplarCollection;
import dev.weir.model.source.SeriesExemplars;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads the exemplars of a section.
final class SectionExemplars {
  private final Section section;
  private final SectionRoot root;

  SectionExemplars(Section section) {
    this.section = section;
    this.root = section.root();
  }

  /// Collects those in a range, of the series that pass any of the lists of matchers.
  void collect(List<List<Matcher>> selectors, TimeRange range, ExemplarCollection into) {
    int[] selected = {};
    boolean asked = false;
    for (int window = 0; window < root.windows().size(); window++) {
      Region region = root.region(window, RegionKind.EXEMPLARS);
      if (region.frameCount() > 0 && root.windows().get(window).overlaps(range)) {
        if (!asked) {
          selected = new SeriesSelection(section).selectAny(selectors);
          asked = true;
        }
        collect(selected, region, range, into);
      }
    }
  }

  private void collect(int[] selected, Region region, TimeRange range, ExemplarCollection into) {
    EntryFinder finder = new EntryFinder(section, region);
    for (int id : selected) {
      ByteReader chunk = finder.find(id);
      if (chunk != null) {
        Owner owner = null;
        for (Exemplar exemplar : read(chunk)) {
          if (range.contains(exemplar.timestampMillis().orElseThrow())) {
            owner = owner == null ? owner(id) : owner;
            into.add(owner.group, owner.series, exemplar);
          }
        }
      }
    }
  }

  void forEach(Consumer<SeriesExemplars> consumer) {
    for (int window = 0; window < root.windows().size(); window++) {
      RegionCursor cursor = section.cursor(root.region(window, RegionKind.EXEMPLARS));
      for (@Nullable ByteReader chunk = cursor.next(); chunk != null; chunk = cursor.next()) {
        Owner owner = owner(cursor.id());
        consumer.accept(new SeriesExemplars(owner.group, owner.series, read(chunk)));
      }
    }
  }

  private static List<Exemplar> read(ByteReader chunk) {
    List<Exemplar> exemplars = ExemplarChunk.read(chunk);
    chunk.expectEnd();
    return exemplars;
  }

  private record Owner(GroupKey group, SeriesMeta series) {}

  private Owner owner(int id) {
    SeriesEntry entry = section.series(id);
    return new Owner(section.group(entry.group()).key(), section.meta(entry));
  }
}
