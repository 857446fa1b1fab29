package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.node.NodeStatus;
import dev.weir.testing.Await;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A sink is ready when its heads hold again what the log held when it came.
class SinkReadinessTest extends WorkerFixture {
  @Test
  void aSinkIsReadyWhenItHasReadWhatTheLogHeldWhenItCame() {
    fillLog();
    worker.start();
    assertFalse(worker.isReady(), "it has no partitions yet");
    assign(FIRST, SECOND);
    bring(0, 3);
    awaitReached(FIRST, 3);
    awaitReached(SECOND, 0);
    assertFalse(worker.isReady(), "two records are not read yet");
    NodeStatus.PartitionStatus replaying = node.status().partitions().getFirst();
    assertEquals(NodeStatus.PartitionState.OWNED, replaying.state());
    assertTrue(replaying.readToMillis() <= log.records().get(2).timestamp());
    int before = changes.get();
    // What comes meanwhile is not waited for.
    consumer.updateEndOffsets(Map.of(FIRST, 100L));
    bring(3, 5);
    awaitReached(FIRST, 5);
    Await.until(worker::isReady, DEADLINE, () -> "the sink to be ready");
    assertTrue(changes.get() > before, "it says so at once");
    assertTrue(worker.owns(FIRST));
  }

  @Test
  void partitionsThatComeLaterChangeNothing() {
    fillLog();
    worker.start();
    assign(FIRST);
    bring(0, 5);
    Await.until(worker::isReady, DEADLINE, () -> "the sink to be ready");
    // A partition that comes later is served by who had it before.
    consumer.updateEndOffsets(Map.of(SECOND, 7L));
    assign(FIRST, SECOND);
    awaitReached(SECOND, 0);
    assertTrue(worker.isReady());
    assign(SECOND);
    Await.until(() -> !worker.owns(FIRST), DEADLINE, () -> "the first partition to be given up");
    assertTrue(worker.owns(SECOND));
    worker.close();
    assertFalse(worker.isReady(), "it is stopped");
    assertFalse(worker.owns(SECOND));
  }

  @Test
  void aPartitionWhoseBlocksCannotBeListedIsWaitedFor() {
    fillLog();
    store.unavailable(true);
    worker.start();
    assign(FIRST);
    bring(0, 5);
    Await.until(
        () -> consumer.assignment().contains(FIRST), DEADLINE, () -> "the partition to be there");
    assertFalse(worker.isReady());
    store.unavailable(false);
    awaitReadyAsTimePasses();
    awaitReached(FIRST, 5);
  }
}
