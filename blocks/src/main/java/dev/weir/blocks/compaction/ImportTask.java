package dev.weir.blocks.compaction;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/// Imported blocks of a tenant that are to be one.
///
/// They have no offsets to lie side by side in, so what is merged are blocks whose last samples lie
/// in one span of the longest kind: nothing will be added to the past. The result stands where the
/// first of them stands in the order of precedence, so no other import may lie between them that
/// one of them would pass.
///
/// @param sources in order of precedence
/// @param level of the result
public record ImportTask(Tenant tenant, List<BlockReader> sources, int level) implements MergeTask {
  public ImportTask {
    requireNonNull(tenant, "tenant");
    sources = List.copyOf(sources);
    if (sources.isEmpty()) {
      throw new IllegalArgumentException("nothing of %s is to be merged".formatted(tenant));
    }
  }

  @Override
  public BlockName target() {
    BlockName first = BlockName.parse(sources.getFirst().name()).orElseThrow();
    if (first instanceof BlockName.Imported imported) {
      return new BlockName.Imported(tenant, imported.source(), imported.number(), level);
    }
    throw new IllegalArgumentException("%s is no imported block".formatted(first));
  }

  /// All blocks that the result stands for, those that the sources stand for too.
  Set<String> names() {
    Set<String> names = new LinkedHashSet<>();
    for (BlockReader source : sources) {
      names.add(source.name());
      names.addAll(source.meta().sources());
    }
    return names;
  }

  /// What is worth merging. Left alone is a tenant who has an imported block that cannot be opened:
  /// nobody knows what it would be passed by.
  ///
  /// @param mine the tenants to plan for
  public static List<ImportTask> plan(
      BlockSnapshot snapshot, CompactionPolicy policy, Predicate<Tenant> mine) {
    List<ImportTask> tasks = new ArrayList<>();
    for (Tenant tenant : snapshot.tenants()) {
      List<BlockReader> imports = snapshot.imports(tenant);
      if (imports.size() > 1 && mine.test(tenant) && !hasUnreadable(snapshot, tenant)) {
        plan(tenant, imports, policy, tasks);
      }
    }
    return tasks;
  }

  private static boolean hasUnreadable(BlockSnapshot snapshot, Tenant tenant) {
    return snapshot.unreadable().keySet().stream()
        .anyMatch(name -> name.startsWith(BlockName.Imported.prefix(tenant)));
  }

  private static void plan(
      Tenant tenant, List<BlockReader> imports, CompactionPolicy policy, List<ImportTask> tasks) {
    Map<Long, List<BlockReader>> bySpan = new TreeMap<>();
    long spanMillis = policy.spanMillis(policy.levels());
    for (BlockReader block : imports) {
      times(block, tenant)
          .ifPresent(times ->
              bySpan
                  .computeIfAbsent(
                      Math.floorDiv(times.endMillis(), spanMillis), _ -> new ArrayList<>())
                  .add(block));
    }
    for (List<BlockReader> inSpan : bySpan.values()) {
      List<BlockReader> run = new ArrayList<>();
      long bytes = 0;
      for (BlockReader block : inSpan) {
        if (!run.isEmpty()
            && (run.size() == policy.maxBlocks()
                || bytes + block.sizeBytes() > policy.maxBytes()
                || passesOther(tenant, imports, run, block))) {
          toTask(tenant, run, bytes).ifPresent(tasks::add);
          run.clear();
          bytes = 0;
        }
        run.add(block);
        bytes += block.sizeBytes();
      }
      toTask(tenant, run, bytes).ifPresent(tasks::add);
    }
  }

  private static Optional<TimeRange> times(BlockReader block, Tenant tenant) {
    return block.meta().section(tenant).flatMap(BlockMeta.SectionMeta::times);
  }

  /// Whether another import has samples of the time of this block, and wins over it, but would not
  /// if it stood where the run begins.
  private static boolean passesOther(
      Tenant tenant, List<BlockReader> imports, List<BlockReader> run, BlockReader block) {
    Optional<TimeRange> times = times(block, tenant);
    int from = imports.indexOf(run.getFirst());
    int to = imports.indexOf(block);
    return imports.subList(from, to).stream()
        .filter(other -> !run.contains(other))
        .flatMap(other -> times(other, tenant).stream())
        .anyMatch(other -> times.isPresent() && other.overlaps(times.get()));
  }

  /// A block that is nearly all of the result would be written again and again: the others have to
  /// be half as large.
  private static Optional<ImportTask> toTask(Tenant tenant, List<BlockReader> run, long bytes) {
    long largest = run.stream().mapToLong(BlockReader::sizeBytes).max().orElse(0);
    int level = run.stream().mapToInt(block -> block.meta().level()).max().orElse(0) + 1;
    return run.size() < 2 || largest > 2 * (bytes - largest) || level > BlockName.MAX_LEVEL
        ? Optional.empty()
        : Optional.of(new ImportTask(tenant, run, level));
  }
}
