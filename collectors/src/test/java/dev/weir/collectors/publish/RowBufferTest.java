package dev.weir.collectors.publish;

import static dev.weir.collectors.publish.Outgoing.BYTES;
import static dev.weir.collectors.publish.Outgoing.numberOf;
import static dev.weir.collectors.publish.Outgoing.pushed;
import static dev.weir.collectors.publish.Outgoing.scraped;
import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class RowBufferTest {
  @Test
  void layoutsThatOnlyWaitingRowsHoldCount() throws InterruptedException {
    RowBuffer buffer = new RowBuffer(100_000);
    int dropped = 0;
    for (int scrape = 1; scrape <= 1_000; scrape++) {
      dropped += buffer.offerScraped(Outgoing.ofNewSeries(scrape), 0).size();
      assertTrue(buffer.bytes() <= 100_000, "within the bound");
    }
    assertTrue(dropped > 700, "their labels take more than their values");
    while (buffer.size() > 0) {
      var _ = buffer.take();
    }
    assertEquals(0, buffer.bytes());
    for (int scrape = 1; scrape <= 5; scrape++) {
      buffer.offerScraped(Outgoing.scraped(scrape), 0);
      assertEquals(
          scrape * Outgoing.BYTES, buffer.bytes(), "a layout that its group keeps costs nothing");
    }
  }

  private static List<Integer> numbers(List<OutgoingRows> rows) {
    return rows.stream().map(Outgoing::numberOf).toList();
  }

  private static List<Integer> drained(RowBuffer buffer) {
    return buffer.drain().stream().map(waiting -> numberOf(waiting.rows())).toList();
  }

  @Test
  void whatIsTakenComesInTheOrderInWhichItWasOffered() throws InterruptedException {
    RowBuffer buffer = new RowBuffer(10 * BYTES);
    buffer.offerScraped(scraped(1), 0);
    assertNotNull(buffer.offerPushed(List.of(pushed(2), pushed(3)), 0));
    buffer.offerScraped(scraped(4), 0);
    List<Integer> taken = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      taken.add(numberOf(buffer.take().rows()));
    }
    assertEquals(List.of(1, 2, 3, 4), taken);
    assertEquals(0, buffer.bytes());
  }

  @Test
  void theOldestScrapedRowsMakeRoomForNewOnes() {
    RowBuffer buffer = new RowBuffer(3 * BYTES);
    for (int number = 1; number <= 3; number++) {
      assertEquals(List.of(), buffer.offerScraped(scraped(number), 0));
    }
    assertEquals(List.of(1), numbers(buffer.offerScraped(scraped(4), 0)));
    assertEquals(List.of(2), numbers(buffer.offerScraped(scraped(5), 0)));
    assertEquals(3 * BYTES, buffer.bytes());
    assertEquals(List.of(3, 4, 5), drained(buffer));
  }

  @Test
  void rowsThatAreLargerThanTheBufferAreDroppedThemselves() {
    RowBuffer buffer = new RowBuffer(BYTES - 1);
    assertEquals(List.of(1), numbers(buffer.offerScraped(scraped(1), 0)));
    assertEquals(0, buffer.size());
  }

  @Test
  void pushedRowsAreNotDroppedForScrapedOnes() {
    RowBuffer buffer = new RowBuffer(3 * BYTES);
    CompletableFuture<Void> delivery = requireNonNull(buffer.offerPushed(List.of(pushed(1)), 0));
    buffer.offerScraped(scraped(2), 0);
    buffer.offerScraped(scraped(3), 0);
    assertEquals(List.of(2), numbers(buffer.offerScraped(scraped(4), 0)));
    assertFalse(delivery.isDone());
    assertEquals(List.of(1, 3, 4), drained(buffer));
  }

  @Test
  void pushedRowsLeaveHalfOfTheBufferToScrapedOnes() {
    RowBuffer buffer = new RowBuffer(4 * BYTES);
    assertNotNull(buffer.offerPushed(List.of(pushed(1), pushed(2)), 0));
    assertNull(buffer.offerPushed(List.of(pushed(3)), 0));
    assertEquals(List.of(), buffer.offerScraped(scraped(4), 0));
    assertEquals(List.of(), buffer.offerScraped(scraped(5), 0));
    assertEquals(List.of(4), numbers(buffer.offerScraped(scraped(6), 0)));
  }

  @Test
  void ofPushedRowsAllAreTakenOrNone() {
    RowBuffer buffer = new RowBuffer(4 * BYTES);
    for (int number = 1; number <= 3; number++) {
      buffer.offerScraped(scraped(number), 0);
    }
    assertNull(buffer.offerPushed(List.of(pushed(4), pushed(5)), 0));
    assertEquals(List.of(1, 2, 3), drained(buffer));
  }

  @Test
  void aPushThatNeverFitsIsTheSendersFault() {
    RowBuffer buffer = new RowBuffer(4 * BYTES);
    WeirException problem =
        assertThrows(
            WeirException.LimitExceeded.class,
            () -> buffer.offerPushed(List.of(pushed(1), pushed(2), pushed(3)), 0));
    assertEquals(
        ("the rows of the request take %d bytes in memory, and all that are pushed may take %d (half"
                + " of collector.buffer_bytes); send smaller requests, or raise the limit")
            .formatted(3 * BYTES, 2 * BYTES),
        problem.getMessage());
  }

  @Test
  void whoGivesUpWaitingTakesBackWhatWasNotTaken() throws InterruptedException {
    RowBuffer buffer = new RowBuffer(8 * BYTES);
    CompletableFuture<Void> delivery =
        requireNonNull(buffer.offerPushed(List.of(pushed(1), pushed(2)), 0));
    buffer.offerScraped(scraped(3), 0);
    assertEquals(1, numberOf(buffer.take().rows()));
    delivery.cancel(false);
    assertEquals(BYTES, buffer.bytes());
    assertNotNull(buffer.offerPushed(List.of(pushed(4), pushed(5), pushed(6), pushed(7)), 0));
    assertEquals(List.of(3, 4, 5, 6, 7), drained(buffer));
  }

  @Test
  void isDrainedWhenWhatWasTakenIsHandedOver() throws InterruptedException {
    RowBuffer buffer = new RowBuffer(8 * BYTES);
    assertTrue(buffer.awaitDrained(0));
    buffer.offerScraped(scraped(1), 0);
    assertFalse(buffer.awaitDrained(1));
    buffer.take();
    assertFalse(buffer.awaitDrained(1));
    buffer.sent();
    assertTrue(buffer.awaitDrained(0));
  }

  @Test
  void saysHowLongTheOldestRowsWait() throws InterruptedException {
    RowBuffer buffer = new RowBuffer(8 * BYTES);
    assertEquals(9, buffer.oldestNanos(9));
    buffer.offerScraped(scraped(1), 3);
    buffer.offerScraped(scraped(2), 5);
    assertEquals(3, buffer.oldestNanos(9));
    buffer.take();
    assertEquals(5, buffer.oldestNanos(9));
  }

  /// Whatever is offered is taken, dropped, taken back or still there, once; what is taken is in
  /// order; and the memory is never more than it may be.
  @Property(tries = 500)
  void nothingIsLostInSilence(@ForAll long seed, @ForAll @IntRange(min = 1, max = 12) int room)
      throws InterruptedException {
    Random random = new Random(seed);
    RowBuffer buffer = new RowBuffer(room * BYTES);
    Set<Integer> open = new HashSet<>();
    List<CompletableFuture<Void>> deliveries = new ArrayList<>();
    List<List<Integer>> pushes = new ArrayList<>();
    int next = 0;
    int lastTaken = -1;
    for (int step = 0; step < 200; step++) {
      switch (random.nextInt(4)) {
        case 0 -> {
          open.add(next);
          for (OutgoingRows dropped : buffer.offerScraped(scraped(next), 0)) {
            assertTrue(open.remove(numberOf(dropped)));
          }
          next++;
        }
        case 1 -> {
          List<Integer> numbers =
              IntStream.range(next, next + 1 + random.nextInt(Math.max(1, room / 2)))
                  .boxed()
                  .toList();
          if (room >= 2) {
            CompletableFuture<Void> delivery =
                buffer.offerPushed(numbers.stream().map(Outgoing::pushed).toList(), 0);
            if (delivery != null) {
              open.addAll(numbers);
              deliveries.add(delivery);
              pushes.add(numbers);
            }
            next += numbers.size();
          }
        }
        case 2 -> {
          if (buffer.size() > 0) {
            int taken = numberOf(buffer.take().rows());
            buffer.sent();
            assertTrue(taken > lastTaken);
            assertTrue(open.remove(taken));
            lastTaken = taken;
          }
        }
        default -> {
          if (!deliveries.isEmpty()) {
            int given = random.nextInt(deliveries.size());
            deliveries.remove(given).cancel(false);
            open.removeAll(pushes.remove(given));
          }
        }
      }
      assertTrue(buffer.bytes() <= room * BYTES);
      assertEquals(open.size(), buffer.size());
    }
    assertEquals(open, new HashSet<>(drained(buffer)));
  }
}
