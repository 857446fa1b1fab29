package dev.weir.objects.cache;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/// A store that writes down what is read of it.
final class CountingBlockStore implements ForwardingBlockStore {
  /// A request.
  record Read(String name, long offset, int length) {}

  private final BlockStore store;
  private final List<Read> reads = new CopyOnWriteArrayList<>();

  CountingBlockStore(BlockStore store) {
    this.store = store;
  }

  /// What was read since this was asked last.
  List<Read> takeReads() {
    List<Read> taken = List.copyOf(reads);
    reads.clear();
    return taken;
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    reads.add(new Read(name, offset, length));
    return store.read(name, offset, length);
  }

  @Override
  public BlockStore store() {
    return store;
  }
}
