package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.NodeStatus.PartitionStatus;
import dev.weir.blocks.node.StorageNode;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.MemberState.ServedPartition;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who serves which partition: nodes of other processes as the topic of members says, nodes of this
/// process as they say themselves, which is never behind. Of several that serve one, whoever has
/// come furthest is asked, so that one that leaves answers until its successor has caught up; at
/// the same offset the owner, which goes on. Who has not shown a sign of life for a while is left
/// out, and so is who announces an address that cannot be asked.
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
  record Node(String member, String address, StorageNode storage) {
    /// Whether it is in another process.
    boolean isRemote() {
      return !address.equals(HERE);
    }
  }

  /// Someone who serves a partition.
  ///
  /// @param reached the offset after the last that it can serve
  private record Server(Node node, boolean owner, long reached, Instant reported) {}

  private static final Logger log = LoggerFactory.getLogger(NodeDirectory.class);

  private static final String HERE = "this process";

  private static final Comparator<Server> BEST_FIRST =
      Comparator.comparingLong(Server::reached)
          .thenComparing(Server::owner)
          .thenComparing(Server::reported)
          .reversed();

  private final Supplier<? extends Collection<MemberState>> members;
  private final Map<String, StorageNode> local;
  private final Function<URI, StorageNode> reach;
  private final Duration signOfLife;
  private final Clock clock;

  /// By the address that members announce; empty if it cannot be one. Those that nobody announces
  /// any more are forgotten.
  private final Map<String, Optional<StorageNode>> remote = new ConcurrentHashMap<>();

  /// @param local nodes of this process, by member, which are asked without HTTP
  /// @param reach makes the node at an address: the base URL of an HTTP server
  /// @param signOfLife who has not reported for longer does not count
  NodeDirectory(
      Supplier<? extends Collection<MemberState>> members,
      Map<String, StorageNode> local,
      Function<URI, StorageNode> reach,
      Duration signOfLife,
      Clock clock) {
    this.members = requireNonNull(members, "members");
    this.local = Map.copyOf(local);
    this.reach = requireNonNull(reach, "reach");
    this.signOfLife = requireNonNull(signOfLife, "signOfLife");
    this.clock = requireNonNull(clock, "clock");
  }

  /// Who is to be asked for each partition. Partitions that nobody serves are not in it.
  SortedMap<Partition, Node> nodes() {
    Map<Partition, List<Server>> servers = new HashMap<>();
    Instant now = clock.instant();
    Set<String> announced = new HashSet<>();
    for (MemberState member : members.get()) {
      if (member.role() == MemberState.Role.SINK
          && !local.containsKey(member.member())
          && member.reported().plus(signOfLife).isAfter(now)) {
        announced.add(member.address());
        remote(member).ifPresent(storage -> addRemote(member, storage, servers));
      }
    }
    remote.keySet().retainAll(announced);
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

  private static void addRemote(
      MemberState member, StorageNode storage, Map<Partition, List<Server>> servers) {
    Node node = new Node(member.member(), member.address(), storage);
    for (ServedPartition served : member.partitions()) {
      add(
          servers,
          new Partition(served.topic(), served.partition()),
          new Server(node, served.owned(), served.reached(), member.reported()));
    }
  }

  private static void add(
      Map<Partition, List<Server>> servers, Partition partition, Server server) {
    servers.computeIfAbsent(partition, _ -> new ArrayList<>()).add(server);
  }

  private Optional<StorageNode> remote(MemberState member) {
    return remote.computeIfAbsent(
        member.address(),
        address -> {
          Optional<URI> url = url(address);
          if (url.isEmpty()) {
            log.warn(
                "storage node {} announces the address \"{}\", which is no URL such as"
                    + " http://host:9090; it is not asked",
                member.member(),
                address);
          }
          return url.map(reach);
        });
  }

  /// The base URL of an HTTP server; empty if the text is none.
  private static Optional<URI> url(String address) {
    try {
      URI url = new URI(address);
      boolean isHttp = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
      return isHttp && url.getHost() != null ? Optional.of(url) : Optional.empty();
    } catch (URISyntaxException _) {
      return Optional.empty();
    }
  }
}
