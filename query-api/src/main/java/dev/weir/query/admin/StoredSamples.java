package dev.weir.query.admin;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.Resolution;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.query.api.TsdbAdmin;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The samples in the block store and on the way to it. Safe for use by many threads.
public final class StoredSamples implements TsdbAdmin {
  private static final Logger LOG = LoggerFactory.getLogger(StoredSamples.class);

  private final BlockCatalog catalog;
  private final LogEnds logEnds;
  private final Runnable onDeletion;
  private final Function<Boolean, Snapshot> snapshots;
  private final InstantSource clock;
  private final SecureRandom random = new SecureRandom();

  /// @param catalog that queries of this process read by
  /// @param onDeletion has the storage nodes of this process look for deletions now
  /// @param snapshots makes them, without what is in no block yet if that is allowed
  public StoredSamples(
      BlockCatalog catalog,
      LogEnds logEnds,
      Runnable onDeletion,
      Function<Boolean, Snapshot> snapshots,
      InstantSource clock) {
    this.catalog = requireNonNull(catalog, "catalog");
    this.logEnds = requireNonNull(logEnds, "logEnds");
    this.onDeletion = requireNonNull(onDeletion, "onDeletion");
    this.snapshots = requireNonNull(snapshots, "snapshots");
    this.clock = requireNonNull(clock, "clock");
  }

  @Override
  public void deleteSeries(Tenant tenant, List<List<Matcher>> selectors, TimeRange range) {
    List<Deletion.Cut> cuts = logEnds.now();
    List<String> named = named(catalog.refresh(), tenant, range);
    Deletion deletion =
        new Deletion(
            new DeletionName(tenant, clock.millis(), random.nextLong()),
            selectors,
            range,
            cuts,
            named);
    catalog.deletions().publish(deletion);
    LOG.info(
        "tenant {}: {} {} is deleted, as {} says",
        tenant,
        selectors,
        times(range),
        deletion.name());
    takeEffect();
  }

  /// A range as people read it.
  static String times(TimeRange range) {
    if (range.equals(TimeRange.ALL)) {
      return "of all times";
    }
    String end = "to " + Instant.ofEpochMilli(range.endMillis());
    if (range.startMillis() == Long.MIN_VALUE) {
      return "up " + end;
    }
    String start = "from " + Instant.ofEpochMilli(range.startMillis()) + " ";
    return start + (range.endMillis() == Long.MAX_VALUE ? "on" : end);
  }

  /// The blocks that no offset tells of: imported ones, and windows, which may be made from imports
  /// that are gone.
  private static List<String> named(BlockSnapshot snapshot, Tenant tenant, TimeRange range) {
    Stream<BlockReader> imports =
        snapshot.imports(tenant).stream()
            .filter(block ->
                block.meta().section(tenant).filter(one -> one.overlaps(range)).isPresent());
    Stream<BlockReader> windows =
        Arrays.stream(Resolution.values())
            .flatMap(resolution -> snapshot.downsampled(tenant).of(resolution).stream())
            .filter(slice -> slice.range().overlaps(range))
            .flatMap(slice -> slice.blocks().stream());
    return Stream.concat(imports, windows).map(BlockReader::name).toList();
  }

  @Override
  public void cleanTombstones(Tenant tenant) {
    int deletions = catalog.deletions().askForRewriting(tenant);
    LOG.info("tenant {}: blocks are written without what {} deletions hide", tenant, deletions);
    takeEffect();
  }

  @Override
  public Snapshot snapshot(boolean skipHead) {
    return snapshots.apply(skipHead);
  }

  private void takeEffect() {
    catalog.refresh();
    onDeletion.run();
  }
}
