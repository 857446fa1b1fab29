package dev.weir.history.store;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/// The blocks of a store as queries see them: those that came through Kafka before those that were
/// imported, without what is deleted. For one thread.
///
/// Blocks are merged and deleted while a job goes on, so the store is listed again from time to
/// time.
public final class HistorySource implements SeriesSource {
  private static final Duration LIST_AFTER = Duration.ofMinutes(1);

  private final BlockCatalog catalog;
  private final LongSupplier nanoClock;
  private BlockSnapshot snapshot;
  private long listedNanos;

  /// @param cacheBytes of what is read again and again
  /// @param nanoClock measures time as [System#nanoTime] does
  public HistorySource(BlockStore store, long cacheBytes, LongSupplier nanoClock) {
    this.catalog = new BlockCatalog(requireNonNull(store, "store"), new BlockCache(cacheBytes));
    this.nanoClock = nanoClock;
    this.snapshot = catalog.refresh();
    this.listedNanos = nanoClock.getAsLong();
  }

  /// Looks for blocks that are new, if it is some time since it was done last. Done before each
  /// selection too: blocks that were merged into others are deleted some minutes later, and a
  /// listing that is older than a minute might still name them.
  public void refresh() {
    long now = nanoClock.getAsLong();
    if (now - listedNanos >= LIST_AFTER.toNanos()) {
      list();
    }
  }

  /// Looks for blocks that are new.
  public void list() {
    snapshot = catalog.refresh();
    listedNanos = nanoClock.getAsLong();
  }

  /// The blocks as the last listing found them.
  public BlockSnapshot snapshot() {
    return snapshot;
  }

  /// From the first to the last sample of a tenant; empty if it has none.
  public Optional<TimeRange> times(Tenant tenant) {
    return counting(tenant).stream()
        .flatMap(block -> block.meta().section(tenant).stream())
        .flatMap(section -> section.times().stream())
        .reduce((a, b) ->
            new TimeRange(
                Math.min(a.startMillis(), b.startMillis()),
                Math.max(a.endMillis(), b.endMillis())));
  }

  private List<BlockReader> counting(Tenant tenant) {
    List<BlockReader> counting = new ArrayList<>(snapshot.blocks(tenant));
    counting.addAll(snapshot.imports(tenant));
    return counting;
  }

  private SeriesSource in(Tenant tenant, TimeRange range) {
    refresh();
    return new MergedSeriesSource(snapshot.sources(tenant, counting(tenant), range));
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return in(tenant, range).select(tenant, matchers, range, hints);
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return in(tenant, range).labelNames(tenant, selectors, range, limit);
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return in(tenant, range).labelValues(tenant, name, selectors, range, limit);
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return in(tenant, range).series(tenant, selectors, range, limit);
  }
}
