package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/// Opens blocks that are new in a listing, as many at once as the store bears: one after the other,
/// thousands of blocks that are far away would take minutes.
final class BlockOpener {
  private final BlockStore store;
  private final BlockCache cache;
  private final AtomicInteger failures = new AtomicInteger();

  BlockOpener(BlockStore store, BlockCache cache) {
    this.store = store;
    this.cache = cache;
  }

  /// Opens blocks, all of them named as blocks are.
  ///
  /// @param opened takes those that can be opened, by name
  /// @param unreadable takes why the others cannot
  /// @throws WeirException.Unavailable if the store gives no more answers
  void open(
      List<StoredBlock> fresh,
      Map<String, NamedBlock> opened,
      Map<String, WeirException> unreadable) {
    int atOnce = Math.min(store.readsAtOnce(), fresh.size());
    if (atOnce < 2) {
      for (StoredBlock stored : fresh) {
        try {
          opened.put(stored.name(), open(stored));
        } catch (WeirException e) {
          unreadable.put(stored.name(), e);
        }
      }
      return;
    }
    List<Future<NamedBlock>> opening = new ArrayList<>();
    try (ExecutorService threads =
        Executors.newFixedThreadPool(atOnce, Thread.ofVirtual().name("open-block").factory())) {
      for (StoredBlock stored : fresh) {
        opening.add(threads.submit(() -> openUnlessAway(stored, atOnce)));
      }
    }
    for (int i = 0; i < opening.size(); i++) {
      Future<NamedBlock> block = opening.get(i);
      if (block.state() == Future.State.SUCCESS) {
        opened.put(fresh.get(i).name(), block.resultNow());
      } else {
        unreadable.put(fresh.get(i).name(), error(fresh.get(i), block.exceptionNow()));
      }
    }
    if (failures.get() > atOnce) {
      throw new WeirException.Unavailable(
          "the store of blocks lists %d new blocks, and then gives no answers: %s"
              .formatted(fresh.size(), unreadable.values().iterator().next().getMessage()));
    }
  }

  private static WeirException error(StoredBlock stored, Throwable e) {
    return e instanceof WeirException known
        ? known
        : new WeirException.Internal("%s was not opened: %s".formatted(stored.name(), e), e);
  }

  /// After as many failures as there are threads nothing more is tried: each may have taken long.
  /// Single ones are blocks that were deleted since they were listed.
  private NamedBlock openUnlessAway(StoredBlock stored, int atOnce) {
    if (failures.get() > atOnce) {
      throw new WeirException.Unavailable("the store of blocks gives no answers");
    }
    try {
      return open(stored);
    } catch (WeirException.Unavailable e) {
      failures.incrementAndGet();
      throw e;
    }
  }

  private NamedBlock open(StoredBlock stored) {
    BlockName name = BlockName.parse(stored.name()).orElseThrow();
    return NamedBlock.open(store, stored, name, cache);
  }
}
