package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SliceTest {
  @Property
  void halvesShareWhatTheWholeHolds(
      @ForAll @IntRange(min = 1, max = 4095) int number, @ForAll long hash) {
    Slice slice = new Slice(number);

    assertEquals(slice.holds(hash), slice.left().holds(hash) != slice.right().holds(hash));
    assertFalse(slice.left().holds(hash) && slice.right().holds(hash));
  }

  @Test
  void numbersNameLeadingBits() {
    assertTrue(Slice.WHOLE.holds(-1));
    assertTrue(new Slice(6).holds(0b10L << 62));
    assertFalse(new Slice(6).holds(0b11L << 62));
  }

  @Test
  void stopsSplittingAtItsDepth() {
    Slice slice = Slice.WHOLE;
    while (slice.canSplit()) {
      slice = slice.right();
    }
    assertEquals(Slice.MAX_DEPTH, slice.depth());
    assertTrue(slice.holds(-1));
    assertThrows(WeirException.Corrupt.class, slice::left);
    assertThrows(WeirException.Corrupt.class, () -> new Slice(0));
  }
}
