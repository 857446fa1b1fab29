package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.plan.SplitExpr;
import java.util.List;
import java.util.Set;

/// A source of leaves' results, which says of some that they are not complete.
///
/// @param incomplete the numbers of those leaves
public record AnswersSource(SeriesSource source, Set<Integer> incomplete)
    implements ForwardingSource {
  private static final Completeness INCOMPLETE = new Completeness(Long.MIN_VALUE, List.of());

  public AnswersSource {
    requireNonNull(source, "source");
    incomplete = Set.copyOf(incomplete);
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    GroupCursor cursor = source.select(tenant, matchers, range, hints);
    return SplitExpr.leafOf(matchers).stream().anyMatch(incomplete::contains)
        ? cursor.and(INCOMPLETE)
        : cursor;
  }
}
