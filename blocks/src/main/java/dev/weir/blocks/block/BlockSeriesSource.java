package dev.weir.blocks.block;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ExemplarCollection;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Answers from one block. A selection finds its series by postings, drops those without a sample
/// in the range by the times in the index, and decodes a group when it is read.
public final class BlockSeriesSource implements SeriesSource {
  private final BlockReader block;

  public BlockSeriesSource(BlockReader block) {
    this.block = block;
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    Optional<Section> section = overlapping(tenant, range);
    return section.isEmpty()
        ? BlockGroupCursor.EMPTY
        : BlockGroupCursor.of(
            section.get(), new SeriesSelection(section.get()).select(matchers), range);
  }

  /// The tenant's section, if it has samples in the range.
  private Optional<Section> overlapping(Tenant tenant, TimeRange range) {
    return block
        .section(tenant)
        .filter(section ->
            section.meta().times().isPresent()
                && section.meta().times().get().overlaps(range)
                && section.root().windows().stream().anyMatch(range::overlaps));
  }

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    ExemplarCollection found = new ExemplarCollection(limit);
    block
        .section(tenant)
        .filter(section -> section.meta().hasExemplarsIn(range))
        .ifPresent(section -> new SectionExemplars(section).collect(selectors, range, found));
    return new Listing<>(found.list(), false, Completeness.FULL);
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Optional<Section> section = overlapping(tenant, range);
    if (section.isEmpty()) {
      return Listing.none();
    }
    SectionRoot root = section.get().root();
    if (selectors.isEmpty()) {
      return Listing.of(List.of(root.labels().names()), limit, Completeness.FULL);
    }
    BitSet pairs = pairsOf(section.get(), selectors);
    List<String> names = new ArrayList<>();
    for (int name = 0; name < root.labels().names().length; name++) {
      int pair = pairs.nextSetBit(root.labels().firstPair(name));
      if (pair >= 0 && pair < root.labels().endPair(name)) {
        names.add(root.labels().names()[name]);
      }
    }
    return Listing.of(names, limit, Completeness.FULL);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Optional<Section> section = overlapping(tenant, range);
    int index = section.isEmpty() ? -1 : section.get().root().labels().indexOf(name);
    if (section.isEmpty() || index < 0) {
      return Listing.none();
    }
    SectionRoot root = section.get().root();
    int first = root.labels().firstPair(index);
    int end = root.labels().endPair(index);
    BitSet pairs = new BitSet();
    if (selectors.isEmpty()) {
      pairs.set(first, end);
    } else {
      pairs = pairsOf(section.get(), selectors);
    }
    List<String> values = new ArrayList<>();
    for (int pair = pairs.nextSetBit(first);
        pair >= 0 && pair < end && (limit == 0 || values.size() <= limit);
        pair = pairs.nextSetBit(pair + 1)) {
      values.add(section.get().pairValue(pair));
    }
    return Listing.of(values, limit, Completeness.FULL);
  }

  /// The label pairs of the selected series.
  private static BitSet pairsOf(Section section, List<List<Matcher>> selectors) {
    BitSet pairs = new BitSet();
    for (int series : new SeriesSelection(section).selectAny(selectors)) {
      for (int pair : section.series(series).pairs()) {
        pairs.set(pair);
      }
    }
    return pairs;
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    Optional<Section> section = overlapping(tenant, range);
    if (section.isEmpty()) {
      return Listing.none();
    }
    // A series that stands in two groups is one series.
    TreeSet<Labels> labels = new TreeSet<>();
    int[] selected = new SeriesSelection(section.get()).selectAny(selectors);
    for (BlockGroupCursor.Selected group :
        BlockGroupCursor.groupsOf(section.get(), selected, range)) {
      for (SeriesMeta series : group.series()) {
        labels.add(series.labels());
      }
    }
    return Listing.of(labels, limit, Completeness.FULL);
  }
}
