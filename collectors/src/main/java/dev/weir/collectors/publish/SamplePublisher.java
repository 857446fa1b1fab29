package dev.weir.collectors.publish;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.publish.PublishMetrics.Drop;
import dev.weir.model.CountText;
import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.wire.RecordWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends rows to `weir.samples`, in the order in which they were given.
///
/// Design: rows wait in a [RowBuffer]; one thread takes them, decides whether the layout goes
/// along, encodes them and hands them to Kafka's producer. While Kafka is away, the producer tries
/// again for as long as it takes (idempotent, so that nothing is doubled or overtaken) until its
/// own memory is full; then the thread waits in it, and the buffer fills. So whether a layout was
/// acknowledged is looked at late, and at most the producer's memory holds layouts twice.
public final class SamplePublisher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SamplePublisher.class);

  private static final long LOG_INTERVAL_NANOS = Duration.ofSeconds(30).toNanos();

  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(5);

  private final Producer<byte[], byte[]> producer;
  private final RecordWriter<SampleRecord> writer;
  private final LayoutPublisher layouts;
  private final PublishMetrics metrics;
  private final RowBuffer buffer;
  private final Thread thread;
  private final AtomicLong lastDropLogNanos;
  private final AtomicLong droppedSinceLog = new AtomicLong();
  private volatile boolean closed;
  private volatile boolean stopped;

  /// @param producer of this publisher alone; it is closed with it
  /// @param bufferBytes memory for rows that wait
  public SamplePublisher(
      Producer<byte[], byte[]> producer,
      RecordWriter<SampleRecord> writer,
      LayoutPublisher layouts,
      long bufferBytes,
      PrometheusRegistry registry) {
    this.producer = requireNonNull(producer, "producer");
    this.writer = requireNonNull(writer, "writer");
    this.layouts = requireNonNull(layouts, "layouts");
    this.metrics = new PublishMetrics(registry);
    this.buffer = new RowBuffer(bufferBytes);
    this.thread = Thread.ofPlatform().name("sample-publisher").unstarted(this::run);
    this.lastDropLogNanos = new AtomicLong(System.nanoTime() - LOG_INTERVAL_NANOS);
    metrics.watch(buffer);
  }

  public void start() {
    thread.start();
  }

  /// Takes rows that were scraped. Never waits; if there is no room, the oldest scraped rows are
  /// dropped, counted and logged.
  public void scraped(List<OutgoingRows> rows) {
    for (OutgoingRows part : rows) {
      for (OutgoingRows dropped : buffer.offerScraped(part, System.nanoTime())) {
        dropped(dropped, Drop.BUFFER_FULL, "the buffer (collector.buffer_bytes) is full");
      }
    }
  }

  /// Takes rows that somebody pushes and keeps until they are delivered.
  ///
  /// @return done when Kafka has them all for good; failed with a [WeirException] if it has not.
  ///   Cancelling it takes back what was not sent yet
  /// @throws WeirException.Unavailable if there is no room
  public CompletableFuture<Void> pushed(List<OutgoingRows> rows) {
    CompletableFuture<Void> delivery = buffer.offerPushed(rows, System.nanoTime());
    if (delivery == null || closed) {
      throw new WeirException.Unavailable(
          closed
              ? "this collector is stopping; send to another, or try again later"
              : "the buffer (collector.buffer_bytes) is full because Kafka does not keep up; try"
                  + " again later");
    }
    return delivery;
  }

  private void run() {
    try {
      while (!stopped) {
        RowBuffer.Waiting next = buffer.take();
        try {
          send(next);
        } finally {
          buffer.sent();
        }
      }
    } catch (InterruptedException | InterruptException e) {
      log.debug("publisher stops", e);
    }
  }

  private void send(RowBuffer.Waiting waiting) {
    OutgoingRows outgoing = waiting.rows();
    try {
      LayoutPublisher.Publication publication =
          layouts.prepare(
              outgoing.rows().group(),
              outgoing.rows().layout(),
              outgoing.rows().rows(),
              outgoing.epoch(),
              outgoing.nextDueMillis());
      byte[] value = writer.write(publication.sampleRecord());
      byte[] key = RecordKeys.of(outgoing.rows().group().partitionKey());
      // The callback hears of the outcome.
      var _ =
          producer.send(
              new ProducerRecord<>(Topics.SAMPLES, key, value),
              (_, problem) -> {
                if (problem == null) {
                  acknowledged(waiting, publication, value.length);
                } else {
                  refused(waiting, problem);
                }
              });
    } catch (InterruptException e) {
      refused(waiting, e);
      throw e;
    } catch (RuntimeException e) {
      // These rows cannot be sent, whatever it is; the thread goes on with the next.
      refused(waiting, e);
    }
  }

  private void acknowledged(
      RowBuffer.Waiting waiting, LayoutPublisher.Publication publication, int bytes) {
    publication.acknowledged();
    metrics.acknowledged(
        waiting.rows(),
        bytes,
        publication.sampleRecord().layout().isPresent(),
        System.nanoTime() - waiting.offeredNanos());
    CompletableFuture<Void> delivery = waiting.delivery();
    if (delivery != null) {
      delivery.complete(null);
    }
  }

  private void refused(RowBuffer.Waiting waiting, Exception problem) {
    CompletableFuture<Void> delivery = waiting.delivery();
    if (delivery == null) {
      Drop reason = closed ? Drop.STOPPED : Drop.REFUSED;
      dropped(waiting.rows(), reason, "Kafka refused them: " + problem.getMessage());
      return;
    }
    delivery.completeExceptionally(
        closed || problem instanceof RetriableException || problem instanceof InterruptException
            ? new WeirException.Unavailable(
                closed
                    // A producer that is closed says of what it had that it was closed.
                    ? "this collector stops, and Kafka has not taken the samples; send to another, or try again later"
                    : "Kafka did not take the samples (%s); try again later"
                        .formatted(problem.getMessage()),
                problem)
            : new WeirException.Internal(
                "Kafka refused the samples of %s: %s"
                    .formatted(waiting.rows().rows().group(), problem.getMessage()),
                problem));
  }

  private void dropped(OutgoingRows rows, Drop reason, String why) {
    metrics.dropped(rows, reason);
    long count = droppedSinceLog.addAndGet(rows.rows().rows().size());
    long now = System.nanoTime();
    long last = lastDropLogNanos.get();
    if (now - last >= LOG_INTERVAL_NANOS && lastDropLogNanos.compareAndSet(last, now)) {
      droppedSinceLog.addAndGet(-count);
      log.warn("{} lost, the last of {}: {}", CountText.of(count, "row"), rows.rows().group(), why);
    }
  }

  /// Nobody will send what still waits.
  private void giveUp() {
    for (RowBuffer.Waiting waiting : buffer.drain()) {
      if (waiting.delivery() == null) {
        dropped(waiting.rows(), Drop.STOPPED, "this collector stops");
      } else {
        waiting
            .delivery()
            .completeExceptionally(
                new WeirException.Unavailable("this collector stops; try again later"));
      }
    }
  }

  /// Whether rows are being sent.
  public boolean isRunning() {
    return thread.isAlive();
  }

  /// Memory of the rows that wait to be handed to the producer.
  public long bufferedBytes() {
    return buffer.bytes();
  }

  /// Sends what waits, as far as Kafka takes it in time, and stops. Rows that are not sent then are
  /// lost and counted.
  public void close(Duration timeout) {
    closed = true;
    long deadline = System.nanoTime() + timeout.toNanos();
    boolean started = thread.isAlive();
    try {
      if (started && !buffer.awaitDrained(timeout.toNanos())) {
        log.warn(
            "{} could not be sent within {}",
            CountText.of(buffer.size(), "record"),
            DurationText.format(timeout.toMillis()));
      }
      stopped = true;
      producer.close(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
      thread.interrupt();
      if (started && !thread.join(JOIN_TIMEOUT)) {
        log.error("the thread that publishes samples does not stop");
      }
      giveUp();
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    close(Duration.ofSeconds(10));
  }
}
