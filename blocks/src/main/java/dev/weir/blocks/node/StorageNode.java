package dev.weir.blocks.node;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import java.util.List;

/// Serves the rows of the partitions it owns that are in no block yet, and for a while those that
/// just went into one.
///
/// A reader takes the blocks that it knows, and asks each partition's owner for everything from the
/// offset where those blocks end. As the owner keeps rows for a while after they went into a block,
/// the two join without a gap and without rows that come twice, however old the reader's knowledge
/// of the blocks is (within that while).
///
/// Safe for use by many threads.
public interface StorageNode {
  /// Which partitions the node serves, and how far each has come.
  ///
  /// @throws WeirException.Unavailable if the node does not answer
  NodeStatus status();

  /// Everything that the node has of these partitions from their offsets on, later rows included
  /// with each question. Partitions are given in order of precedence, each once.
  ///
  /// Questions to the source throw [WeirException.Unavailable] if the node does not answer, does
  /// not serve one of the partitions, or no longer has the rows from an offset on.
  SeriesSource from(List<PartitionOffset> offsets);

  /// Which rows the node has in memory of the partitions that it serves. A node that evaluates no
  /// queries says nothing.
  ///
  /// @throws WeirException.Unavailable if the node does not answer
  default List<KeptRows> kept() {
    return List.of();
  }

  /// Evaluates the leaves of a query over all rows of some partitions from a time on.
  ///
  /// @param partitions in order of precedence, each with [KeptRows#startOffset]
  /// @param fromMillis no evaluation looks back beyond this time
  /// @throws WeirException.Unavailable if the node does not answer, does not evaluate the query, or
  ///   does not have all those rows (any more)
  /// @throws WeirException what the query is at fault for, and limits that it reached
  default LeafAnswer evaluate(
      List<PartitionOffset> partitions, long fromMillis, Tenant tenant, LeafQuestion question) {
    throw new WeirException.Unavailable("this storage node evaluates no queries");
  }

  /// Whether a node did answer, but that it does not serve a partition or has given up rows: after
  /// looking again at blocks and owners, the question may succeed. A node that was not reached has
  /// left a cause.
  static boolean hasMovedOn(WeirException.Unavailable failure) {
    return failure.getCause() == null;
  }
}
