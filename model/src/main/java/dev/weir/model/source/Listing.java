package dev.weir.model.source;

import static java.util.Objects.requireNonNull;

import java.util.Collection;
import java.util.List;

/// An answer that is a list.
///
/// @param truncated whether the limit cut it
public record Listing<T>(List<T> items, boolean truncated, Completeness completeness) {
  public Listing {
    items = List.copyOf(items);
    requireNonNull(completeness, "completeness");
  }

  /// All of nothing.
  public static <T> Listing<T> none() {
    return new Listing<>(List.of(), false, Completeness.FULL);
  }

  /// The first of all that there is.
  ///
  /// @param limit 0 for all
  public static <T> Listing<T> of(Collection<T> all, int limit, Completeness completeness) {
    boolean truncated = limit > 0 && all.size() > limit;
    return new Listing<>(
        truncated ? all.stream().limit(limit).toList() : List.copyOf(all), truncated, completeness);
  }

  /// This listing with other items in place of its own.
  ///
  /// @param limit 0 for all
  public Listing<T> with(Collection<T> others, int limit) {
    Listing<T> listing = of(others, limit, completeness);
    return truncated ? new Listing<>(listing.items, true, completeness) : listing;
  }

  /// This listing as part of an answer that is no more complete than `other`.
  public Listing<T> and(Completeness other) {
    return new Listing<>(items, truncated, completeness.and(other));
  }
}
