package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.model.WeirException;
import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.RecordType;
import dev.weir.testing.Await;
import dev.weir.testing.broker.BrokerClients;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// Whole sinks against a broker.
class SinkTest extends SinkFixture {
  @Test
  void whatIsProducedIsServedAtOnce() {
    Sink sink = start("sink-1", settings(NEVER, NO_TIME, false));
    scrape(1, 3, 1);
    awaitAllProduced(sink);
    for (int i = 0; i < 20; i++) {
      scrape(i % 4, 3 + i % 3, i);
    }
    awaitAllProduced(sink);
    assertEquals(List.of(0L, 0L), chainEnds().stream().map(PartitionOffset::offset).toList());
    Await.until(
        () -> status(sink).getFirst().readToMillis() >= System.currentTimeMillis() - 1_000,
        DEADLINE,
        () -> "an idle partition to be read to now: " + status(sink));
  }

  @Test
  void aSinkThatIsKilledGoesOnWhereItsBlocksEnd() {
    SinkSettings flushing = settings(AT_ONCE, NO_TIME, false);
    Sink first = start("sink-1", flushing);
    for (int i = 0; i < 30; i++) {
      scrape(i % 4, 3, i);
    }
    Await.until(
        () -> chainEnds().stream().allMatch(end -> end.offset() > 0),
        DEADLINE,
        () -> "blocks of both partitions");
    for (int i = 0; i < 30; i++) {
      scrape(i % 4, 3 + i % 2, i);
    }
    awaitAllProduced(first);
    // Stops without writing what is in memory, as SIGKILL does.
    first.close();
    for (int i = 0; i < 10; i++) {
      scrape(i % 4, 3, i);
    }
    Sink second = start("sink-1", settings(NEVER, NO_TIME, false));
    awaitAllProduced(second);
    second.close();
    awaitAllProduced(start("sink-2", settings(NEVER, NO_TIME, false)));
  }

  @Test
  void aStopInOrderWritesWhatIsInMemory() {
    Sink first = start("sink-1", settings(NEVER, SOME_TIME, false));
    for (int i = 0; i < 10; i++) {
      scrape(i, 3, i);
    }
    awaitAllProduced(first);
    first.close();
    assertEquals(List.of(5L, 5L), chainEnds().stream().map(PartitionOffset::offset).toList());
  }

  @Test
  void twoOwnersOfOnePartitionMakeOneChain() {
    // Each in a group of its own, so both own everything: a zombie that never learns of it.
    Sink one = start("sink-1", settings(Duration.ofMillis(30), NO_TIME, false));
    Sink other = start("sink-2", settings(Duration.ofMillis(30), NO_TIME, false));
    for (int i = 0; i < 400; i++) {
      scrape(i % 4, 3 + (i / 100) % 2, i);
    }
    awaitAllProduced(one);
    awaitAllProduced(other);
    Await.until(
        () -> chainEnds().stream().mapToLong(PartitionOffset::offset).sum() == 400,
        DEADLINE,
        () -> "all records in blocks: " + chainEnds());
    awaitAllProduced(one);
    awaitAllProduced(other);
    assertTrue(Blocks.chain(store(), new TopicPartition(topic, 0)).size() > 1);
  }

  @Test
  void poisonGoesToTheDeadLettersAndReadingGoesOn() {
    Sink sink = start("sink-1", settings(AT_ONCE, NO_TIME, false));
    scrape(0, 3, 1);
    send(0, "not a record".getBytes(StandardCharsets.UTF_8));
    scrape(0, 3, 2);
    awaitAllProduced(sink);
    Await.until(
        () -> chainEnds().getFirst().offset() == 3,
        DEADLINE,
        () -> "a block over the poison: " + chainEnds());
    var letters = clients.readAll(deadLetters, "read_committed");
    DeadLetter letter =
        RecordType.DEAD_LETTERS.reader(Optional.empty()).read(letters.getFirst().value());
    assertEquals(1, letter.offset());
    assertEquals(topic, letter.topic());
    assertEquals("sink-1", letter.member());
    assertEquals("not a record", new String(letter.value(), StandardCharsets.UTF_8));
  }

  @Test
  void aPartitionBehindRetentionStopsUntilTheHoleIsAccepted() {
    Sink first = start("sink-1", settings(NEVER, SOME_TIME, false));
    scrape(0, 3, 1);
    scrape(1, 3, 1);
    awaitAllProduced(first);
    first.close();
    for (int i = 0; i < 5; i++) {
      scrape(0, 3, i);
    }
    BrokerClients.get(
        clients
            .admin()
            .deleteRecords(Map.of(new TopicPartition(topic, 0), RecordsToDelete.beforeOffset(4)))
            .all());
    Sink second = start("sink-1", settings(NEVER, NO_TIME, false));
    NodeStatus.PartitionStatus stopped = status(second).getFirst();
    assertEquals(PartitionState.STOPPED, stopped.state());
    assertEquals(
        topic
            + "-0 begins at offset 4, but its blocks end at 1: the 3 records in between are gone"
            + " from Kafka; set storage.accept_hole to true to go on without them",
        stopped.trouble());
    assertEquals(PartitionState.OWNED, status(second).getLast().state());
    second.close();
    // The records that are gone; the layouts of what remains were in them, so it waits for one.
    Sink third = start("sink-1", settings(NEVER, NO_TIME, true));
    Await.until(
        () -> status(third).getFirst().endOffset() == 6,
        DEADLINE,
        () -> "the log to be read on: " + status(third));
    assertEquals("", status(third).getFirst().trouble());
    assertEquals(4, chainEnds().getFirst().offset());
  }

  @Test
  void aMemberSaysWhereItIsAndHowFarItHasCome() {
    Sink sink = start("sink-1", settings(NEVER, SOME_TIME, false));
    scrape(0, 3, 1);
    Await.until(
        () ->
            memberStates().stream()
                .anyMatch(state ->
                    state.phase() == MemberState.Phase.SERVING
                        && state.address().equals("http://localhost:9090")
                        && state.partitions().stream()
                            .anyMatch(p -> p.owned() && p.partition() == 0 && p.reached() == 1)),
        DEADLINE,
        () -> "the member's state: " + memberStates());
    sink.close();
    var last = clients.readAll(members, "read_committed").getLast();
    assertEquals("[\"SINK\",\"sink-1\"]", new String(last.key(), StandardCharsets.UTF_8));
    assertEquals(null, last.value());
  }

  @Test
  void aSinkWhoseNameAnotherTakesStopsAndSaysWhy() throws Exception {
    SinkSettings settings = settings(NEVER, NO_TIME, false);
    Sink first = start("sink-1", settings);
    startWithoutWaiting("sink-1", settings, store(), new PrometheusRegistry());
    WeirException failure =
        first.failure().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
    assertInstanceOf(WeirException.BadData.class, failure);
    assertTrue(failure.getMessage().contains("under the name of this one"), failure.getMessage());
    assertFalse(first.isReady());
    assertFalse(sinks.getLast().failure().toCompletableFuture().isDone());
  }

  private List<MemberState> memberStates() {
    return clients.readAll(members, "read_committed").stream()
        .filter(consumed -> consumed.value() != null)
        .map(consumed -> RecordType.MEMBERS.reader(Optional.empty()).read(consumed.value()))
        .toList();
  }

  @Test
  void aPartitionThatGoesToAnotherSinkIsServedByBothMeanwhile() {
    SinkSettings shared = settings(NEVER, NO_TIME, false);
    Sink first = start("sink-1", shared);
    for (int i = 0; i < 4; i++) {
      scrape(i, 3, i);
    }
    awaitAllProduced(first);
    Sink second = start("sink-2", shared);
    Await.until(
        () -> status(second).size() == 1 && status(first).size() == 2,
        DEADLINE,
        () -> "one partition to move: " + status(first) + status(second));
    int moved = status(second).getFirst().partition();
    Await.until(
        () ->
            status(first).get(moved).state() == PartitionState.LEAVING
                && status(second).getFirst().endOffset() == 2,
        DEADLINE,
        () -> "the successor to catch up: " + status(first) + status(second));
    PartitionOffset from = new PartitionOffset(topic, moved, 0);
    assertEquals(
        Blocks.samples(first.node().from(List.of(from)), TENANT),
        Blocks.samples(second.node().from(List.of(from)), TENANT));
  }
}
