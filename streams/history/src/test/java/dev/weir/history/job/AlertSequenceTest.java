package dev.weir.history.job;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.history.alert.AlertChange;
import dev.weir.model.Labels;
import dev.weir.rules.alert.AlertState;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlertSequenceTest {
  private static AlertChange change(int annotationCharacters) {
    return new AlertChange(
        0,
        Labels.of("alertname", "InstanceDown", "instance", "host-1"),
        AlertState.PENDING,
        AlertState.FIRING,
        60_000,
        0,
        1,
        Map.of("description", "x".repeat(annotationCharacters)));
  }

  @Test
  void changesTravelTogetherAsFarAsTheirTextsAllow() {
    List<AlertChange> long100 = Collections.nCopies(100, change(100_000));
    assertEquals(10, AlertSequence.together(long100, 0));
    assertEquals(100, AlertSequence.together(long100, 95));
    List<AlertChange> short5000 = Collections.nCopies(5000, change(10));
    assertEquals(5000, AlertSequence.together(short5000, 0));
    List<AlertChange> huge = List.of(change(2_000_000), change(2_000_000));
    assertEquals(1, AlertSequence.together(huge, 0), "one at least");
    assertEquals(2, AlertSequence.together(huge, 1));
  }
}
