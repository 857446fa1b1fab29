package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.deletion.Deletion;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// What there is to write anew because somebody wants what is deleted to be gone: compacted and
/// imported blocks one by one, a level higher, and small blocks as if there were enough of them to
/// merge.
public final class DeletionTasks {
  private DeletionTasks() {}

  /// @param policy of merging
  /// @param mine the tenants to plan for
  public static List<MergeTask> plan(
      BlockSnapshot snapshot, CompactionPolicy policy, Predicate<Tenant> mine) {
    CompactionPolicy any =
        new CompactionPolicy(1, policy.maxBlocks(), policy.maxBytes(), policy.spans());
    List<MergeTask> tasks = new ArrayList<>();
    for (Tenant tenant : snapshot.tenants()) {
      List<Deletion> asked = asked(snapshot.deletions(), tenant);
      if (asked.isEmpty() || !mine.test(tenant)) {
        continue;
      }
      for (BlockReader block : snapshot.imports(tenant)) {
        if (asked.stream().anyMatch(deletion -> deletion.hides(block))
            && block.meta().level() < BlockName.MAX_LEVEL) {
          tasks.add(new ImportTask(tenant, List.of(block), block.meta().level() + 1));
        }
      }
      boolean links = false;
      for (BlockReader block : snapshot.blocks(tenant)) {
        if (asked.stream().anyMatch(deletion -> deletion.hides(block))) {
          links |= block.meta().level() == 0;
          if (block.meta().level() > 0 && block.meta().level() < BlockName.MAX_LEVEL) {
            tasks.add(
                new CompactionTask(
                    tenant,
                    block.meta().covers().getFirst(),
                    List.of(block),
                    block.meta().level() + 1));
          }
        }
      }
      if (links) {
        tasks.addAll(CompactionTask.plan(snapshot, any, tenant::equals));
      }
    }
    return tasks;
  }

  private static List<Deletion> asked(Deletions deletions, Tenant tenant) {
    return deletions.of(tenant).stream().filter(deletions::isAsked).toList();
  }
}
