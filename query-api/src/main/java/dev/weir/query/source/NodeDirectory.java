package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.NodeLimits;
import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.blocks.node.StorageNode;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/// Who serves which partition, as the topic of members says. Of several that serve one, its owner
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

  /// Someone who serves a partition.
  record Server(MemberState member, ServedPartition served) {}

  private static final Comparator<Server> BEST_FIRST =
      Comparator.comparing((Server server) -> server.served().owned())
          .thenComparingLong(server -> server.served().reached())
          .thenComparing(server -> server.member().reported())
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

  /// Who serves each partition, the best first. Partitions that nobody serves are not in it.
  Map<Partition, List<Server>> servers() {
    Map<Partition, List<Server>> servers = new TreeMap<>();
    for (MemberState member : members.get()) {
      if (member.role() == MemberState.Role.SINK && isAlive(member)) {
        for (ServedPartition served : member.partitions()) {
          servers
              .computeIfAbsent(
                  new Partition(served.topic(), served.partition()), _ -> new ArrayList<>())
              .add(new Server(member, served));
        }
      }
    }
    servers.values().forEach(each -> each.sort(BEST_FIRST));
    return servers;
  }

  private boolean isAlive(MemberState member) {
    return member.reported().plus(signOfLife).isAfter(clock.instant());
  }

  StorageNode node(MemberState member) {
    StorageNode here = local.get(member.member());
    if (here != null) {
      return here;
    }
    // Addresses come from members of this cluster, of which there are few.
    return remote.computeIfAbsent(
        member.address(),
        address ->
            new RemoteStorageNode(
                address, NodeLimits.DEFAULT, new HttpCarrier(client, address, answerTimeout)));
  }
}
