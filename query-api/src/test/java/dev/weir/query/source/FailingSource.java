package dev.weir.query.source;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.util.List;

/// Fails some times before it answers.
final class FailingSource implements SeriesSource {
  private final SeriesSource source;
  private final RuntimeException failure;
  private int failures;

  FailingSource(int failures, SeriesSource source) {
    this(failures, source, new WeirException.Unavailable("rows before offset 40 are given up"));
  }

  FailingSource(int failures, SeriesSource source, RuntimeException failure) {
    this.failures = failures;
    this.source = source;
    this.failure = failure;
  }

  private void fail() {
    if (failures > 0) {
      failures--;
      throw failure;
    }
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    fail();
    return source.select(tenant, matchers, range, hints);
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    fail();
    return source.labelNames(tenant, selectors, range, limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    fail();
    return source.labelValues(tenant, name, selectors, range, limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    fail();
    return source.series(tenant, selectors, range, limit);
  }
}
