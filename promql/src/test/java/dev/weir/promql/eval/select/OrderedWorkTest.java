package dev.weir.promql.eval.select;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.testing.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class OrderedWorkTest {
  private final List<Integer> results = new ArrayList<>();

  @Test
  void resultsComeInTheOrderOfTheTasks() {
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        OrderedWork<Integer> work = new OrderedWork<>(threads, 3, 8, results::add)) {
      for (int i = 0; i < 500; i++) {
        int number = i;
        work.submit(() -> number);
      }
      work.finish();
    }
    assertEquals(IntStream.range(0, 500).boxed().toList(), results);
  }

  @Test
  void noMoreThanAGivenNumberIsUnderWay() {
    int[] unfinished = {0};
    int[] most = {0};
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        OrderedWork<Integer> work = new OrderedWork<>(threads, 3, 3, _ -> unfinished[0]--)) {
      for (int i = 0; i < 100; i++) {
        most[0] = Math.max(most[0], ++unfinished[0]);
        work.submit(() -> 1);
      }
      work.finish();
    }
    assertEquals(3, most[0]);
  }

  @Test
  void aSingleTaskRunsInTheCallingThread() {
    List<Thread> threads = new ArrayList<>();
    try (OrderedWork<Integer> work =
        new OrderedWork<>(
            _ -> {
              throw new AssertionError("nothing to give to another thread");
            },
            3,
            8,
            results::add)) {
      work.submit(() -> {
        threads.add(Thread.currentThread());
        return 1;
      });
      work.finish();
    }
    assertEquals(List.of(Thread.currentThread()), threads);
  }

  @Test
  void anExecutorThatRefusesLeavesTheWorkToTheCallingThread() {
    try (OrderedWork<Integer> work =
        new OrderedWork<>(
            _ -> {
              throw new RejectedExecutionException("full");
            },
            3,
            4,
            results::add)) {
      for (int i = 0; i < 10; i++) {
        int number = i;
        work.submit(() -> number);
      }
      work.finish();
    }
    assertEquals(IntStream.range(0, 10).boxed().toList(), results);
  }

  @Test
  void anExecutorThatNeverComesToItDoesNotHoldUpTheWork() {
    try (OrderedWork<Integer> work = new OrderedWork<>(_ -> {}, 3, 4, results::add)) {
      for (int i = 0; i < 10; i++) {
        int number = i;
        work.submit(() -> number);
      }
      work.finish();
    }
    assertEquals(10, results.size());
  }

  @Test
  void afterClosingNothingRunsAnyMore() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicBoolean slowEnded = new AtomicBoolean();
    AtomicBoolean laterBegan = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(1)) {
      OrderedWork<Integer> work = new OrderedWork<>(threads, 3, 8, results::add);
      work.submit(() -> {
        begun.countDown();
        awaitUninterruptibly(goOn);
        slowEnded.set(true);
        return 1;
      });
      work.submit(() -> {
        laterBegan.set(true);
        return 2;
      });
      begun.await();
      Thread closing = Thread.ofPlatform().start(work::close);
      // Closing waits for what has begun, when the other task can no longer begin.
      Await.until(
          () -> closing.getState() == Thread.State.WAITING,
          Duration.ofSeconds(10),
          () -> "closing is " + closing.getState());
      goOn.countDown();
      closing.join();
      assertTrue(slowEnded.get(), "what had begun has ended");
    }
    assertFalse(laterBegan.get(), "what had not begun never begins");
    assertEquals(List.of(), results);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void theFirstFailureInOrderIsThrown() {
    try (ExecutorService threads = Executors.newFixedThreadPool(4);
        OrderedWork<Integer> work = new OrderedWork<>(threads, 3, 8, results::add)) {
      work.submit(() -> 1);
      work.submit(() -> {
        throw new WeirException.Corrupt("first");
      });
      work.submit(() -> {
        throw new WeirException.Corrupt("second");
      });
      WeirException failure = assertThrows(WeirException.Corrupt.class, work::finish);
      assertEquals("first", failure.getMessage());
    }
    assertEquals(List.of(1), results);
  }
}
