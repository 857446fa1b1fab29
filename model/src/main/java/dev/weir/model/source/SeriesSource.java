package dev.weir.model.source;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.List;

/// Whoever has samples: memory, the head, a block, a storage node, or several of them as one. Safe
/// for use by many threads; each cursor belongs to one.
///
/// All matchers of a list must pass; a list of selectors is a union. An empty list of matchers
/// selects every series of the tenant, and so does an empty list of selectors. Ranges are closed on
/// both ends.
public interface SeriesSource {
  /// The groups that have a matching series with a sample in the range. Every series comes once,
  /// stitched where it spans layouts, blocks and head; only matching series are in the groups.
  ///
  /// The caller closes the cursor, and may read the groups it got until then.
  GroupCursor select(Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints);

  /// Names of the labels of the series that match any selector, sorted, at most `limit` (0 for
  /// all). Sources may include series that have no sample in the range but have some near it.
  Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit);

  /// Values of one label over the series that match any selector, sorted, at most `limit` (0 for
  /// all).
  Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit);

  /// Label sets of the series that match any selector, sorted, at most `limit` (0 for all).
  Listing<Labels> series(Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit);

  /// Exemplars of the series that match any selector, by series in order of labels: those that were
  /// observed in the range, by their own time where they have one. A source of samples alone has
  /// none.
  ///
  /// @param limit exemplars at most; 0 for any number
  /// @throws dev.weir.model.WeirException.LimitExceeded if there are more
  default Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return Listing.none();
  }

  /// Whether every question takes its way over a network, so that several such sources are better
  /// asked at the same time.
  default boolean isRemote() {
    return false;
  }
}
