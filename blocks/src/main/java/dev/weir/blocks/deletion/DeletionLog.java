package dev.weir.blocks.deletion;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.ListingLock;
import dev.weir.blocks.store.StoredBlock;
import dev.weir.model.IoErrorText;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Follows the deletions of a store, and publishes new ones. Objects never change, so each is read
/// once. Safe for use by many threads.
public final class DeletionLog {
  private static final Logger LOG = LoggerFactory.getLogger(DeletionLog.class);

  private final BlockStore store;
  private final ListingLock listing = new ListingLock();
  private volatile Deletions current = Deletions.NONE;

  public DeletionLog(BlockStore store) {
    this.store = requireNonNull(store, "store");
  }

  /// What the last [#refresh] found.
  public Deletions current() {
    return current;
  }

  /// Lists the store.
  ///
  /// @throws WeirException.Unavailable if the store does not answer; what is known stays
  public Deletions refresh() {
    return listing.holding(() -> read(store.list(DeletionName.PREFIX)));
  }

  /// Takes note of what a listing found. Whether it saw a deletion or a block first is no matter: a
  /// block that was written after a deletion is without what it hides.
  ///
  /// @param listed may have other objects, too
  public Deletions refresh(List<StoredBlock> listed) {
    return listing.holding(() -> read(listed));
  }

  private Deletions read(List<StoredBlock> listed) {
    Deletions before = current;
    TreeMap<DeletionName, Deletion> found = new TreeMap<>();
    Set<String> asked = new HashSet<>();
    Map<DeletionName, WeirException> unreadable = new HashMap<>();
    for (StoredBlock stored : listed) {
      Optional<DeletionName> name = DeletionName.parse(stored.name());
      if (name.isEmpty()) {
        asked.add(stored.name());
        continue;
      }
      Deletion known = before.byName().get(name.get());
      try {
        Deletion deletion = known != null ? known : read(name.get(), stored);
        found.put(name.get(), deletion);
      } catch (WeirException.Corrupt e) {
        unreadable.put(name.get(), e);
        if (!before.unreadable().containsKey(name.get())) {
          LOG.warn("a deletion cannot be read, what it deletes is shown: {}", e.getMessage());
        }
      }
    }
    Set<DeletionName> rewritten = new HashSet<>(found.keySet());
    rewritten.removeIf(name -> !asked.contains(name.askedPath()));
    Deletions after = new Deletions(found, rewritten, unreadable);
    current = after;
    return after;
  }

  private Deletion read(DeletionName name, StoredBlock stored) {
    return DeletionFormat.read(
        name, store.read(stored.name(), 0, Math.toIntExact(stored.sizeBytes())));
  }

  /// Makes a deletion hold, durably: whoever lists the store from now on leaves out what it
  /// deletes. Where the store's answer is lost, or one of that name is there, because an attempt
  /// succeeded that nobody heard of, the object is read back.
  ///
  /// @throws WeirException.Unavailable if the store does not answer; the deletion may hold or not,
  ///   and a second one does no harm
  public void publish(Deletion deletion) {
    insist(deletion.name().path(), DeletionFormat.write(deletion));
    refresh();
  }

  private void insist(String name, byte[] content) {
    try {
      if (!publish(name, content) && !isThere(name, content)) {
        throw new WeirException.Internal("another object named %s is there".formatted(name));
      }
    } catch (WeirException.Unavailable e) {
      if (!isThereAfter(e, name, content)) {
        throw e;
      }
    }
  }

  private boolean isThereAfter(WeirException.Unavailable lost, String name, byte[] content) {
    try {
      return isThere(name, content);
    } catch (WeirException.Unavailable e) {
      lost.addSuppressed(e);
      return false;
    }
  }

  private boolean isThere(String name, byte[] content) {
    return store.list(name).stream()
        .anyMatch(stored ->
            stored.name().equals(name)
                && stored.sizeBytes() == content.length
                && Arrays.equals(store.read(name, 0, content.length), content));
  }

  /// Asks for blocks without what the deletions of a tenant hide; returns how many deletions these
  /// are.
  public int askForRewriting(Tenant tenant) {
    List<Deletion> deletions = refresh().of(tenant);
    deletions.forEach(deletion -> insist(deletion.name().askedPath(), new byte[0]));
    refresh();
    return deletions.size();
  }

  private boolean publish(String name, byte[] content) {
    try {
      Path file = Files.createTempFile("weir-", ".deletion");
      try {
        Files.write(file, content);
        return store.publish(name, file);
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be written: %s".formatted(name, IoErrorText.of(e)), e);
    }
  }
}
