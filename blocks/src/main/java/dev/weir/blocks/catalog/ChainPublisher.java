package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.block.LiveLayout;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.DeletionLog;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.deletion.HiddenSamples;
import dev.weir.blocks.head.FrozenRows;
import dev.weir.blocks.merge.DistinctKeys;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.FaultPoint;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.IoErrorText;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes the links of [BlockChain]s and publishes them: each begins where the one before ends, and
/// the end of the last is what is durable. Links are published exclusively under their first
/// offset, so of two owners that go on from one end, one wins. Safe for use by several threads.
public final class ChainPublisher {
  private static final Logger LOG = LoggerFactory.getLogger(ChainPublisher.class);

  private static final String UNFINISHED = ".block.tmp";

  private final BlockStore store;
  private final BlockCache cache;
  private final DeletionLog deletions;
  private final Path workDirectory;
  private final InstantSource clock;
  private final BlockWriter.Options options;

  /// Where a chain ends.
  ///
  /// @param offset the first that no link covers
  /// @param layouts alive there: all that later rows may refer to without carrying them
  public record End(long offset, List<LiveLayout> layouts) {
    public End {
      layouts = List.copyOf(layouts);
    }
  }

  /// How publishing a link went.
  public sealed interface Published {
    /// The link is in the chain.
    ///
    /// @param conflicts samples left out for others of the same series and time
    /// @param droppedExemplars that were too many
    record Won(long endOffset, BlockMeta meta, long sizeBytes, long conflicts, int droppedExemplars)
        implements Published {}

    /// A link is there, another owner's or one of an earlier attempt whose success nobody heard of;
    /// the chain goes on from its end.
    record Lost(long endOffset) implements Published {}
  }

  /// @param workDirectory where blocks are written before they are published; files that an earlier
  ///   process left there are removed
  public ChainPublisher(
      BlockStore store, BlockCache cache, Path workDirectory, InstantSource clock) {
    this(store, cache, workDirectory, clock, BlockWriter.Options.SMALL);
  }

  /// @param options how links are written
  public ChainPublisher(
      BlockStore store,
      BlockCache cache,
      Path workDirectory,
      InstantSource clock,
      BlockWriter.Options options) {
    this.options = options;
    this.store = store;
    this.cache = cache;
    this.deletions = new DeletionLog(store);
    this.workDirectory = workDirectory;
    this.clock = clock;
    prepare(workDirectory);
  }

  private static void prepare(Path directory) {
    try {
      Files.createDirectories(directory);
      try (var files = Files.list(directory)) {
        for (Path file : files.toList()) {
          if (file.getFileName().toString().contains(UNFINISHED)) {
            Files.deleteIfExists(file);
          }
        }
      }
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s, where blocks are written, cannot be prepared: %s"
              .formatted(directory, IoErrorText.of(e)),
          e);
    }
  }

  /// The end of a partition's chain; empty if it has no link yet. Its last link says it, which is
  /// never deleted. Whoever knows the end knows the deletions that were there before it, too.
  ///
  /// @throws WeirException.Corrupt if the last link cannot be opened: nobody knows where it ends
  public Optional<End> end(String topic, int partition) {
    List<StoredBlock> links = store.list(BlockName.Chain.prefix(topic, partition));
    for (StoredBlock stored : links.reversed()) {
      Optional<BlockName> name = BlockName.parse(stored.name());
      if (name.isPresent()) {
        deletions.refresh();
        NamedBlock last = openLast(stored, name.get());
        return Optional.of(
            new End(
                last.reader().meta().covers().getFirst().endOffset(), last.reader().liveLayouts()));
      }
    }
    deletions.refresh();
    return Optional.empty();
  }

  private NamedBlock openLast(StoredBlock stored, BlockName name) {
    try {
      return NamedBlock.open(store, stored, name, cache);
    } catch (WeirException.Corrupt e) {
      throw new WeirException.Corrupt(
          "%s; it is the last link of its chain: put it back from a backup, or delete it, and its records are read from Kafka again"
              .formatted(e.getMessage()),
          e);
    }
  }

  /// The deletions of the store: new links are without what they delete.
  public DeletionLog deletions() {
    return deletions;
  }

  /// Makes the next link of rows, without what is deleted, and publishes it.
  ///
  /// @param layouts alive at the end of the rows
  public Published append(String topic, int partition, FrozenRows rows, List<LiveLayout> layouts) {
    OffsetRange covers = new OffsetRange(topic, partition, rows.firstOffset(), rows.endOffset());
    // Now that it is settled which rows go in: what is deleted later may not know of them.
    Deletions held = deletions.refresh();
    Map<Tenant, List<Deletion>> reaching = new TreeMap<>();
    rows.tenants().forEach(tenant -> reaching.put(tenant, held.reaching(tenant, covers)));
    List<String> applied =
        reaching.values().stream()
            .flatMap(List::stream)
            .map(deletion -> deletion.name().path())
            .toList();
    return append(
        covers,
        applied,
        block -> {
          reaching.forEach((tenant, hiding) -> write(rows, covers, tenant, hiding, block));
          layouts.forEach(block::addLiveLayout);
        },
        rows::conflicts);
  }

  /// Publishes a link without samples: records that are gone, or that held none.
  public Published appendHole(OffsetRange covers) {
    return append(covers, List.of(), _ -> {}, () -> 0);
  }

  private static void write(
      FrozenRows rows,
      OffsetRange covers,
      Tenant tenant,
      List<Deletion> hiding,
      BlockWriter block) {
    SeriesSource source =
        new MergedSeriesSource(
            HiddenSamples.byOffset(
                covers.topic(),
                covers.partition(),
                covers.firstOffset(),
                covers.endOffset(),
                hiding,
                rows::between));
    DistinctKeys keys = new DistinctKeys();
    try (GroupCursor groups = source.select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = groups.next(); group != null; group = groups.next()) {
        block.add(keys.of(group.key()), group.series(), group.read());
      }
    }
    source.exemplars(tenant, List.of(), TimeRange.ALL, 0).items().forEach(block::addExemplars);
  }

  @FunctionalInterface
  private interface Content {
    void writeTo(BlockWriter block);
  }

  private Published append(
      OffsetRange covers, List<String> deletions, Content content, LongSupplier conflicts) {
    Path file = workDirectory.resolve(UUID.randomUUID() + UNFINISHED);
    try {
      BlockMeta meta;
      int droppedExemplars;
      BlockWriter.Description link =
          BlockWriter.Description.link(covers, clock.millis(), deletions);
      try (BlockWriter block = new BlockWriter(file, link, options)) {
        content.writeTo(block);
        meta = block.finish();
        droppedExemplars = block.droppedExemplars();
      }
      FaultPoint.LINK_WRITTEN.pass();
      BlockName.Chain name =
          new BlockName.Chain(covers.topic(), covers.partition(), covers.firstOffset());
      long size = Files.size(file);
      return store.publish(name.path(), file)
          ? new Published.Won(
              covers.endOffset(), meta, size, conflicts.getAsLong(), droppedExemplars)
          : new Published.Lost(chainEndAfter(covers));
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be read: %s".formatted(file, IoErrorText.of(e)), e);
    } finally {
      delete(file);
    }
  }

  private long chainEndAfter(OffsetRange lost) {
    String chain = "the chain of %s/%d".formatted(lost.topic(), lost.partition());
    long end =
        end(lost.topic(), lost.partition())
            .orElseThrow(() ->
                new WeirException.Unavailable(
                    "%s is gone, though it had a link at offset %d a moment ago"
                        .formatted(chain, lost.firstOffset())))
            .offset();
    if (end <= lost.firstOffset()) {
      throw new WeirException.Corrupt(
          "%s ends at offset %d, though it has a link at %d; blocks are missing"
              .formatted(chain, end, lost.firstOffset()));
    }
    return end;
  }

  private static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} cannot be removed; it is of no use any more", file, e);
    }
  }
}
