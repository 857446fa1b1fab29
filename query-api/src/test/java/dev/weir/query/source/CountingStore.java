package dev.weir.query.source;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.List;

/// A store without bytes, which may be down, that counts how often it is listed.
public final class CountingStore implements BlockStore {
  int listings;
  List<StoredBlock> blocks = List.of();
  volatile boolean down;

  /// @param now whether it does not answer
  public void down(boolean now) {
    down = now;
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    listings++;
    if (down) {
      throw new WeirException.Unavailable("the store is down");
    }
    return blocks;
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    throw new WeirException.Unavailable(name + " is not there");
  }

  @Override
  public boolean publish(String name, Path file) {
    throw new WeirException.Unavailable("this store takes nothing");
  }

  @Override
  public boolean delete(String name) {
    return false;
  }
}
