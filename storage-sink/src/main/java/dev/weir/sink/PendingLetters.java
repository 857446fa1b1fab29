package dev.weir.sink;

import dev.weir.model.WeirException;
import dev.weir.schemas.DeadLetter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/// Dead letters of one partition that Kafka has not acknowledged yet. No block covers a record
/// before its dead letter is acknowledged. Safe for use by several threads.
final class PendingLetters {
  /// More wait for Kafka; whoever adds the next waits with them.
  private static final int MAX_PENDING = 1_000;

  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  private final DeadLetterSender sender;
  private final Deque<Pending> pending = new ArrayDeque<>();

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
  }

  PendingLetters(DeadLetterSender sender) {
    this.sender = sender;
  }

  /// Sends a letter.
  ///
  /// @throws WeirException.Unavailable if too many wait and Kafka does not answer
  void add(DeadLetter letter) {
    Pending added = new Pending(letter);
    int waiting;
    synchronized (pending) {
      pending.removeIf(Pending::isAcknowledged);
      pending.addLast(added);
      waiting = pending.size();
    }
    try {
      added.sent = sender.send(letter);
    } catch (KafkaException _) {
      // Stays pending without having been sent; awaiting it sends it again and reports why not.
      added.sent = null;
    }
    if (waiting > MAX_PENDING) {
      awaitOldest();
    }
  }

  private void awaitOldest() {
    Pending oldest;
    synchronized (pending) {
      oldest = pending.peekFirst();
    }
    if (oldest != null) {
      await(oldest);
      synchronized (pending) {
        pending.remove(oldest);
      }
    }
  }

  /// Waits until every letter of records below an offset is acknowledged.
  ///
  /// @throws WeirException.Unavailable if Kafka does not take one; it is tried again next time
  void awaitBelow(long offset) {
    while (true) {
      Pending next = null;
      synchronized (pending) {
        for (Pending one : pending) {
          if (one.letter.offset() < offset) {
            next = one;
            break;
          }
        }
      }
      if (next == null) {
        return;
      }
      await(next);
      synchronized (pending) {
        pending.remove(next);
      }
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
      return pending.size();
    }
  }
}
