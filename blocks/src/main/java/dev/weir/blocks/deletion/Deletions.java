package dev.weir.blocks.deletion;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// The deletions of a store as one listing found them. Immutable; safe for use by many threads.
public final class Deletions {
  public static final Deletions NONE = new Deletions(new TreeMap<>(), Set.of(), Map.of());

  private final SortedMap<DeletionName, Deletion> byName;
  private final Set<DeletionName> asked;
  private final Map<DeletionName, WeirException> unreadable;

  /// @param asked those whose blocks somebody wants written anew
  /// @param unreadable those that are damaged
  Deletions(
      SortedMap<DeletionName, Deletion> byName,
      Set<DeletionName> asked,
      Map<DeletionName, WeirException> unreadable) {
    this.byName = requireNonNull(byName, "byName");
    this.asked = Set.copyOf(asked);
    this.unreadable = Map.copyOf(unreadable);
  }

  /// All, the oldest of each tenant first.
  public Collection<Deletion> all() {
    return byName.values();
  }

  /// Those of a tenant, the oldest first.
  public List<Deletion> of(Tenant tenant) {
    return byName.isEmpty()
        ? List.of()
        : byName.values().stream().filter(one -> one.tenant().equals(tenant)).toList();
  }

  /// Those that hide samples of a tenant in a block.
  public List<Deletion> hiding(Tenant tenant, BlockReader block) {
    return of(tenant).stream().filter(deletion -> deletion.hides(block)).toList();
  }

  /// Those of a tenant that reach records of a range.
  public List<Deletion> reaching(Tenant tenant, OffsetRange range) {
    return of(tenant).stream().filter(deletion -> deletion.reaches(range)).toList();
  }

  /// Whether somebody wants the blocks written anew that a deletion hides samples of.
  public boolean isAsked(Deletion deletion) {
    return asked.contains(deletion.name());
  }

  /// Those that are damaged: what they hide is shown.
  public Map<DeletionName, WeirException> unreadable() {
    return unreadable;
  }

  /// What is wrong with those of a tenant, a sentence each.
  public List<String> problems(Tenant tenant) {
    return unreadable.entrySet().stream()
        .filter(entry -> entry.getKey().tenant().equals(tenant))
        .map(entry -> "deleted samples may be shown: " + entry.getValue().getMessage())
        .sorted()
        .toList();
  }

  Map<DeletionName, Deletion> byName() {
    return byName;
  }
}
