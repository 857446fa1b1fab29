package dev.weir.sink;

import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import dev.weir.schemas.MemberState;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that reads Kafka and owns all heads of this process.
///
/// It shares the partitions with other sinks through a consumer group. A partition is held back
/// until it is open (its chain's end found); one that goes to another owner is still served for a
/// while.
final class SinkWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkWorker.class);

  private static final Duration POLL = Duration.ofMillis(100);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);

  /// As much of a stack trace as a dead letter names.
  private static final int MAX_TRACE = 4_000;

  private final SinkSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final SinkMetrics metrics;
  private final InstantSource clock;
  private final Runnable changed;
  private final Thread thread;

  private final HeldPartitions held;
  private final Opening opening;
  private final LogProbe probe;
  private final Flushes flushes;
  private final FlushRequests requests;
  private final MemoryBound memory;
  private long nextTickMillis;

  private volatile boolean closing;
  private volatile boolean replayed;
  private final CompletableFuture<WeirException> failure = new CompletableFuture<>();

  /// @param changed called, by the worker's thread, when other partitions are served than before,
  ///   and when the sink becomes ready
  SinkWorker(
      SinkSettings settings,
      Consumer<byte[], byte[]> consumer,
      PartitionOpener opener,
      BlockFlusher flusher,
      LocalStorageNode node,
      SinkMetrics metrics,
      InstantSource clock,
      Runnable changed) {
    this.settings = settings;
    this.consumer = consumer;
    this.metrics = metrics;
    this.clock = clock;
    this.changed = changed;
    this.thread = Thread.ofPlatform().name("sink").unstarted(this::run);
    this.held = new HeldPartitions(node, metrics, changed);
    this.opening = new Opening(consumer, opener, held, clock);
    this.probe = new LogProbe(consumer, held);
    this.flushes = new Flushes(consumer, flusher, held, metrics);
    this.requests = new FlushRequests(consumer, held);
    this.memory = new MemoryBound(consumer, held, flushes, settings.maxHeadBytes());
  }

  void start() {
    thread.start();
  }

  /// Completes when everything that the logs hold now is in blocks. May be called by any thread.
  CompletionStage<Void> flush() {
    return requests.ask();
  }

  /// Whether everything is served that the log held when the partitions that the group gave first
  /// were opened, and reading goes on. Partitions that come later change nothing: who had them
  /// before serves them meanwhile.
  boolean isReady() {
    return replayed && !failure.isDone() && thread.isAlive();
  }

  /// Whether this sink has a partition, and has it open. May be called by any thread.
  boolean owns(TopicPartition partition) {
    return held.owns(partition) && thread.isAlive();
  }

  /// What other members are told; nothing once the worker has failed, so that they take the sink
  /// for dead. May be called by any thread.
  Optional<MemberState.Phase> phase() {
    if (failure.isDone()) {
      return Optional.empty();
    }
    return Optional.of(isReady() ? MemberState.Phase.SERVING : MemberState.Phase.STARTING);
  }

  /// Completes when the worker ends by itself: the sink reads no more.
  CompletionStage<WeirException> failure() {
    return failure.minimalCompletionStage();
  }

  private void run() {
    try {
      consumer.subscribe(settings.topics(), new Rebalances());
      while (!closing) {
        iterate();
      }
      flushes.finishWithin(settings.stopTimeout());
    } catch (RuntimeException | Error e) {
      LOG.error("the sink stopped reading: {}", e.getMessage(), e);
      failure.complete(
          e instanceof WeirException foreseen
              ? foreseen
              : new WeirException.Internal("the sink stopped reading: " + e, e));
    } finally {
      closeConsumer();
    }
  }

  private void iterate() {
    try {
      poll();
      opening.run();
      noteReplayed();
      resume();
      probe.run(clock.millis());
      requests.run();
      flushes.run();
      tick();
    } catch (WakeupException e) {
      if (!closing) {
        LOG.debug("woken up without being closed", e);
      }
    } catch (FencedInstanceIdException e) {
      throw new WeirException.BadData(
          "another sink of group \"%s\" runs under the name of this one; names are made of host name"
                  .formatted(settings.groupId())
              + " and port, so give each sink a port of its own",
          e);
    } catch (InterruptException e) {
      throw new WeirException.Internal("the sink's thread was interrupted", e);
    } catch (KafkaException e) {
      LOG.warn("Kafka: {}; trying again in {}", e.getMessage(), FAILURE_PAUSE, e);
      LockSupport.parkNanos(FAILURE_PAUSE.toNanos());
    }
  }

  private void poll() {
    ConsumerRecords<byte[], byte[]> records;
    try {
      records = consumer.poll(POLL);
    } catch (OffsetOutOfRangeException e) {
      e.offsetOutOfRangePartitions().forEach(this::outOfRange);
      return;
    }
    for (TopicPartition partition : records.partitions()) {
      AssignedPartition from = held.get(partition);
      PartitionIngester ingester = from == null ? null : from.ingester();
      if (from != null && ingester != null && from.isReading()) {
        read(from, ingester, records.records(partition));
      }
    }
    for (AssignedPartition one : held.assigned()) {
      PartitionIngester ingester = one.ingester();
      if (ingester != null && one.isReading()) {
        ingester.endBatch(consumer.position(one.partition()));
      }
    }
  }

  private void read(
      AssignedPartition from,
      PartitionIngester ingester,
      List<ConsumerRecord<byte[], byte[]>> records) {
    for (ConsumerRecord<byte[], byte[]> consumed : records) {
      try {
        ingester.read(consumed);
      } catch (WakeupException | InterruptException e) {
        throw e;
      } catch (WeirException.Unavailable e) {
        Duration wait = from.failed();
        LOG.warn(
            "{}: offset {} cannot be read now, trying again in {}: {}",
            from.partition(),
            consumed.offset(),
            DurationText.format(wait.toMillis()),
            e.getMessage());
        consumer.seek(from.partition(), consumed.offset());
        consumer.pause(Set.of(from.partition()));
        from.holdUntil(clock.millis() + wait.toMillis());
        return;
      } catch (RuntimeException e) {
        // Whatever it is, it is about this record, and the next may do better.
        LOG.error("{}: offset {}: a bug in Weir", from.partition(), consumed.offset(), e);
        ingester.deadLetter(
            consumed.offset(),
            consumed.timestamp(),
            consumed.value() == null ? new byte[0] : consumed.value(),
            "internal error: " + trace(e));
      }
    }
  }

  private static String trace(RuntimeException e) {
    StringWriter trace = new StringWriter();
    e.printStackTrace(new PrintWriter(trace));
    return trace.getBuffer().substring(0, Math.min(trace.getBuffer().length(), MAX_TRACE));
  }

  private void outOfRange(TopicPartition partition, long offset) {
    AssignedPartition one = held.get(partition);
    PartitionIngester ingester = one == null ? null : one.ingester();
    consumer.pause(Set.of(partition));
    if (ingester != null) {
      String why =
          "%s has no offset %d any more: retention deleted it before it was read; restart the sink"
                  .formatted(partition, offset)
              + " with storage.accept_hole to go on where the log begins";
      LOG.error(why);
      ingester.stop(why);
    }
  }

  private void noteReplayed() {
    if (!replayed && held.areReplayed()) {
      replayed = true;
      changed.run();
    }
  }

  /// Lets read what is open, has no trouble and is not held; unless memory is full.
  private void resume() {
    if (memory.isFull()) {
      return;
    }
    long now = clock.millis();
    List<TopicPartition> ready = new ArrayList<>();
    for (TopicPartition partition : consumer.paused()) {
      AssignedPartition one = held.get(partition);
      if (one != null && one.isReading() && !one.isHeld(now)) {
        ready.add(partition);
      }
    }
    if (!ready.isEmpty()) {
      consumer.resume(ready);
    }
  }

  /// What is done once a second.
  private void tick() {
    long now = clock.millis();
    if (now < nextTickMillis) {
      return;
    }
    nextTickMillis = now + TICK.toMillis();
    for (AssignedPartition one : held.all()) {
      PartitionIngester ingester = one.ingester();
      if (ingester != null) {
        ingester.dropFlushed();
        metrics.of(one.partition().topic()).staleEpoch(one.newStaleEpochRows());
        metrics.show(ingester, one.logStart(), one.logEnd());
      }
    }
    held.retire(now, settings.serveAfterLeaving());
    memory.keep();
  }

  private void closeConsumer() {
    try {
      consumer.close(
          CloseOptions.timeout(CLOSE_TIMEOUT)
              .withGroupMembershipOperation(CloseOptions.GroupMembershipOperation.LEAVE_GROUP));
    } catch (KafkaException e) {
      LOG.warn("the consumer did not close: {}", e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    closing = true;
    if (thread.getState() == Thread.State.NEW) {
      closeConsumer();
      return;
    }
    consumer.wakeup();
    try {
      thread.join(settings.stopTimeout().plus(CLOSE_TIMEOUT).plus(CLOSE_TIMEOUT));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /// Called within [Consumer#poll], by the worker's thread.
  private final class Rebalances implements ConsumerRebalanceListener {
    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // A position of its own, so that nobody looks for a committed one; it is not read from.
      partitions.forEach(partition -> consumer.seek(partition, 0));
      consumer.pause(partitions);
      held.assign(partitions);
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        if (held.leave(partition, clock.millis())) {
          LOG.info("{} goes to another owner; serving it meanwhile", partition);
        }
      }
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      onPartitionsRevoked(partitions);
    }
  }
}
