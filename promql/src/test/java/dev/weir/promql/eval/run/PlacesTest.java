package dev.weir.promql.eval.run;

import static java.util.Objects.requireNonNull;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.promql.query.Cancellation;
import dev.weir.testing.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two places, a time slice of 10 ns, and a clock that the test holds.
@Timeout(30)
class PlacesTest {
  private final AtomicLong now = new AtomicLong();
  private final Places places = new Places(2, 10, now::get);
  private final Cancellation nobody = new Cancellation();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    now.set(Long.MAX_VALUE / 2);
    threads.shutdownNow();
  }

  private CompletableFuture<Places.Turn> entering(Cancellation cancellation) {
    int waiting = places.waiting();
    CompletableFuture<Places.Turn> turn =
        CompletableFuture.supplyAsync(() -> places.enter(cancellation, 1_000), threads)
            .orTimeout(20, TimeUnit.SECONDS);
    Await.until(
        () -> turn.isDone() || places.waiting() > waiting,
        Duration.ofSeconds(10),
        () -> places.waiting() + " in line");
    return turn;
  }

  private CompletableFuture<Void> givingWay(Places.Turn turn) {
    return CompletableFuture.runAsync(() -> turn.giveWay(20), threads)
        .orTimeout(20, TimeUnit.SECONDS);
  }

  @Test
  void whoFindsNoPlaceWaitsUntilOneIsLeft() {
    Places.Turn first = places.enter(nobody, 1_000);
    places.enter(nobody, 1_000);
    CompletableFuture<Places.Turn> third = entering(nobody);
    assertEquals(1, places.waiting());

    first.close();
    third.join();
    assertEquals(2, places.running());
    assertEquals(0, places.waiting());
  }

  @Test
  void theLongestInLineIsNext() {
    Places.Turn first = places.enter(nobody, 1_000);
    places.enter(nobody, 1_000);
    CompletableFuture<Places.Turn> third = entering(nobody);
    CompletableFuture<Places.Turn> fourth = entering(nobody);

    first.close();
    third.join();
    assertFalse(fourth.isDone());
    third.join().close();
    fourth.join();
  }

  @Test
  void aPlaceIsLeftOnce() {
    Places.Turn turn = places.enter(nobody, 1_000);
    turn.close();
    turn.close();
    assertEquals(0, places.running());
  }

  @Test
  void whoWaitsTooLongTimesOut() {
    places.enter(nobody, 1_000);
    places.enter(nobody, 1_000);
    WeirException late =
        assertThrows(WeirException.TimedOut.class, () -> places.enter(nobody, now.get()));
    assertEquals("query timed out in query queue", late.getMessage());
    assertEquals(0, places.waiting());
  }

  @Test
  void whoIsCanceledLeavesTheLine() {
    places.enter(nobody, 1_000);
    places.enter(nobody, 1_000);
    Cancellation cancellation = new Cancellation();
    CompletableFuture<Places.Turn> third = entering(cancellation);
    cancellation.cancel();
    CompletionException failure = assertThrows(CompletionException.class, third::join);
    assertEquals(
        "query was canceled in query queue", requireNonNull(failure.getCause()).getMessage());
    assertEquals(0, places.waiting());
  }

  @Test
  void whoHasUsedUpItsTimeSliceStepsAsideForWhoWaits() {
    Places.Turn heavy = places.enter(nobody, 1_000);
    places.enter(nobody, 1_000);
    CompletableFuture<Places.Turn> cheap = entering(nobody);

    heavy.giveWay(9);
    assertFalse(cheap.isDone());
    CompletableFuture<Void> back = givingWay(heavy);
    cheap.join();
    assertFalse(back.isDone());
    cheap.join().close();
    back.join();
    assertEquals(2, places.running());
  }

  @Test
  void nobodyStepsAsideForNobody() {
    Places.Turn heavy = places.enter(nobody, 1_000);
    heavy.giveWay(500);
    assertEquals(1, places.running());
  }

  @Test
  void noMoreAreBegunThanThereArePlacesTwice() {
    Places.Turn first = places.enter(nobody, 1_000);
    Places.Turn second = places.enter(nobody, 1_000);
    CompletableFuture<Places.Turn> third = entering(nobody);
    CompletableFuture<Places.Turn> fourth = entering(nobody);
    CompletableFuture<Void> firstBack = givingWay(first);
    third.join();
    CompletableFuture<Void> secondBack = givingWay(second);
    fourth.join();

    // Two run and two have stepped aside: a fifth has to wait for one to end.
    CompletableFuture<Places.Turn> fifth = entering(nobody);
    CompletableFuture<Void> thirdBack = givingWay(third.join());
    firstBack.join();
    assertFalse(fifth.isDone());
    first.close();
    secondBack.join();
    fourth.join().close();
    fifth.join();
    second.close();
    thirdBack.join();
    assertEquals(2, places.running());
  }

  @Test
  void whoIsNotLetBackInTimeHasNoPlaceToLeave() {
    Places.Turn heavy = places.enter(nobody, 5);
    places.enter(nobody, 1_000);
    CompletableFuture<Places.Turn> cheap = entering(nobody);
    now.set(20);
    assertThrows(WeirException.TimedOut.class, () -> heavy.giveWay(20));
    heavy.close();
    cheap.join();
    assertEquals(2, places.running());
  }
}
