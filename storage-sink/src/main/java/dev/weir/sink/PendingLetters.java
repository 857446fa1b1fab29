package dev.weir.sink;

import dev.weir.model.WeirException;
import dev.weir.schemas.DeadLetter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// Dead letters of one partition that Kafka has not acknowledged yet, one an offset. No block
/// covers a record before its dead letter is acknowledged. Safe for use by several threads.
///
/// Adding a letter never fails and never waits for an acknowledgement, because by then the record
/// has left all other places. Whoever reads asks for room before ([#checkRoom]); one record can
/// give up many that were parked, so what is pending may be more than the bound by what may be
/// parked.
final class PendingLetters {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /// About what a letter takes beside its value.
  private static final int OVERHEAD_BYTES = 512;

  private final DeadLetterSender sender;
  private final long maxBytes;
  private final TreeMap<Long, Pending> pending = new TreeMap<>();
  private long bytes;

  private static final class Pending {
    private final DeadLetter letter;
    private volatile @Nullable Future<RecordMetadata> sent;

    Pending(DeadLetter letter) {
      this.letter = letter;
    }

    boolean isAcknowledged() {
      Future<RecordMetadata> answer = sent;
      return answer != null && answer.state() == Future.State.SUCCESS;
    }

    boolean isRefused() {
      Future<RecordMetadata> answer = sent;
      return answer == null || answer.state() == Future.State.FAILED;
    }

    long weight() {
      byte[] value = letter.value();
      return (long) OVERHEAD_BYTES + letter.reason().length() + (value == null ? 0 : value.length);
    }
  }

  /// @param maxBytes what the letters may take, about
  PendingLetters(DeadLetterSender sender, long maxBytes) {
    this.sender = sender;
    this.maxBytes = maxBytes;
  }

  /// Makes sure that there is room for a letter. If not, sends again what Kafka has refused.
  ///
  /// @throws WeirException.Unavailable if there is none yet
  void checkRoom() {
    List<Pending> refused;
    int waiting;
    synchronized (pending) {
      if (bytes < maxBytes) {
        return;
      }
      List.copyOf(pending.values()).stream().filter(Pending::isAcknowledged).forEach(this::remove);
      if (bytes < maxBytes) {
        return;
      }
      waiting = pending.size();
      refused = pending.values().stream().filter(Pending::isRefused).toList();
    }
    sendAgain(refused);
    throw new WeirException.Unavailable(
        "%d dead letters wait for Kafka to acknowledge them, and no more than %d bytes may"
            .formatted(waiting, maxBytes));
  }

  private void sendAgain(List<Pending> refused) {
    for (Pending one : refused) {
      try {
        one.sent = sender.send(one.letter);
      } catch (KafkaException e) {
        throw refused(one, e);
      }
    }
  }

  /// Drops what is acknowledged up to the first that is not.
  private void dropAcknowledged() {
    synchronized (pending) {
      while (!pending.isEmpty() && pending.firstEntry().getValue().isAcknowledged()) {
        bytes -= pending.pollFirstEntry().getValue().weight();
      }
    }
  }

  private void remove(Pending one) {
    synchronized (pending) {
      if (pending.remove(one.letter.offset(), one)) {
        bytes -= one.weight();
      }
    }
  }

  /// Sends a letter.
  void add(DeadLetter letter) {
    Pending added = new Pending(letter);
    synchronized (pending) {
      Pending before = pending.put(letter.offset(), added);
      bytes += added.weight() - (before == null ? 0 : before.weight());
      dropAcknowledged();
    }
    try {
      added.sent = sender.send(letter);
    } catch (KafkaException _) {
      // Stays pending without having been sent; awaiting it sends it again and reports why not.
      added.sent = null;
    }
  }

  /// Waits until every letter of records below an offset is acknowledged.
  ///
  /// @throws WeirException.Unavailable if Kafka does not take one; it is tried again next time
  void awaitBelow(long offset) {
    while (true) {
      Map.Entry<Long, Pending> lowest;
      synchronized (pending) {
        lowest = pending.firstEntry();
      }
      if (lowest == null || lowest.getKey() >= offset) {
        return;
      }
      await(lowest.getValue());
      remove(lowest.getValue());
    }
  }

  private void await(Pending one) {
    try {
      Future<RecordMetadata> sent = one.sent;
      if (sent == null) {
        sent = sender.send(one.letter);
        one.sent = sent;
      }
      sent.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | KafkaException e) {
      one.sent = null;
      throw refused(one, e);
    } catch (TimeoutException e) {
      throw refused(one, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw refused(one, e);
    }
  }

  private static WeirException refused(Pending one, Exception e) {
    return new WeirException.Unavailable(
        "the dead letter of %s is not acknowledged: %s".formatted(one.letter, e), e);
  }

  int size() {
    synchronized (pending) {
      dropAcknowledged();
      return pending.size();
    }
  }

  long bytes() {
    synchronized (pending) {
      return bytes;
    }
  }
}
