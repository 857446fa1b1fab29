package dev.weir.blocks.compaction;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a merged block says of other tenants: who else had something in the links that it stands
/// for. When links and merged blocks are gone, this is what tells a tenant that had nothing there
/// from one whose block is lost.
///
/// Of each link a block names no more than the 16 tenants that follow its own in the order of
/// names, the first after the last; so each of up to 17 knows of all others, and of thousands each
/// is known to 16.
final class Companions {
  private static final int MAX_OF_LINK = 16;

  /// Of a block, the latest: who comes and goes costs a range each time.
  private static final int MAX_OF_BLOCK = 256;

  private static final Comparator<Companion> BY_OFFSET =
      Comparator.comparing(Companion::range).thenComparing(Companion::tenant);

  private Companions() {}

  /// @param blocks links, or merged blocks of the tenant, that become one
  static List<Companion> of(Tenant tenant, List<BlockReader> blocks) {
    Map<Tenant, List<OffsetRange>> ranges = new TreeMap<>();
    for (BlockReader block : blocks) {
      if (block.meta().level() == 0) {
        for (Tenant other : following(tenant, block.meta())) {
          ranges.computeIfAbsent(other, _ -> new ArrayList<>()).addAll(block.meta().covers());
        }
      } else {
        for (String source : block.meta().sources()) {
          Companion.parse(source)
              .ifPresent(known ->
                  ranges
                      .computeIfAbsent(known.tenant(), _ -> new ArrayList<>())
                      .add(known.range()));
        }
      }
    }
    List<Companion> companions = new ArrayList<>();
    ranges.forEach((other, some) ->
        OffsetRange.joined(some).forEach(range -> companions.add(new Companion(other, range))));
    companions.sort(BY_OFFSET);
    return companions.subList(Math.max(0, companions.size() - MAX_OF_BLOCK), companions.size());
  }

  private static List<Tenant> following(Tenant tenant, BlockMeta link) {
    List<Tenant> before = new ArrayList<>();
    List<Tenant> following = new ArrayList<>();
    for (BlockMeta.SectionMeta section : link.sections()) {
      int order = section.tenant().compareTo(tenant);
      if (order > 0) {
        following.add(section.tenant());
      } else if (order < 0) {
        before.add(section.tenant());
      }
    }
    following.addAll(before);
    return following.subList(0, Math.min(MAX_OF_LINK, following.size()));
  }
}
