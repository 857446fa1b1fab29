package dev.weir.sink;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.catalog.BlockSnapshot.TopicPartition;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Which blocks may go, of what a listing found, when some are too old or all are too many.
///
/// A partition's blocks go from the start: one stays as long as another that stays covers an offset
/// before its end. So no hole comes into a chain when old samples arrive late, and a compacted
/// block never goes before the links that it stands for. The last link of each chain stays whatever
/// its age, because its end is what is durable. For one thread.
final class RetentionPlan {
  private final BlockAges ages;
  private final Set<String> lastLinks = new HashSet<>();
  private final Set<String> superseded;

  /// What is there after everything that was planned.
  private final List<BlockReader> staying;

  RetentionPlan(BlockSnapshot snapshot) {
    this.staying = new ArrayList<>(snapshot.blocks());
    // What is downsampled covers offsets that it does not hold, and goes by other rules.
    staying.removeIf(block -> BlockName.isDownsampled(block.name()));
    this.ages = new BlockAges(snapshot);
    staying.sort(
        Comparator.comparingLong(ages::latestMillis)
            // What says that an import is whole goes after what was imported.
            .thenComparing(BlockAges::isImportEnd)
            .thenComparing(BlockReader::name));
    // These go soon, and take no space from others until then.
    this.superseded = snapshot.superseded().keySet();
    for (TopicPartition partition : snapshot.partitions()) {
      snapshot
          .lastLink(partition.topic(), partition.partition())
          .ifPresent(link -> lastLinks.add(link.name()));
    }
  }

  /// The blocks all of whose samples are older than a time.
  List<BlockReader> olderThan(long oldestMillis) {
    return takeOlder(oldestMillis, new OfAll());
  }

  /// The blocks of a tenant alone all of whose samples are older than a time.
  List<BlockReader> olderThan(long oldestMillis, Tenant tenant) {
    return takeOlder(oldestMillis, new OfTenant(tenant));
  }

  /// The oldest blocks, so that the others take no more than so many bytes, as far as that goes.
  List<BlockReader> beyond(long maxBytes) {
    return takeBeyond(maxBytes, new OfAll());
  }

  /// The same of the blocks of a tenant alone.
  List<BlockReader> beyond(long maxBytes, Tenant tenant) {
    return takeBeyond(maxBytes, new OfTenant(tenant));
  }

  /// What the blocks take that count.
  long bytes() {
    return staying.stream().filter(this::counts).mapToLong(BlockReader::sizeBytes).sum();
  }

  /// The latest sample of the oldest block that counts and may go at some time: a partition that is
  /// no longer written to keeps its last link for ever.
  long oldestMillis() {
    return staying.stream()
        .filter(block -> counts(block) && !lastLinks.contains(block.name()))
        .mapToLong(ages::latestMillis)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  /// Which blocks are looked at, and what has to go before which.
  private sealed interface Scope {
    boolean has(BlockReader block);

    /// Whether a block that is there keeps one that begins later.
    boolean keeps(BlockReader block);
  }

  private record OfAll() implements Scope {
    @Override
    public boolean has(BlockReader block) {
      return true;
    }

    @Override
    public boolean keeps(BlockReader block) {
      return true;
    }
  }

  private record OfTenant(Tenant tenant) implements Scope {
    @Override
    public boolean has(BlockReader block) {
      return switch (BlockName.parse(block.name()).orElseThrow()) {
        case BlockName.Chain _ -> false;
        case BlockName.Compacted compacted -> compacted.tenant().equals(tenant);
        case BlockName.Imported imported -> imported.tenant().equals(tenant);
        case BlockName.Downsampled downsampled -> downsampled.tenant().equals(tenant);
      };
    }

    @Override
    public boolean keeps(BlockReader block) {
      return block.meta().section(tenant).isPresent();
    }
  }

  private List<BlockReader> takeOlder(long oldestMillis, Scope scope) {
    List<BlockReader> taken = new ArrayList<>();
    Map<TopicPartition, Long> firstKept =
        firstOffsets(block ->
            scope.keeps(block)
                && (ages.latestMillis(block) >= oldestMillis
                    || !scope.has(block)
                    // What covers a link that stays keeps it from counting again.
                    || lastLinks.contains(block.name())));
    for (BlockReader block : fromTheStart()) {
      if (!scope.has(block) || ages.latestMillis(block) >= oldestMillis) {
        continue;
      }
      if (mayGo(block, scope, firstKept)) {
        taken.add(block);
        staying.remove(block);
      } else if (scope instanceof OfTenant) {
        // A tenant's blocks go from its start, too, or what is after one that stays would look
        // lost.
        block.meta().covers().forEach(range -> keep(range, firstKept));
      }
    }
    return taken;
  }

  /// What stays so far, in the order in which it may go: whoever lists meanwhile finds no hole.
  private List<BlockReader> fromTheStart() {
    List<BlockReader> sorted = new ArrayList<>(staying);
    sorted.sort(
        Comparator.comparingLong((BlockReader block) ->
                block.meta().covers().stream()
                    .mapToLong(OffsetRange::endOffset)
                    .max()
                    .orElse(Long.MAX_VALUE))
            .thenComparing(BlockAges::isImportEnd)
            .thenComparingInt(block -> block.meta().level()));
    return sorted;
  }

  private List<BlockReader> takeBeyond(long maxBytes, Scope scope) {
    List<BlockReader> taken = new ArrayList<>();
    long bytes = 0;
    for (BlockReader block : staying) {
      bytes += scope.has(block) && counts(block) ? block.sizeBytes() : 0;
    }
    while (bytes > maxBytes) {
      BlockReader oldest = oldest(scope);
      if (oldest == null) {
        break;
      }
      bytes -= oldest.sizeBytes();
      staying.remove(oldest);
      taken.add(oldest);
    }
    return taken;
  }

  private boolean counts(BlockReader block) {
    return !superseded.contains(block.name());
  }

  private @Nullable BlockReader oldest(Scope scope) {
    for (BlockReader block : staying) {
      if (scope.has(block) && counts(block) && isNext(block, scope)) {
        return block;
      }
    }
    return null;
  }

  /// Whether nothing stays that is older. Of compacted blocks only those of their own tenant count:
  /// tenants' blocks overlap, and would wait for each other.
  private boolean isNext(BlockReader block, Scope scope) {
    if (scope instanceof OfAll && block.meta().level() > 0) {
      List<Tenant> own =
          block.meta().sections().stream().map(BlockMeta.SectionMeta::tenant).toList();
      return !lastLinks.contains(block.name())
          && !replacesStaying(block)
          && isBefore(
              block,
              firstOffsets(other ->
                  !other.equals(block)
                      && own.stream().anyMatch(one -> other.meta().section(one).isPresent())))
          && !leavesHole(block);
    }
    return mayGo(block, scope, firstOffsets(other -> scope.keeps(other) && !other.equals(block)));
  }

  private boolean mayGo(BlockReader block, Scope scope, Map<TopicPartition, Long> firstKept) {
    return !lastLinks.contains(block.name())
        && !replacesStaying(block)
        && isBefore(block, firstKept)
        && switch (scope) {
          case OfAll _ -> true;
          // Blocks of other tenants that begin earlier may stay.
          case OfTenant _ -> !leavesHole(block);
        };
  }

  /// Whether an imported block is made from one that is still there, and would count again; or says
  /// that an import is whole of which something is there.
  private boolean replacesStaying(BlockReader block) {
    if (BlockAges.isImportEnd(block)) {
      return staying.stream().anyMatch(other -> ages.isOfImport(other, block));
    }
    return block.meta().isImported()
        && block.meta().level() > 1
        && staying.stream().anyMatch(other -> block.meta().sources().contains(other.name()));
  }

  /// Whether records would be in no block although earlier and later ones are.
  private boolean leavesHole(BlockReader block) {
    for (OffsetRange range : block.meta().covers()) {
      List<OffsetRange> others = new ArrayList<>();
      for (BlockReader other : staying) {
        if (!other.equals(block)) {
          other.meta().covers().stream().filter(range::samePartition).forEach(others::add);
        }
      }
      List<OffsetRange> all = new ArrayList<>(others);
      all.add(range);
      if (holes(range, others) > holes(range, all)) {
        return true;
      }
    }
    return false;
  }

  private static int holes(OffsetRange of, List<OffsetRange> ranges) {
    return BlockChain.of(of.topic(), of.partition(), List.of(), ranges, List.of())
        .problems()
        .size();
  }

  /// For each partition the first offset that is covered by a block that stays and passes.
  private Map<TopicPartition, Long> firstOffsets(Predicate<BlockReader> passing) {
    Map<TopicPartition, Long> first = new HashMap<>();
    for (BlockReader block : staying) {
      if (passing.test(block)) {
        block.meta().covers().forEach(range -> keep(range, first));
      }
    }
    return first;
  }

  private static void keep(OffsetRange range, Map<TopicPartition, Long> first) {
    first.merge(
        new TopicPartition(range.topic(), range.partition()), range.firstOffset(), Math::min);
  }

  private static boolean isBefore(BlockReader block, Map<TopicPartition, Long> first) {
    return block.meta().covers().stream()
        .allMatch(range ->
            range.endOffset()
                <= first.getOrDefault(
                    new TopicPartition(range.topic(), range.partition()), Long.MAX_VALUE));
  }
}
