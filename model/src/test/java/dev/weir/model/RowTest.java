package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class RowTest {
  @Test
  void tellsStaleFromAbsentFromNaN() {
    Row row =
        Row.whole(0, new double[] {StalenessMarker.VALUE, AbsentValue.VALUE, Double.NaN, 1.5});

    assertEquals(3, row.sampleCount());
    assertNotEquals(
        row, Row.whole(0, new double[] {Double.NaN, AbsentValue.VALUE, Double.NaN, 1.5}));
  }

  @Test
  void absenceFromOutsideBecomesTheNormalNaN() {
    assertEquals(
        0x7ff8000000000001L, Double.doubleToRawLongBits(AbsentValue.replaceIn(AbsentValue.VALUE)));
    assertEquals(
        StalenessMarker.BITS,
        Double.doubleToRawLongBits(AbsentValue.replaceIn(StalenessMarker.VALUE)));
  }

  @Test
  void refusesColumnsThatDoNotAscend() {
    assertThrows(
        WeirException.Corrupt.class, () -> Row.partial(0, new int[] {3, 3}, new double[] {1, 2}));
    assertThrows(
        WeirException.Corrupt.class, () -> Row.partial(0, new int[] {0}, new double[] {1, 2}));
  }

  @Test
  void refusesALayoutThatItDoesNotFit() {
    Row.whole(0, new double[] {1, 2}).checkFits(2);
    Row.partial(0, new int[] {1}, new double[] {2}).checkFits(2);

    assertThrows(WeirException.Corrupt.class, () -> Row.whole(0, new double[] {1, 2}).checkFits(3));
    assertThrows(
        WeirException.Corrupt.class,
        () -> Row.partial(0, new int[] {2}, new double[] {2}).checkFits(2));
    Row withStart =
        new Row(
            0,
            null,
            new double[] {1},
            Row.Histograms.NONE,
            new Row.StartTimestamps(new int[] {1}, new long[] {5}),
            List.of());
    assertThrows(WeirException.Corrupt.class, () -> withStart.checkFits(1));
  }
}
