package dev.weir.sink;

import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.node.LocalStorageNode;
import dev.weir.model.WeirException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The thread that reads Kafka and owns all heads of this process.
///
/// It shares the partitions with other sinks through a consumer group. A partition is held back
/// until it is open (its chain's end found); one that goes to another owner is still served for a
/// while. The group's committed offsets are the chains' ends, for people to look at; nobody reads
/// them back.
final class SinkWorker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SinkWorker.class);

  private static final Duration POLL = Duration.ofMillis(100);

  /// How often the log's end is asked for, which is how an idle partition is known to be read to
  /// its end.
  private static final Duration PROBE_INTERVAL = Duration.ofMillis(200);

  private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration LOG_START_INTERVAL = Duration.ofSeconds(15);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration FAILURE_PAUSE = Duration.ofSeconds(1);

  /// Reading goes on when the heads are down to this part of what they may take.
  private static final double RESUME_AT = 0.9;

  private final SinkSettings settings;
  private final Consumer<byte[], byte[]> consumer;
  private final PartitionOpener opener;
  private final BlockFlusher flusher;
  private final LocalStorageNode node;
  private final SinkMetrics metrics;
  private final InstantSource clock;
  private final Runnable changed;
  private final Thread thread;

  private final Map<TopicPartition, AssignedPartition> assigned = new HashMap<>();
  private final List<AssignedPartition> leaving = new ArrayList<>();
  private boolean full;
  private long nextProbeMillis;
  private long nextLogStartMillis;
  private long nextTickMillis;

  private volatile boolean closing;
  private boolean joined;
  private volatile boolean replayed;
  private volatile Set<TopicPartition> owned = Set.of();
  private volatile @Nullable Throwable failure;

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
    this.opener = opener;
    this.flusher = flusher;
    this.node = node;
    this.metrics = metrics;
    this.clock = clock;
    this.changed = changed;
    this.thread = Thread.ofPlatform().name("sink").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /// Whether everything is served that the log held when the partitions that the group gave first
  /// were opened, and reading goes on. Partitions that come later change nothing: who had them
  /// before serves them meanwhile.
  boolean isReady() {
    return replayed && failure == null && thread.isAlive();
  }

  /// Whether this sink has a partition, and has it open. May be called by any thread.
  boolean owns(TopicPartition partition) {
    return owned.contains(partition) && thread.isAlive();
  }

  /// Why the worker ended by itself.
  @Nullable Throwable failure() {
    return failure;
  }

  private void run() {
    try {
      consumer.subscribe(settings.topics(), new Rebalances());
      while (!closing) {
        iterate();
      }
      flushBeforeStop();
    } catch (RuntimeException | Error e) {
      failure = e;
      LOG.error("the sink stopped reading: {}", e.getMessage(), e);
    } finally {
      closeConsumer();
    }
  }

  private void iterate() {
    try {
      poll();
      openAssigned();
      probeLogEnds();
      probeLogStarts();
      finishFlushes();
      startFlushes();
      tick();
    } catch (WakeupException e) {
      if (!closing) {
        LOG.debug("woken up without being closed", e);
      }
    } catch (FencedInstanceIdException e) {
      throw new WeirException.Internal(
          "another sink runs under the name of this one; give each its own data directory", e);
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
      AssignedPartition from = assigned.get(partition);
      PartitionIngester ingester = from == null ? null : from.ingester();
      if (from != null && ingester != null && from.isReading()) {
        read(from, ingester, records.records(partition));
      }
    }
    for (AssignedPartition one : assigned.values()) {
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
      } catch (WeirException.Unavailable e) {
        Duration wait = from.failed();
        LOG.warn(
            "{}: offset {} cannot be read now, trying again in {}: {}",
            from.partition(),
            consumed.offset(),
            wait,
            e.getMessage());
        consumer.seek(from.partition(), consumed.offset());
        consumer.pause(Set.of(from.partition()));
        from.holdUntil(clock.millis() + wait.toMillis());
        return;
      } catch (WeirException.Internal | IllegalArgumentException | IllegalStateException e) {
        LOG.error("{}: offset {}: a bug in Weir", from.partition(), consumed.offset(), e);
        ingester.deadLetter(
            consumed.offset(), consumed.timestamp(), consumed.value(), "internal error: " + e);
      }
    }
  }

  private void outOfRange(TopicPartition partition, long offset) {
    AssignedPartition one = assigned.get(partition);
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

  /// Opens partitions that were assigned, and takes up those that were held.
  private void openAssigned() {
    long now = clock.millis();
    for (AssignedPartition one : assigned.values()) {
      if (one.ingester() == null && !one.isHeld(now)) {
        open(one);
      }
    }
    resume();
    if (!replayed && joined && assigned.values().stream().allMatch(AssignedPartition::isReplayed)) {
      replayed = true;
      changed.run();
    }
  }

  private void open(AssignedPartition one) {
    Set<TopicPartition> partition = Set.of(one.partition());
    try {
      long start = only(consumer.beginningOffsets(partition, OPEN_TIMEOUT));
      long end = only(consumer.endOffsets(partition, OPEN_TIMEOUT));
      PartitionIngester ingester = opener.open(one.partition(), start, end);
      one.open(ingester, start, end);
      consumer.seek(one.partition(), ingester.chainEnd());
      node.serve(
          one.partition().topic(), one.partition().partition(), ingester.head(), ingester::status);
      if (!ingester.trouble().isEmpty()) {
        LOG.error(ingester.trouble());
      }
      showOwned();
    } catch (WeirException | KafkaException e) {
      if (e instanceof WakeupException) {
        throw e;
      }
      Duration wait = one.failed();
      LOG.warn(
          "{} cannot be opened, trying again in {}: {}", one.partition(), wait, e.getMessage(), e);
      one.holdUntil(clock.millis() + wait.toMillis());
    }
  }

  private void showOwned() {
    owned =
        assigned.values().stream()
            .filter(one -> one.ingester() != null)
            .map(AssignedPartition::partition)
            .collect(Collectors.toUnmodifiableSet());
    changed.run();
  }

  private static long only(Map<TopicPartition, Long> offsets) {
    return offsets.values().iterator().next();
  }

  /// Lets read what is open, has no trouble and is not held; unless memory is full.
  private void resume() {
    long now = clock.millis();
    List<TopicPartition> ready = new ArrayList<>();
    Set<TopicPartition> paused = consumer.paused();
    for (TopicPartition partition : paused) {
      AssignedPartition one = assigned.get(partition);
      if (!full && one != null && one.isReading() && !one.isHeld(now)) {
        ready.add(partition);
      }
    }
    if (!ready.isEmpty()) {
      consumer.resume(ready);
    }
  }

  private void probeLogEnds() {
    long now = clock.millis();
    if (now < nextProbeMillis) {
      return;
    }
    nextProbeMillis = now + PROBE_INTERVAL.toMillis();
    List<TopicPartition> reading = reading();
    if (reading.isEmpty()) {
      return;
    }
    try {
      consumer
          .endOffsets(reading, PROBE_TIMEOUT)
          .forEach((partition, end) -> {
            AssignedPartition one = assigned.get(partition);
            PartitionIngester ingester = one == null ? null : one.ingester();
            if (one != null && ingester != null) {
              one.logEnd(end);
              ingester.logEndedAt(end, now);
            }
          });
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      LOG.debug("the ends of the logs are not known", e);
    }
  }

  private List<TopicPartition> reading() {
    return assigned.values().stream()
        .filter(AssignedPartition::isReading)
        .map(AssignedPartition::partition)
        .toList();
  }

  private void probeLogStarts() {
    long now = clock.millis();
    if (now < nextLogStartMillis) {
      return;
    }
    nextLogStartMillis = now + LOG_START_INTERVAL.toMillis();
    try {
      consumer
          .beginningOffsets(reading(), PROBE_TIMEOUT)
          .forEach((partition, start) -> {
            AssignedPartition one = assigned.get(partition);
            if (one != null) {
              one.logStart(start);
            }
          });
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      LOG.debug("the starts of the logs are not known", e);
    }
  }

  private void startFlushes() {
    for (AssignedPartition one : assigned.values()) {
      PartitionIngester ingester = one.ingester();
      if (ingester != null && one.flush() == null) {
        PartitionIngester.Link link = ingester.nextLink();
        if (link != null) {
          one.flush(flusher.flush(ingester, link));
        }
      }
    }
  }

  private void finishFlushes() {
    assigned.values().forEach(this::finishFlush);
    leaving.forEach(this::finishFlush);
  }

  private void finishFlush(AssignedPartition one) {
    CompletableFuture<ChainPublisher.Published> flush = one.flush();
    PartitionIngester ingester = one.ingester();
    if (flush == null || ingester == null || !flush.isDone()) {
      return;
    }
    one.flush(null);
    try {
      switch (flush.join()) {
        case ChainPublisher.Published.Won won -> ingester.published(won.endOffset());
        case ChainPublisher.Published.Lost lost -> ingester.published(lost.endOffset());
      }
      one.succeeded();
      commit(one, ingester);
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      Duration wait = one.failed();
      ingester.failed(wait);
      metrics.of(one.partition().topic()).flushFailed();
      LOG.warn(
          "{}: rows from offset {} on cannot be put into a block, trying again in {}: {}",
          one.partition(),
          ingester.chainEnd(),
          wait,
          cause.getMessage(),
          cause);
    }
  }

  private void commit(AssignedPartition one, PartitionIngester ingester) {
    if (assigned.get(one.partition()) == one) {
      consumer.commitAsync(
          Map.of(one.partition(), new OffsetAndMetadata(ingester.chainEnd())),
          (offsets, e) -> {
            if (e != null) {
              LOG.debug("the hint {} was not committed", offsets, e);
            }
          });
    }
  }

  /// What is done once a second.
  private void tick() {
    long now = clock.millis();
    if (now < nextTickMillis) {
      return;
    }
    nextTickMillis = now + TICK.toMillis();
    for (AssignedPartition one : all()) {
      PartitionIngester ingester = one.ingester();
      if (ingester != null) {
        ingester.dropFlushed();
        metrics.of(one.partition().topic()).staleEpoch(one.newStaleEpochRows());
        metrics.show(ingester, one.logStart(), one.logEnd(), now);
      }
    }
    retireLeft(now);
    keepInMemory();
  }

  private List<AssignedPartition> all() {
    List<AssignedPartition> all = new ArrayList<>(assigned.values());
    all.addAll(leaving);
    return all;
  }

  private void retireLeft(long now) {
    Iterator<AssignedPartition> left = leaving.iterator();
    while (left.hasNext()) {
      AssignedPartition one = left.next();
      if (one.leftAtMillis() + settings.serveAfterLeaving().toMillis() <= now
          && one.flush() == null) {
        retire(one);
        left.remove();
      }
    }
  }

  private void retire(AssignedPartition one) {
    PartitionIngester ingester = one.ingester();
    if (ingester != null) {
      node.retire(one.partition().topic(), one.partition().partition(), ingester.head());
    }
    if (!assigned.containsKey(one.partition())) {
      metrics.forget(one.partition());
    }
  }

  /// Makes room when the heads take too much: first by rows that are in blocks, then by new blocks,
  /// while reading waits.
  private void keepInMemory() {
    if (headBytes() > settings.maxHeadBytes()) {
      for (AssignedPartition one : all()) {
        PartitionIngester ingester = one.ingester();
        if (ingester != null) {
          ingester.head().dropOldestFlushed();
        }
      }
    }
    long bytes = headBytes();
    if (bytes > settings.maxHeadBytes()) {
      leaving.forEach(this::retire);
      leaving.clear();
      for (AssignedPartition one : assigned.values()) {
        if (one.ingester() != null) {
          one.ingester().askForFlush();
        }
      }
      if (!full) {
        LOG.warn(
            "rows in memory take {} bytes of at most {}; reading waits until they are in blocks",
            bytes,
            settings.maxHeadBytes());
      }
      full = true;
      consumer.pause(consumer.assignment());
    } else if (full && bytes <= RESUME_AT * settings.maxHeadBytes()) {
      LOG.info("rows in memory take {} bytes; reading goes on", bytes);
      full = false;
    }
  }

  private long headBytes() {
    long bytes = 0;
    for (AssignedPartition one : all()) {
      bytes += one.ingester() == null ? 0 : one.ingester().head().bytes();
    }
    return bytes;
  }

  /// Puts what was read into blocks, as far as time allows; what is left is read again.
  private void flushBeforeStop() {
    long deadline = System.nanoTime() + settings.stopTimeout().toNanos();
    for (AssignedPartition one : assigned.values()) {
      if (one.ingester() != null) {
        one.ingester().askForFlush();
      }
    }
    while (System.nanoTime() < deadline) {
      finishFlushes();
      startFlushes();
      List<CompletableFuture<ChainPublisher.Published>> underWay = new ArrayList<>();
      for (AssignedPartition one : all()) {
        if (one.flush() != null) {
          underWay.add(one.flush());
        }
      }
      if (underWay.isEmpty()) {
        return;
      }
      CompletableFuture.anyOf(underWay.toArray(CompletableFuture[]::new))
          .exceptionally(e -> e)
          .completeOnTimeout(deadline, deadline - System.nanoTime(), TimeUnit.NANOSECONDS)
          .join();
    }
    LOG.info("stopping with rows that are in no block; they will be read from Kafka again");
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
      for (TopicPartition partition : partitions) {
        // A position of its own, so that nobody looks for a committed one; it is not read from.
        consumer.seek(partition, 0);
        assigned.put(partition, new AssignedPartition(partition));
      }
      consumer.pause(partitions);
      joined = true;
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      for (TopicPartition partition : partitions) {
        AssignedPartition one = assigned.remove(partition);
        if (one != null && one.ingester() != null) {
          LOG.info("{} goes to another owner; serving it meanwhile", partition);
          one.leave(clock.millis());
          leaving.add(one);
        }
      }
      showOwned();
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
      onPartitionsRevoked(partitions);
    }
  }
}
