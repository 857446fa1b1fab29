package dev.weir.blocks.deletion;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeletionLogTest {
  private final MemoryBlockStore store = new MemoryBlockStore();
  private final DeletionLog log = new DeletionLog(store);

  private static Deletion deletion(String metric) {
    return new Deletion(
        new DeletionName(Tenant.DEFAULT, 1_772_366_400_000L, 7),
        List.of(List.of(Matcher.equal("__name__", metric))),
        new TimeRange(0, 1),
        List.of(),
        List.of());
  }

  @Test
  void aLostAnswerIsFoundToHaveBeenASuccess() {
    store.losesAnswers(true);
    log.publish(deletion("up"));
    assertEquals(List.of(deletion("up")), List.copyOf(log.current().all()));
    assertEquals(1, log.askForRewriting(Tenant.DEFAULT));
    assertTrue(log.current().isAsked(deletion("up")));
  }

  @Test
  void anAttemptThatSucceededIsNoReasonToFail() {
    log.publish(deletion("up"));
    log.publish(deletion("up"));
    assertEquals(1, log.current().all().size());
    assertEquals(1, log.askForRewriting(Tenant.DEFAULT));
    assertEquals(1, log.askForRewriting(Tenant.DEFAULT));
  }

  @Test
  void anotherDeletionOfThatNameIsAnError() {
    log.publish(deletion("up"));
    WeirException.Internal e =
        assertThrows(WeirException.Internal.class, () -> log.publish(deletion("node_load1")));
    assertEquals(
        "another object named %s is there".formatted(deletion("up").name().path()), e.getMessage());
    assertEquals(List.of(deletion("up")), List.copyOf(log.refresh().all()));
  }

  @Test
  void aStoreThatIsAwayIsSaidToBe() {
    store.unavailable(true);
    WeirException.Unavailable e =
        assertThrows(WeirException.Unavailable.class, () -> log.publish(deletion("up")));
    assertEquals("the test's store does not answer", e.getMessage());
    store.unavailable(false);
    assertEquals(List.of(), List.copyOf(log.refresh().all()));
  }
}
