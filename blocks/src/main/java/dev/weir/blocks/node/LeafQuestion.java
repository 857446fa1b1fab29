package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

/// A query whose leaves a storage node evaluates over its rows, for the asker to merge with those
/// of other nodes. What a leaf is says the planner; here a query is a text.
///
/// @param splitVersion of the planner: a node that splits queries differently refuses
/// @param stepMillis 0 for one evaluation, at the start
/// @param lookbackMillis how far before a step the latest sample still counts
/// @param maxSamples samples in memory at once, for each leaf
/// @param maxSeries series that a leaf may select
/// @param maxMemoryBytes estimated size of columns in memory at once, for each leaf
/// @param timeoutMillis for all leaves together
public record LeafQuestion(
    String query,
    int splitVersion,
    long startMillis,
    long endMillis,
    long stepMillis,
    long lookbackMillis,
    long maxSamples,
    long maxSeries,
    long maxMemoryBytes,
    long timeoutMillis) {
  public LeafQuestion {
    requireNonNull(query, "query");
  }
}
