package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.RecordType;
import dev.weir.testing.Await;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.junit.jupiter.api.Test;

/// What becomes of a sink's thread when something goes wrong.
class SinkWorkerTest extends WorkerFixture {
  /// A record that cannot be read the first time, in a way that nobody foresaw.
  private static final class Odd extends ConsumerRecord<byte[], byte[]> {
    private boolean asked;

    Odd(ConsumerRecord<byte[], byte[]> of) {
      super(
          of.topic(),
          of.partition(),
          of.offset(),
          of.timestamp(),
          of.timestampType(),
          of.serializedKeySize(),
          of.serializedValueSize(),
          of.key(),
          of.value(),
          of.headers(),
          of.leaderEpoch());
    }

    @Override
    public byte[] value() {
      if (!asked) {
        asked = true;
        throw new ArithmeticException("too odd");
      }
      return super.value();
    }
  }

  private List<DeadLetter> letters() {
    return producer.history().stream()
        .map(sent -> RecordType.DEAD_LETTERS.reader(Optional.empty()).read(sent.value()))
        .toList();
  }

  private void bringFrom(long offset) {
    bring(Math.toIntExact(offset), log.records().size());
  }

  private WeirException awaitFailure() throws Exception {
    return worker.failure().toCompletableFuture().get(DEADLINE.toSeconds(), TimeUnit.SECONDS);
  }

  @Test
  void aDefectEndsTheSinkAndItSaysSo() throws Exception {
    fillLog();
    worker.start();
    assertEquals(Optional.of(MemberState.Phase.STARTING), worker.phase());
    assign(FIRST);
    bring(0, 5);
    Await.until(worker::isReady, DEADLINE, () -> "the sink to be ready");
    assertEquals(Optional.of(MemberState.Phase.SERVING), worker.phase());
    consumer.schedulePollTask(() -> {
      throw new IllegalStateException("no such state");
    });
    WeirException failure = awaitFailure();
    assertInstanceOf(WeirException.Internal.class, failure);
    assertEquals(
        "the sink stopped reading: java.lang.IllegalStateException: no such state",
        failure.getMessage());
    assertFalse(worker.isReady());
    assertEquals(Optional.empty(), worker.phase(), "nobody is told that it serves");
  }

  @Test
  void aSinkWhoseNameAnotherHasSaysWhatToDo() throws Exception {
    worker.start();
    consumer.schedulePollTask(() -> {
      throw new FencedInstanceIdException("fenced");
    });
    WeirException failure = awaitFailure();
    assertInstanceOf(WeirException.BadData.class, failure);
    assertEquals(
        "another sink of group \"weir-sink\" runs under the name of this one; names are made"
            + " of host name and port, so give each sink a port of its own",
        failure.getMessage());
  }

  @Test
  void theLagGrowsWhileNobodyReads() throws Exception {
    fillLog();
    worker.start();
    assign(FIRST);
    bring(0, 5);
    awaitReached(FIRST, 5);
    Await.until(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return !lags().isEmpty();
        },
        DEADLINE,
        () -> "a lag to be shown");
    consumer.schedulePollTask(() -> {
      throw new IllegalStateException("no such state");
    });
    awaitFailure();
    double before = lags().getFirst();
    clock.advance(Duration.ofMinutes(10));
    assertEquals(before + 600, lags().getFirst(), 1e-6);
  }

  private List<Double> lags() {
    return registry.scrape("weir_sink_lag_seconds"::equals).stream()
        .flatMap(metric -> ((GaugeSnapshot) metric).getDataPoints().stream())
        .map(GaugeSnapshot.GaugeDataPointSnapshot::getValue)
        .toList();
  }

  @Test
  void whateverARecordCausesIsItsDeadLetter() {
    fillLog();
    log.records().set(2, new Odd(log.records().get(2)));
    worker.start();
    assign(FIRST);
    bring(0, 5);
    awaitReached(FIRST, 5);
    assertFalse(worker.failure().toCompletableFuture().isDone());
    DeadLetter letter = letters().getFirst();
    assertEquals(2, letter.offset());
    assertTrue(
        letter.reason().startsWith("internal error: java.lang.ArithmeticException: too odd"),
        letter.reason());
    assertTrue(letter.reason().contains("SinkWorker.read"), letter.reason());
  }

  @Test
  void aDefectInOpeningIsTriedAgain() {
    fillLog();
    store.defect(new ArithmeticException("too odd"));
    worker.start();
    assign(FIRST, SECOND);
    bring(0, 5);
    Await.until(
        () -> consumer.assignment().contains(FIRST), DEADLINE, () -> "the partition to be there");
    store.defect(null);
    awaitReadyAsTimePasses();
    awaitReached(FIRST, 5);
  }

  @Test
  void recordsThatWaitForTheirLayoutAreGivenUpWhenMemoryIsFullAndNothingElseHelps() {
    log.bare(7, 3, 5);
    for (int i = 0; i < 200; i++) {
      log.scrape(1, 200, i);
      clock.advance(Duration.ofMillis(10));
    }
    log.whole(7, 3, 6);
    serveLog();
    worker = worker(Owner.settings(false, 100_000, 16 << 20));
    worker.start();
    assign(FIRST);
    bring(0, 201);
    Await.until(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return !letters().isEmpty();
        },
        DEADLINE,
        () -> "the parked record to be given up");
    assertEquals(0, letters().getFirst().offset());
    assertTrue(
        letters().getFirst().reason().endsWith("and memory is full of rows that come after it"),
        letters().getFirst().reason());
    Await.until(
        () -> {
          clock.advance(Duration.ofSeconds(1));
          return node.status().partitions().getFirst().chainEndOffset() == 201
              && consumer.paused().isEmpty();
        },
        DEADLINE,
        () -> "the rows to be in a block, and reading to go on: " + node.status());
    bring(201, 202);
    awaitReached(FIRST, 202);
  }

  @Test
  void aPartitionWaitsWhileItsDeadLettersAreNotTaken() {
    for (int i = 0; i < 40; i++) {
      log.append("{\"up\": 1}".getBytes(StandardCharsets.UTF_8));
    }
    serveLog();
    producer.sendException = new KafkaException("no room to send");
    worker = worker(Owner.settings(false, 1 << 24, 4_000));
    worker.start();
    assign(FIRST);
    bring(0, 40);
    Await.until(
        () ->
            consumer.paused().contains(FIRST)
                && node.status().partitions().stream()
                    .anyMatch(one -> one.endOffset() > 0 && one.endOffset() < 20),
        DEADLINE,
        () -> "reading to wait after some records: " + node.status());
    producer.sendException = null;
    Await.until(
        () -> {
          clock.advance(Duration.ofSeconds(64));
          bringFrom(consumer.position(FIRST));
          return node.status().partitions().getFirst().endOffset() == 40;
        },
        DEADLINE,
        () -> "reading to go on: " + node.status());
    assertEquals(40, letters().stream().map(DeadLetter::offset).distinct().count());
    assertFalse(worker.failure().toCompletableFuture().isDone());
  }
}
