package dev.weir.sink;

import dev.weir.blocks.node.NodeStatus;
import dev.weir.blocks.node.StorageNode;
import dev.weir.schemas.MemberState;
import dev.weir.schemas.wire.RecordWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the other members, again and again, that this sink is alive, where it is, and how far it
/// has come. A sink that stops in order takes its entry away.
final class Membership implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Membership.class);

  private static final Duration INTERVAL = Duration.ofSeconds(2);
  private static final Duration FAREWELL_TIMEOUT = Duration.ofSeconds(3);

  private final String topic;
  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<MemberState> writer;
  private final StorageNode node;
  private final Supplier<Optional<MemberState.Phase>> phase;
  private final String address;
  private final String software;
  private final InstantSource clock;
  private final Instant started;
  private final ScheduledExecutorService executor =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("sink-membership").daemon().factory());

  /// @param phase the sink's; if it has none any more, nothing is announced
  /// @param address base URL where members reach this process
  Membership(
      String topic,
      Producer<byte[], byte[]> producer,
      RecordWriter<MemberState> writer,
      StorageNode node,
      Supplier<Optional<MemberState.Phase>> phase,
      String address,
      String software,
      InstantSource clock) {
    this.topic = topic;
    this.producer = producer;
    this.writer = writer;
    this.node = node;
    this.phase = phase;
    this.address = address;
    this.software = software;
    this.clock = clock;
    this.started = clock.instant();
  }

  void start() {
    var _ =
        executor.scheduleWithFixedDelay(
            this::announce, 0, INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Announces what has changed without waiting for the next time. Returns at once.
  void announceSoon() {
    try {
      executor.execute(this::announce);
    } catch (RejectedExecutionException e) {
      LOG.debug("the sink is stopping; what changed is not announced", e);
    }
  }

  private void announce() {
    try {
      Optional<MemberState.Phase> current = phase.get();
      if (current.isEmpty()) {
        return;
      }
      MemberState state = state(current.get());
      var _ =
          producer.send(
              new ProducerRecord<>(topic, state.key(), writer.write(state)),
              (_, e) -> {
                if (e != null) {
                  LOG.warn("the sink could not announce itself: {}", e.getMessage());
                }
              });
    } catch (RuntimeException e) {
      // Whatever it is, the next time may do better; thrown, it would be the last time.
      LOG.warn("the sink could not announce itself: {}", e.getMessage(), e);
    }
  }

  MemberState state(MemberState.Phase phase) {
    NodeStatus status = node.status();
    List<MemberState.ServedPartition> partitions = new ArrayList<>();
    for (NodeStatus.PartitionStatus partition : status.partitions()) {
      partitions.add(
          new MemberState.ServedPartition(
              partition.topic(),
              partition.partition(),
              partition.state() != NodeStatus.PartitionState.LEAVING,
              partition.oldestOffset(),
              partition.endOffset(),
              partition.chainEndOffset(),
              partition.readToMillis() == Long.MIN_VALUE
                  ? OptionalLong.empty()
                  : OptionalLong.of(partition.readToMillis())));
    }
    return new MemberState(
        MemberState.Role.SINK,
        status.name(),
        address,
        software,
        started,
        clock.instant(),
        phase,
        partitions);
  }

  /// Takes the entry away. The producer is still open.
  @Override
  public void close() {
    executor.shutdownNow();
    try {
      executor.awaitTermination(FAREWELL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
      byte[] key = state(MemberState.Phase.LEAVING).key();
      producer
          .send(new ProducerRecord<>(topic, key, null))
          .get(FAREWELL_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (KafkaException
        | java.util.concurrent.ExecutionException
        | java.util.concurrent.TimeoutException e) {
      LOG.warn("the sink could not take its entry away; it goes stale: {}", e.getMessage());
    }
  }
}
