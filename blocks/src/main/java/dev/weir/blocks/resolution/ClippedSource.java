package dev.weir.blocks.resolution;

import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.Collections;
import java.util.List;

/// A source of which only some stretches of time are read. Listings are not clipped: they are of
/// series, and those are the same.
record ClippedSource(SeriesSource source, Stretches stretches) implements ForwardingSource {
  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    List<TimeRange> ranges = stretches.within(range).ranges();
    return switch (ranges.size()) {
      case 0 -> GroupCursor.of(Collections.emptyIterator());
      case 1 -> source.select(tenant, matchers, ranges.getFirst(), hints);
      default ->
          new MergedSeriesSource(
                  ranges.stream().map(one -> new ClippedSource(source, Stretches.of(one))).toList())
              .select(tenant, matchers, range, hints);
    };
  }
}
