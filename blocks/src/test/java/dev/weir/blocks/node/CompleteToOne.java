package dev.weir.blocks.node;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.Collections;
import java.util.List;

/// A source without samples that is complete to 1 ms.
final class CompleteToOne implements SeriesSource {
  private static final Completeness ONE = new Completeness(1, List.of());

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return GroupCursor.of(Collections.emptyIterator()).and(ONE);
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return new Listing<>(List.of(), false, ONE);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return new Listing<>(List.of(), false, ONE);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return new Listing<>(List.of(), false, ONE);
  }
}
