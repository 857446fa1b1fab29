package dev.weir.model.source;

import static java.util.Objects.requireNonNull;

import java.util.List;

/// An answer that is a list.
///
/// @param truncated whether the limit cut it
public record Listing<T>(List<T> items, boolean truncated, Completeness completeness) {
  public Listing {
    items = List.copyOf(items);
    requireNonNull(completeness, "completeness");
  }
}
