package dev.weir.history.tail;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.ForwardingBlockStore;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.StoredBlock;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/// A store, and behind its chains links of one's own, which nobody else sees.
///
/// A sink that goes on with a chain meanwhile makes links of the same records. Links that overlap
/// are nothing new to readers, who see each sample once; so it does not matter when blocks are
/// written, merged or deleted. That the two do not meet at one name, a partition has a zero more in
/// the names of one's own.
public final class TailedStore implements ForwardingBlockStore {
  private final BlockStore store;
  private final LocalBlockStore own;
  private final Set<String> ownNames = ConcurrentHashMap.newKeySet();

  /// @param own where one's own links are
  TailedStore(BlockStore store, LocalBlockStore own) {
    this.store = requireNonNull(store, "store");
    this.own = requireNonNull(own, "own");
    own.list("").forEach(link -> ownNames.add(link.name()));
  }

  /// A store with the links that [LogTail] has written.
  ///
  /// @param tail directory of the links; empty if there are none
  public static BlockStore of(BlockStore store, Optional<Path> tail) {
    return tail.<BlockStore>map(directory -> new TailedStore(store, new LocalBlockStore(directory)))
        .orElse(store);
  }

  @Override
  public List<StoredBlock> list(String prefix) {
    TreeMap<String, StoredBlock> all = new TreeMap<>();
    store.list(prefix).forEach(block -> all.put(block.name(), block));
    own.list(prefix).forEach(block -> all.put(block.name(), block));
    return List.copyOf(all.values());
  }

  @Override
  public byte[] read(String name, long offset, int length) {
    return (ownNames.contains(name) ? own : store).read(name, offset, length);
  }

  /// Links of chains are one's own; everything else is for all.
  @Override
  public boolean publish(String name, Path file) {
    if (BlockName.parse(name).orElse(null) instanceof BlockName.Chain link) {
      String ownName = name(link);
      ownNames.add(ownName);
      return own.publish(ownName, file);
    }
    return store.publish(name, file);
  }

  private static String name(BlockName.Chain link) {
    return "%s%s/%06d/%020d.block"
        .formatted(BlockName.CHAIN_PREFIX, link.topic(), link.partition(), link.firstOffset());
  }

  @Override
  public boolean delete(String name) {
    return ownNames.remove(name) ? own.delete(name) : store.delete(name);
  }

  @Override
  public BlockStore store() {
    return store;
  }
}
