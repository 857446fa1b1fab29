package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.node.NodeStatus.PartitionState;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.testing.HeldClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionIngesterTest {
  private static final long NOON = 1_772_366_400_000L;

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final SampleLog log = new SampleLog(clock, 0);

  @TempDir private Path directory = Path.of("");
  private ChainPublisher chain = chain();

  private ChainPublisher chain() {
    return new ChainPublisher(store, new BlockCache(1 << 20), directory.resolve("work"), clock);
  }

  @BeforeEach
  void useTheDirectory() {
    chain = chain();
  }

  private Owner owner() {
    return new Owner(chain, log, clock);
  }

  private Map<Labels, Map<Long, Double>> stored(Owner owner) {
    return Blocks.samples(Blocks.joined(store, owner.ingester()), Tenant.DEFAULT);
  }

  private Map<Long, Double> points(Owner owner, Labels series) {
    return stored(owner).getOrDefault(series, Map.of());
  }

  private List<String> covered() {
    return Blocks.chain(store, SampleLog.PARTITION).stream()
        .map(link -> link.meta().covers().getFirst().toString())
        .toList();
  }

  @Test
  void aLinkIsDueByAgeAndBySize() {
    Owner owner = owner();
    log.scrape(1, 3, 0);
    owner.readAll();
    assertNull(owner.ingester().nextLink());
    clock.advance(Duration.ofMinutes(3));
    assertNull(owner.ingester().nextLink());
    clock.advance(Duration.ofMinutes(4));
    PartitionIngester.Link byAge = owner.ingester().nextLink();
    assertNotNull(byAge);
    assertNull(owner.ingester().nextLink(), "one link at a time");
    owner.publish(byAge);
    assertNull(owner.ingester().nextLink(), "nothing new");
    for (int i = 0; i < 70; i++) {
      log.scrape(1, 2_000, i);
      clock.advance(Duration.ofMillis(100));
    }
    owner.readAll();
    PartitionIngester.Link bySize = owner.ingester().nextLink();
    assertNotNull(bySize);
    owner.publish(bySize);
    assertEquals(List.of("weir.samples/3 [0, 1)", "weir.samples/3 [1, 71)"), covered());
  }

  @Test
  void aBlockNeverCoversAParkedOffset() {
    log.scrape(1, 2, 1);
    log.bare(7, 3, 5);
    log.scrape(1, 2, 2);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    assertEquals(List.of("weir.samples/3 [0, 1)"), covered());
    assertFalse(owner.flush());
    // Whoever starts from the block's end reads the parked record again.
    clock.advance(Duration.ofMinutes(1));
    log.whole(7, 3, 6);
    Owner successor = owner();
    successor.readAll();
    assertTrue(successor.flush());
    assertEquals(List.of("weir.samples/3 [0, 1)", "weir.samples/3 [1, 4)"), covered());
    assertEquals(
        Map.of(NOON, 5.0, NOON + 60_000, 6.0),
        stored(successor).get(SampleLog.series("node_metric_0", 7)));
    assertEquals(List.of(), successor.sentLetters());
  }

  @Test
  void aSuccessorKnowsTheLayoutsThatAreAlive() {
    log.scrape(1, 2, 1);
    clock.advance(Duration.ofSeconds(15));
    log.scrape(2, 4, 1);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    clock.advance(Duration.ofSeconds(15));
    log.scrape(1, 2, 2);
    log.scrape(2, 4, 2);
    assertFalse(hasLayout(2) || hasLayout(3), "the collector does not send layouts again");
    Owner successor = owner();
    successor.readAll();
    assertEquals(0, successor.ingester().reader().parkedRecords());
    assertEquals(2, points(successor, SampleLog.series("node_metric_3", 2)).size());
  }

  private boolean hasLayout(int index) {
    return log.records().get(index).serializedValueSize() > 200;
  }

  @Test
  void layoutsThatNobodyUsesAnyMoreAreNotNamedForEver() {
    log.scrape(1, 2, 1);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    clock.advance(Duration.ofMinutes(12));
    log.scrape(2, 3, 1);
    owner.readAll();
    assertTrue(owner.flush());
    List<BlockReader> links = Blocks.chain(store, SampleLog.PARTITION);
    assertEquals(
        List.of(SampleLog.group(Tenant.DEFAULT, 2)),
        links.getLast().liveLayouts().stream().map(live -> live.group()).toList());
  }

  @Test
  void rowsOutsideRetentionAndTheFutureAreRefusedAsOnTheFirstReading() {
    clock.set(java.time.Instant.ofEpochMilli(NOON));
    log.scrape(1, 2, 1);
    HeldClock ahead = HeldClock.at("2026-03-01T12:10:00.001Z");
    SampleLog future = new SampleLog(ahead, 0);
    future.scrape(2, 2, 1);
    byte[] tooFarAhead = future.records().getFirst().value();
    log.append(tooFarAhead);
    clock.advance(Duration.ofMinutes(1));
    log.append(tooFarAhead);
    ahead.set(java.time.Instant.ofEpochMilli(NOON).minus(Duration.ofDays(15)));
    future.scrape(3, 2, 1);
    log.append(future.records().getLast().value());
    Owner first = owner();
    first.readAll();
    // Long after, when wall clocks would judge otherwise.
    clock.advance(Duration.ofHours(5));
    Owner replay = owner();
    replay.readAll();
    assertEquals(stored(first), stored(replay));
    assertEquals(1, points(replay, SampleLog.series("node_metric_0", 2)).size());
    assertNull(stored(replay).get(SampleLog.series("node_metric_0", 3)));
  }

  @Test
  void poisonGoesToTheDeadLettersBeforeABlockCoversIt() {
    Owner owner = new Owner(chain, log, clock, Owner.SETTINGS, false);
    log.scrape(1, 2, 1);
    log.poison();
    clock.advance(Duration.ofSeconds(15));
    log.scrape(1, 2, 2);
    owner.readAll();
    owner.ingester().askForFlush();
    PartitionIngester.Link link = owner.ingester().nextLink();
    assertNotNull(link);
    assertTrue(
        owner.deadLetters().errorNext(new org.apache.kafka.common.errors.TimeoutException()));
    assertThrows(WeirException.Unavailable.class, () -> owner.publish(link));
    assertEquals(List.of(), covered());
    owner.ingester().failed(Duration.ZERO);
    Thread.startVirtualThread(() -> {
      while (!owner.deadLetters().completeNext()) {
        Thread.onSpinWait();
      }
    });
    assertTrue(owner.flush());
    assertEquals(List.of("weir.samples/3 [0, 3)"), covered());
    assertEquals(1, owner.sentLetters().getLast().offset());
    assertTrue(
        owner.sentLetters().getLast().reason().startsWith("record of 9 bytes starts with 7b22"));
    assertEquals(2, points(owner, SampleLog.series("node_metric_0", 1)).size());
  }

  @Test
  void aRecordWhoseLayoutNeverComesIsGivenUpAndHoldsTheBlocksBackNoLonger() {
    log.bare(7, 3, 5);
    Owner owner = owner();
    owner.readAll();
    assertFalse(owner.flush());
    clock.advance(Duration.ofMinutes(26));
    log.scrape(1, 2, 1);
    owner.readAll();
    assertEquals(0, owner.sentLetters().getFirst().offset());
    assertEquals(NOON, owner.sentLetters().getFirst().appended().toEpochMilli());
    assertTrue(owner.flush());
    assertEquals(List.of("weir.samples/3 [0, 2)"), covered());
  }

  @Test
  void theLoserOfALinkGoesOnFromTheWinnersEnd() {
    Owner first = owner();
    Owner second = owner();
    log.scrape(1, 2, 1);
    first.readAll();
    log.scrape(1, 2, 2);
    log.scrape(1, 2, 3);
    second.read(2);
    assertTrue(first.flush());
    assertTrue(second.flush(), "made, and lost");
    assertEquals(1, second.ingester().chainEnd());
    assertTrue(second.flush());
    first.readAll();
    assertTrue(first.flush(), "lost this time");
    assertEquals(2, first.ingester().chainEnd());
    assertTrue(first.flush());
    assertEquals(
        List.of("weir.samples/3 [0, 1)", "weir.samples/3 [1, 2)", "weir.samples/3 [2, 3)"),
        covered());
    second.readAll();
    assertEquals(stored(first), stored(second));
  }

  @Test
  void theLoserMayBeFarBehindTheWinner() {
    Owner slow = owner();
    Owner fast = owner();
    for (int i = 0; i < 6; i++) {
      log.scrape(1, 2, i);
      clock.advance(Duration.ofSeconds(15));
    }
    slow.read(2);
    fast.readAll();
    assertTrue(fast.flush());
    assertTrue(slow.flush());
    assertEquals(6, slow.ingester().chainEnd());
    clock.advance(Duration.ofMinutes(20));
    slow.ingester().dropFlushed();
    slow.readAll();
    log.scrape(1, 2, 7);
    slow.readAll();
    assertEquals(points(slow, SampleLog.series("node_metric_0", 1)).size(), 7);
    assertTrue(slow.flush());
    assertEquals(List.of("weir.samples/3 [0, 6)", "weir.samples/3 [6, 7)"), covered());
  }

  @Test
  void offsetsWithoutRowsDoNotLeaveTheChainBehindForEver() {
    log.scrape(1, 2, 1);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    log.gap();
    log.gap();
    owner.readAll();
    clock.advance(Duration.ofMinutes(30));
    assertNull(owner.ingester().nextLink());
    clock.advance(Duration.ofMinutes(60));
    PartitionIngester.Link empty = owner.ingester().nextLink();
    assertNotNull(empty);
    owner.publish(empty);
    assertEquals(List.of("weir.samples/3 [0, 1)", "weir.samples/3 [1, 3)"), covered());
    clock.advance(Duration.ofDays(1));
    assertNull(owner.ingester().nextLink());
  }

  @Test
  void aChainThatTheLogNoLongerReachesStopsThePartition() {
    log.scrape(1, 2, 1);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    SampleLog later = new SampleLog(clock, 500);
    later.scrape(1, 2, 9);
    PartitionIngester stopped = new Owner(chain, later, clock).ingester();
    assertEquals(PartitionState.STOPPED, stopped.status().state());
    assertEquals(
        "weir.samples-3 begins at offset 500, but its blocks end at 1: the 499 records in between"
            + " are gone from Kafka; set storage.accept_hole to true to go on without them",
        stopped.status().trouble());
    Owner accepting = new Owner(chain, later, clock, Owner.settings(true), true);
    assertEquals(PartitionState.OWNED, accepting.ingester().status().state());
    accepting.readAll();
    assertTrue(accepting.flush());
    assertEquals(
        List.of("weir.samples/3 [0, 1)", "weir.samples/3 [1, 500)", "weir.samples/3 [500, 501)"),
        covered());
  }

  @Test
  void aChainBeyondTheLogsEndStopsThePartition() {
    for (int i = 0; i < 5; i++) {
      log.scrape(1, 2, i);
      clock.advance(Duration.ofSeconds(15));
    }
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    SampleLog anew = new SampleLog(clock, 0);
    anew.scrape(1, 2, 9);
    assertEquals(
        "the blocks of weir.samples-3 end at offset 5, but its log ends at 1: the topic was made"
            + " anew; use another block directory, or bring the topic back",
        new Owner(chain, anew, clock).ingester().status().trouble());
  }

  @Test
  void aLogThatEndedWhereItIsReadIsReadToThatTime() {
    log.scrape(1, 2, 1);
    Owner owner = owner();
    owner.readAll();
    assertEquals(NOON, owner.ingester().head().readToMillis());
    owner.ingester().logEndedAt(2, NOON + 5_000);
    assertEquals(NOON, owner.ingester().head().readToMillis());
    owner.ingester().logEndedAt(1, NOON + 6_000);
    assertEquals(NOON + 6_000, owner.ingester().head().readToMillis());
  }

  @Test
  void rowsInBlocksLeaveMemoryWhenTheirTimeIsUp() {
    log.scrape(1, 2, 1);
    Owner owner = owner();
    owner.readAll();
    assertTrue(owner.flush());
    clock.advance(Duration.ofMinutes(15));
    owner.ingester().dropFlushed();
    assertEquals(1, owner.ingester().head().rowCount());
    clock.advance(Duration.ofMillis(1));
    owner.ingester().dropFlushed();
    assertEquals(0, owner.ingester().head().rowCount());
    assertEquals(1, owner.ingester().status().oldestOffset());
    assertEquals(1, points(owner, SampleLog.series("node_metric_0", 1)).size());
  }
}
