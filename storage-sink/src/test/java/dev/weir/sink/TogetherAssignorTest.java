package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class TogetherAssignorTest {
  private static final String SAMPLES = "weir.samples";
  private static final String RECORDED = "weir.recorded";

  private final TogetherAssignor assignor = new TogetherAssignor();
  private int generation;

  private static Subscription subscription(Collection<TopicPartition> owned, int generation) {
    return new Subscription(
        List.of(SAMPLES, RECORDED), null, List.copyOf(owned), generation, Optional.empty());
  }

  /// Rounds until nobody has to give anything up.
  private Map<String, Set<TopicPartition>> settled(
      Map<String, Set<TopicPartition>> before, int partitions) {
    Map<String, Set<TopicPartition>> owned = before;
    for (int round = 0; round < 6; round++) {
      Map<String, Subscription> members = new HashMap<>();
      int now = generation++;
      owned.forEach((member, has) -> members.put(member, subscription(has, now)));
      Map<String, List<TopicPartition>> assigned =
          assignor.assign(Map.of(SAMPLES, partitions, RECORDED, partitions), members);
      Map<String, Set<TopicPartition>> next = new TreeMap<>();
      Map<TopicPartition, String> holders = new HashMap<>();
      owned.forEach((member, has) -> has.forEach(partition -> holders.put(partition, member)));
      assigned.forEach((member, has) -> {
        next.put(member, new HashSet<>(has));
        for (TopicPartition partition : has) {
          assertEquals(
              member,
              holders.getOrDefault(partition, member),
              partition + " is given away while somebody holds it");
        }
      });
      if (next.equals(owned)) {
        return next;
      }
      owned = next;
    }
    throw new AssertionError("members never settle: " + owned);
  }

  private static void assertTogether(Map<String, Set<TopicPartition>> owned, int partitions) {
    int all = 0;
    for (Set<TopicPartition> has : owned.values()) {
      all += has.size();
      for (TopicPartition partition : has) {
        String other = partition.topic().equals(SAMPLES) ? RECORDED : SAMPLES;
        assertTrue(has.contains(new TopicPartition(other, partition.partition())), "" + owned);
      }
      assertTrue(has.size() >= 2 * (partitions / owned.size()), "" + owned);
    }
    assertEquals(2 * partitions, all);
  }

  @Property(tries = 200)
  void partitionsOfOneNumberLieTogetherWhoeverComesAndGoes(@ForAll long seed) {
    Random random = new Random(seed);
    int partitions = random.nextInt(1, 33);
    Map<String, Set<TopicPartition>> owned = new TreeMap<>();
    owned.put("sink-0", Set.of());
    for (int change = 0; change < 6; change++) {
      if (owned.size() > 1 && random.nextBoolean()) {
        owned.remove(new ArrayList<>(owned.keySet()).get(random.nextInt(owned.size())));
      } else {
        owned.put("sink-" + random.nextInt(10), Set.of());
      }
      owned = new TreeMap<>(settled(owned, partitions));
      assertTogether(owned, partitions);
    }
  }

  /// A group that was led by an older version, whose topics lie apart.
  @Test
  void whatLiesApartComesTogether() {
    Map<String, Set<TopicPartition>> apart = new TreeMap<>();
    apart.put("sink-0", Set.of(new TopicPartition(SAMPLES, 0), new TopicPartition(RECORDED, 1)));
    apart.put("sink-1", Set.of(new TopicPartition(SAMPLES, 1), new TopicPartition(RECORDED, 0)));
    assertTogether(settled(apart, 2), 2);
  }

  @Test
  void itIsKnownByTheNameOfWhatItExtends() {
    assertEquals(new CooperativeStickyAssignor().name(), assignor.name());
    assertEquals(
        new CooperativeStickyAssignor().supportedProtocols(), assignor.supportedProtocols());
  }
}
