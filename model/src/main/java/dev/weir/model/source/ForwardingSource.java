package dev.weir.model.source;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.List;

/// A source that selects in a way of its own and otherwise is what another one is.
public interface ForwardingSource extends SeriesSource {
  /// The other one; always the same.
  SeriesSource source();

  @Override
  default Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return source().labelNames(tenant, selectors, range, limit);
  }

  @Override
  default Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return source().labelValues(tenant, name, selectors, range, limit);
  }

  @Override
  default Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return source().series(tenant, selectors, range, limit);
  }

  @Override
  default Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return source().exemplars(tenant, selectors, range, limit);
  }

  @Override
  default boolean isRemote() {
    return source().isRemote();
  }
}
