package dev.weir.sink;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockStore;
import dev.weir.model.DurationText;
import dev.weir.model.Tenant;
import dev.weir.sink.SinkSettings.RetentionSettings;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Deletes blocks whose samples are all older than retention, and the oldest where all take more
/// than they may; of each tenant, too, by what holds for it. Every sink looks at all blocks:
/// deleting twice does no harm. A block that cannot be opened is for people to look at, never for
/// retention to take away. For one thread.
final class Retention {
  private static final Logger LOG = LoggerFactory.getLogger(Retention.class);

  private final BlockStore store;
  private final RetentionSettings settings;
  private final InstantSource clock;
  private final SinkMetrics metrics;

  Retention(
      BlockStore store, RetentionSettings settings, InstantSource clock, SinkMetrics metrics) {
    this.store = store;
    this.settings = settings;
    this.clock = clock;
    this.metrics = metrics;
  }

  /// Deletes what may go of the blocks that a listing found.
  ///
  /// @return the names of the blocks that went
  List<String> run(BlockSnapshot snapshot) {
    RetentionPlan plan = new RetentionPlan(snapshot);
    WindowRetention windows = new WindowRetention(snapshot);
    List<String> deleted = new ArrayList<>();
    long now = clock.millis();
    for (BlockReader block : plan.olderThan(now - settings.time().toMillis())) {
      delete(
          block,
          "retention",
          "all samples are older than " + DurationText.format(settings.time().toMillis()),
          deleted);
    }
    for (BlockReader block : windows.tooOld(settings, now)) {
      delete(block, "window_retention", "all windows are older than they are kept", deleted);
    }
    for (Tenant tenant : snapshot.tenants()) {
      RetentionSettings.OfTenant own = settings.of(tenant);
      for (BlockReader block : plan.olderThan(now - own.time().toMillis(), tenant)) {
        delete(
            block,
            "tenant_retention",
            "all samples are older than the %s of tenant %s"
                .formatted(DurationText.format(own.time().toMillis()), tenant),
            deleted);
      }
      if (own.maxBytes() > 0) {
        for (BlockReader block : plan.beyond(own.maxBytes(), tenant)) {
          delete(
              block,
              "tenant_size",
              "the blocks of tenant %s take more than %d bytes".formatted(tenant, own.maxBytes()),
              deleted);
        }
      }
    }
    if (settings.maxBytes() > 0) {
      String beyond = "all blocks take more than %d bytes".formatted(settings.maxBytes());
      long excess = plan.bytes() + windows.bytes() - settings.maxBytes();
      for (BlockReader block : windows.freeing(excess, plan.oldestMillis())) {
        delete(block, "size", beyond, deleted);
      }
      for (BlockReader block : plan.beyond(Math.max(0, settings.maxBytes() - windows.bytes()))) {
        delete(block, "size", beyond, deleted);
      }
    }
    return deleted;
  }

  private void delete(BlockReader block, String reason, String text, List<String> deleted) {
    if (store.delete(block.name())) {
      LOG.info("{}: {}; deleted", block.name(), text);
      metrics.deletedBlock(reason);
      deleted.add(block.name());
    }
  }
}
