package dev.weir.query.source;

import dev.weir.blocks.node.NodeStatus;
import dev.weir.model.WeirException;
import dev.weir.query.source.NodeDirectory.Node;
import dev.weir.query.source.NodeDirectory.Partition;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where the rows begin that storage nodes have: from there they are asked while nobody knows where
/// blocks end. Each node is asked once. For one question.
final class OldestRows {
  private static final Logger log = LoggerFactory.getLogger(OldestRows.class);

  private final Map<Node, Optional<NodeStatus>> statuses = new HashMap<>();

  /// The first offset of a partition that a node has; 0 if it does not say, and then it will say
  /// why when it is asked for rows.
  long of(Partition partition, Node node) {
    return statuses.computeIfAbsent(node, OldestRows::status).stream()
        .flatMap(status -> status.partitions().stream())
        .filter(
            one -> one.topic().equals(partition.topic()) && one.partition() == partition.number())
        .mapToLong(NodeStatus.PartitionStatus::oldestOffset)
        .findFirst()
        .orElse(0);
  }

  private static Optional<NodeStatus> status(Node node) {
    try {
      return Optional.of(node.storage().status());
    } catch (WeirException e) {
      log.debug("storage node {} does not say what it has", node.member(), e);
      return Optional.empty();
    }
  }
}
