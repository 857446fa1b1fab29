package dev.weir.promql.eval.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryLimits;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SharedMemoryTest {
  private final SharedMemory memory = new SharedMemory(1_000);

  private Budget query() {
    return new Budget(QueryLimits.DEFAULT, memory);
  }

  @Test
  void theLargeQueryIsStoppedAndTheSmallOneGoesOn() {
    Budget large = query();
    Budget small = query();
    large.reserve(0, 900);
    small.reserve(0, 400);
    WeirException failure =
        assertThrows(WeirException.LimitExceeded.class, () -> large.reserve(0, 1));
    assertEquals(
        "queries need more than 1000 bytes for samples and results, the limit of their memory"
            + " together, of which this one holds 900; try again, or select fewer series, a shorter"
            + " range or a longer step",
        failure.getMessage());
    assertEquals(Optional.of(QueryLimit.TOTAL_MEMORY), large.exceeded());
    assertEquals(Optional.empty(), small.exceeded());
  }

  @Test
  void whatIsGivenBackIsThereForOthers() {
    Budget first = query();
    Budget second = query();
    first.reserve(0, 900);
    first.release(0, 800);
    second.reserve(0, 850);
    assertEquals(950, memory.bytes());
  }

  @Test
  void whatAQueryHoldsWhenItEndsIsFree() {
    Budget first = query();
    first.reserve(10, 900);
    first.close();
    assertEquals(0, memory.bytes());
    query().reserve(0, 1_000);
  }

  @Test
  void aQueryThatWasStoppedLeavesNothing() {
    Budget alone = query();
    assertThrows(WeirException.LimitExceeded.class, () -> alone.reserve(0, 1_001));
    alone.close();
    assertEquals(0, memory.bytes());
  }
}
