package dev.weir.streams.commit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommitPaceTest {
  private final CommitPace pace = new CommitPace(Duration.ofMillis(100));
  private final List<Long> commits = new ArrayList<>();

  private void results(long millis) {
    pace.results(millis, () -> commits.add(millis));
  }

  private void tick(long millis) {
    pace.tick(millis, () -> commits.add(millis));
  }

  @Test
  void resultsAreCommittedAtOnce() {
    results(1_000);
    results(5_000);
    assertEquals(List.of(1_000L, 5_000L), commits);
  }

  @Test
  void nothingIsCommittedWithoutResults() {
    tick(1_000);
    results(1_050);
    tick(1_200);
    tick(9_000);
    assertEquals(List.of(1_050L), commits);
  }

  @Test
  void whatComesTooSoonIsCommittedWhenTheIntervalIsOver() {
    results(1_000);
    results(1_040);
    results(1_060);
    tick(1_099);
    assertEquals(List.of(1_000L), commits);
    tick(1_110);
    tick(1_250);
    assertEquals(List.of(1_000L, 1_110L), commits);
  }

  @Test
  void aClockThatIsSetBackHoldsNothingUp() {
    results(3_600_000);
    results(1_000);
    assertEquals(List.of(3_600_000L, 1_000L), commits);
  }

  @Test
  void threadsHavePacesOfTheirOwn() throws InterruptedException {
    results(1_000);
    Thread other = Thread.ofPlatform().start(() -> results(1_001));
    other.join();
    assertEquals(List.of(1_000L, 1_001L), commits);
  }
}
