package dev.weir.sink;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/// Gives partitions with one number, of all topics, to one sink: the series of one key lie there,
/// so what a query makes of them can be made there ([LeafEvaluation]).
///
/// Partitions of the first topic by name are shared out as [CooperativeStickyAssignor] does, and
/// those of the others follow. One that another member still holds is given to nobody this time:
/// its owner gives it up, which makes members meet again.
///
/// It goes by the name of what it extends. So in a group of two versions either may lead, and the
/// other follows what it says.
public final class TogetherAssignor extends CooperativeStickyAssignor {
  @Override
  public Map<String, List<TopicPartition>> assignPartitions(
      Map<String, List<PartitionInfo>> partitionsPerTopic,
      Map<String, Subscription> subscriptions) {
    TreeMap<String, List<PartitionInfo>> topics = new TreeMap<>(partitionsPerTopic);
    if (topics.size() < 2
        || topics.values().stream().map(List::size).distinct().count() > 1
        || !subscriptions.values().stream()
            .allMatch(member -> member.topics().containsAll(topics.keySet()))) {
      return super.assignPartitions(partitionsPerTopic, subscriptions);
    }
    String first = topics.firstKey();
    Map<String, Subscription> ofFirst = new HashMap<>();
    Map<TopicPartition, String> owners = new HashMap<>();
    subscriptions.forEach((member, subscription) -> {
      ofFirst.put(member, only(first, subscription));
      subscription.ownedPartitions().forEach(partition -> owners.put(partition, member));
    });
    Map<String, List<TopicPartition>> assigned = new HashMap<>();
    super.assignPartitions(Map.of(first, topics.firstEntry().getValue()), ofFirst)
        .forEach((member, partitions) -> {
          List<TopicPartition> all = new ArrayList<>(partitions);
          for (String topic : topics.tailMap(first, false).keySet()) {
            for (TopicPartition partition : partitions) {
              TopicPartition follower = new TopicPartition(topic, partition.partition());
              if (owners.getOrDefault(follower, member).equals(member)) {
                all.add(follower);
              }
            }
          }
          assigned.put(member, all);
        });
    return assigned;
  }

  private static Subscription only(String topic, Subscription subscription) {
    Subscription only =
        new Subscription(
            List.of(topic),
            subscription.userData(),
            subscription.ownedPartitions().stream()
                .filter(partition -> partition.topic().equals(topic))
                .toList(),
            subscription.generationId().orElse(DEFAULT_GENERATION),
            subscription.rackId());
    only.setGroupInstanceId(subscription.groupInstanceId());
    return only;
  }
}
