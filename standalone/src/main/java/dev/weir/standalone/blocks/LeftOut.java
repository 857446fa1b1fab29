package dev.weir.standalone.blocks;

import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// What a result is without, although it was asked for: what is in blocks that cannot be opened or
/// are gone, and what deletions say that cannot be read. Such a result is shown, and is a failure.
///
/// @param problems a line for each
record LeftOut(List<String> problems) {
  LeftOut {
    problems = List.copyOf(problems);
  }

  /// Of a list of blocks.
  ///
  /// @param tenant empty for those of all
  static LeftOut ofBlocks(BlockSnapshot snapshot, Optional<Tenant> tenant) {
    return new LeftOut(
        messages(
            tenant.isPresent()
                ? snapshot.unreadableOf(tenant.get()).values()
                : snapshot.unreadable().values()));
  }

  /// Of a tenant's samples.
  static LeftOut ofSamples(BlockSnapshot snapshot, Tenant tenant) {
    var unreadable = snapshot.unreadableOf(tenant);
    unreadable.keySet().removeIf(BlockName::isDownsampled);
    List<String> problems = new ArrayList<>(messages(unreadable.values()));
    problems.addAll(snapshot.gaps(tenant));
    problems.addAll(snapshot.deletions().problems(tenant));
    return new LeftOut(problems);
  }

  private static List<String> messages(Collection<WeirException> errors) {
    return errors.stream().map(error -> String.valueOf(error.getMessage())).toList();
  }

  /// @param result what is not whole, such as "the export"
  /// @throws WeirException.Corrupt if anything is left out
  void throwIfAny(String result) {
    if (!problems.isEmpty()) {
      throw new WeirException.Corrupt(
          "%s is without what cannot be read:\n%s".formatted(result, String.join("\n", problems)));
    }
  }
}
