package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Who serves which partition: nodes of other processes as the topic of members says, nodes of this
/// process as they say themselves, which is never behind. Of several that serve one, its owner
/// comes first, then whoever has come furthest; who has not shown a sign of life for a while is
/// left out.
final class NodeDirectory {
  /// A partition of a topic.
  record Partition(String topic, int number) implements Comparable<Partition> {
    private static final Comparator<Partition> ORDER =
        Comparator.comparing(Partition::topic).reversed().thenComparingInt(Partition::number);

    /// Samples before what was recorded from them, then by number.
    @Override
    public int compareTo(Partition other) {
      return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
      return topic + "/" + number;
    }
  }

  /// A storage node that can be asked.
  ///
  /// @param address where it is, for people
  record Node(String member, String address, StorageNode storage) {}

  /// Someone who serves a partition.
  ///
  /// @param reached the offset after the last that it can serve
  private record Server(Node node, boolean owner, long reached, Instant reported) {}

  private static final String HERE = "this process";

  private static final Comparator<Server> BEST_FIRST =
      Comparator.comparing(Server::owner)
          .thenComparingLong(Server::reached)
          .thenComparing(Server::reported)
          .reversed();

  private final Supplier<? extends Collection<MemberState>> members;
  private final Map<String, StorageNode> local;
  private final HttpClient client;
  private final Duration answerTimeout;
  private final Duration signOfLife;
  private final Clock clock;
  private final Map<String, StorageNode> remote = new ConcurrentHashMap<>();

  /// @param local nodes of this process, by member, which are asked without HTTP
  /// @param answerTimeout until an answer starts
  /// @param signOfLife who has not reported for longer does not count
  NodeDirectory(
      Supplier<? extends Collection<MemberState>> members,
      Map<String, StorageNode> local,
      HttpClient client,
      Duration answerTimeout,
      Duration signOfLife,
      Clock clock) {
    this.members = requireNonNull(members, "members");
    this.local = Map.copyOf(local);
    this.client = requireNonNull(client, "client");
    this.answerTimeout = requireNonNull(answerTimeout, "answerTimeout");
    this.signOfLife = requireNonNull(signOfLife, "signOfLife");
    this.clock = requireNonNull(clock, "clock");
  }

  /// Who is to be asked for each partition. Partitions that nobody serves are not in it.
  SortedMap<Partition, Node> nodes() {
    Map<Partition, List<Server>> servers = new HashMap<>();
    Instant now = clock.instant();
    for (MemberState member : members.get()) {
      if (member.role() == MemberState.Role.SINK
          && !local.containsKey(member.member())
          && member.reported().plus(signOfLife).isAfter(now)) {
        Node node = new Node(member.member(), member.address(), remote(member.address()));
        for (ServedPartition served : member.partitions()) {
          add(
              servers,
              new Partition(served.topic(), served.partition()),
              new Server(node, served.owned(), served.reached(), member.reported()));
        }
      }
    }
    local.forEach((name, storage) -> {
      Node node = new Node(name, HERE, storage);
      for (PartitionStatus served : storage.status().partitions()) {
        add(
            servers,
            new Partition(served.topic(), served.partition()),
            new Server(node, served.state() != PartitionState.LEAVING, served.endOffset(), now));
      }
    });
    SortedMap<Partition, Node> best = new TreeMap<>();
    servers.forEach((partition, each) ->
        best.put(partition, each.stream().min(BEST_FIRST).orElseThrow().node()));
    return best;
  }

  private static void add(
      Map<Partition, List<Server>> servers, Partition partition, Server server) {
    servers.computeIfAbsent(partition, _ -> new ArrayList<>()).add(server);
  }

  private StorageNode remote(String address) {
    // Addresses come from members of this cluster, of which there are few.
    return remote.computeIfAbsent(
        address,
        _ ->
            new RemoteStorageNode(
                address, NodeLimits.DEFAULT, new HttpCarrier(client, address, answerTimeout)));
  }
}
