package dev.weir.history.backfill;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.exchange.BlockPublisher;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.history.plan.PlannedRule;
import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.TimeSlice;
import dev.weir.history.range.RecordedColumns;
import dev.weir.history.range.SliceEvaluator.RuleSlice;
import dev.weir.model.Hash128;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SeriesGroup;
import dev.weir.rules.Rule;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/// Publishes what the rules of a unit record in a slice as one imported block, which stands beside
/// what came through Kafka and loses against it.
///
/// Its name follows from the rules and the slice, and a name is taken once. So a slice that was
/// written is there whole, and is not written again, by whomever and however often it is tried.
public final class RecordedBlocks {
  private final BlockPublisher publisher;
  private final Tenant tenant;
  private final InstantSource clock;

  /// What became of a slice.
  ///
  /// @param written whether a block was published, and not found under its name
  /// @param samples of the block
  public record Outcome(boolean written, long samples, long bytes) {
    static final Outcome NOTHING = new Outcome(false, 0, 0);
  }

  /// @param work where a block is written before it is published
  public RecordedBlocks(BlockStore store, Tenant tenant, WorkFiles work, InstantSource clock) {
    this.publisher = new BlockPublisher(store, work);
    this.tenant = requireNonNull(tenant, "tenant");
    this.clock = requireNonNull(clock, "clock");
  }

  /// The name of a slice's block.
  public String name(RuleUnit unit, TimeSlice slice) {
    StringBuilder text = new StringBuilder("recorded by rules\n");
    for (PlannedRule rule : unit.rules()) {
      text.append(
          "%d:%s\n%d:%s\n%d %d\n%s\n"
              .formatted(
                  rule.group().file().length(),
                  rule.group().file(),
                  rule.group().name().length(),
                  rule.group().name(),
                  rule.group().intervalMillis(),
                  rule.group().queryOffsetMillis(),
                  rule.rule().identity()));
    }
    text.append("in slices of %d ms".formatted(slice.lengthMillis()));
    if (!slice.isWhole()) {
      text.append(", %d to %d".formatted(slice.range().startMillis(), slice.range().endMillis()));
    }
    byte[] bytes = text.toString().getBytes(UTF_8);
    return new BlockName.Imported(tenant, Hash128.of(bytes).toString(), slice.number()).path();
  }

  /// Whether the slice's block is there.
  public boolean isThere(String name) {
    return publisher.store().has(name);
  }

  /// Writes the block of a slice, reads all of it back, and publishes it. Nothing is written where
  /// nothing was recorded.
  public Outcome publish(String name, List<RuleSlice> slices) {
    RecordedColumns recorded = new RecordedColumns(tenant);
    for (RuleSlice slice : slices) {
      if (slice.rule().rule() instanceof Rule.Recording) {
        recorded.add(slice.values());
      }
    }
    List<SeriesGroup> groups = recorded.groups(List.of(), TimeRange.ALL);
    if (groups.isEmpty()) {
      return Outcome.NOTHING;
    }
    BlockPublisher.Outcome block = publisher.publish(name, file -> write(file, groups));
    return new Outcome(block.published(), block.written(), block.bytes());
  }

  private long write(Path file, List<SeriesGroup> groups) {
    BlockWriter.Description description =
        BlockWriter.Description.imported(List.of(), clock.millis());
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.COMPACTED)) {
      for (SeriesGroup group : groups) {
        writer.add(group.key(), group.series(), group.columns());
      }
      return writer.finish().samples();
    }
  }
}
