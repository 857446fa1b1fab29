package dev.weir.collectors.publish;

import static java.util.Objects.requireNonNull;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends states to compacted topics. Of a key that waits to be sent, only the latest state counts,
/// so what waits is bounded by the number of keys, and by `maxWaiting`: beyond it the oldest are
/// dropped and counted. Safe for use by several threads.
public final class StatePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StatePublisher.class);

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(5);

  private record Key(String topic, ByteBuffer bytes) {}

  /// @param value null to delete
  /// @param lost called if it is not published
  private record State(Key key, byte @Nullable [] value, Runnable lost) {}

  private final Producer<byte[], byte[]> producer;
  private final int maxWaiting;
  private final Counter acknowledged;
  private final Counter failed;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Map<Key, State> waiting = new LinkedHashMap<>();
  private final Thread thread;
  private volatile boolean stopped;

  /// @param producer of this publisher alone; it is closed with it
  public StatePublisher(
      Producer<byte[], byte[]> producer, int maxWaiting, PrometheusRegistry registry) {
    this.producer = requireNonNull(producer, "producer");
    this.maxWaiting = maxWaiting;
    this.acknowledged =
        Counter.builder()
            .name("weir_collector_published_states_total")
            .help("States of targets and metadata that Kafka acknowledged, by topic.")
            .labelNames("topic")
            .register(registry);
    this.failed =
        Counter.builder()
            .name("weir_collector_lost_states_total")
            .help("States of targets and metadata that were lost, by topic.")
            .labelNames("topic")
            .register(registry);
    GaugeWithCallback.builder()
        .name("weir_collector_waiting_states")
        .help("States of targets and metadata that wait to be sent.")
        .callback(callback -> callback.call(waitingCount()))
        .register(registry);
    this.thread = Thread.ofPlatform().name("state-publisher").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  private int waitingCount() {
    lock.lock();
    try {
      return waiting.size();
    } finally {
      lock.unlock();
    }
  }

  /// Whether states are being sent.
  public boolean isRunning() {
    return thread.isAlive();
  }

  /// Sends a state, or deletes it if the value is null. Never waits.
  public void publish(String topic, byte[] key, byte @Nullable [] value) {
    publish(topic, key, value, () -> {});
  }

  /// Sends a state, or deletes it if the value is null. Never waits.
  ///
  /// @param lost called, by any thread, if it could not be published
  public void publish(String topic, byte[] key, byte @Nullable [] value, Runnable lost) {
    State state = new State(new Key(topic, ByteBuffer.wrap(key)), value, lost);
    lock.lock();
    try {
      waiting.remove(state.key());
      if (waiting.size() >= maxWaiting) {
        Iterator<State> oldest = waiting.values().iterator();
        lost(oldest.next(), "too many states wait");
        oldest.remove();
      }
      waiting.put(state.key(), state);
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void run() {
    try {
      while (!stopped) {
        send(take());
      }
    } catch (InterruptedException | InterruptException e) {
      log.debug("publisher stops", e);
    }
  }

  private State take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty()) {
        changed.await();
      }
      Iterator<State> oldest = waiting.values().iterator();
      State next = oldest.next();
      oldest.remove();
      changed.signalAll();
      return next;
    } finally {
      lock.unlock();
    }
  }

  private void send(State state) {
    String topic = state.key().topic();
    try {
      // The callback hears of the outcome.
      var _ =
          producer.send(
              new ProducerRecord<>(topic, state.key().bytes().array(), state.value()),
              (_, problem) -> {
                if (problem == null) {
                  acknowledged.labelValues(topic).inc();
                } else {
                  lost(state, String.valueOf(problem.getMessage()));
                }
              });
    } catch (InterruptException e) {
      throw e;
    } catch (RuntimeException e) {
      lost(state, String.valueOf(e.getMessage()));
    }
  }

  private void lost(State state, String why) {
    failed.labelValues(state.key().topic()).inc();
    state.lost().run();
    log.warn(
        "state {} of {} was not published: {}",
        new String(state.key().bytes().array(), StandardCharsets.UTF_8),
        state.key().topic(),
        why);
  }

  /// Sends what waits, as far as Kafka takes it in time, and stops.
  public void close(Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try {
      if (thread.isAlive()) {
        awaitEmpty(deadline);
      }
      stopped = true;
      producer.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      boolean started = thread.isAlive();
      thread.interrupt();
      if (started && !thread.join(JOIN_TIMEOUT)) {
        log.error("the thread that publishes states does not stop");
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  private void awaitEmpty(long deadline) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long remaining = deadline - System.nanoTime();
      while (!waiting.isEmpty() && remaining > 0) {
        remaining = changed.awaitNanos(remaining);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(5));
  }
}
