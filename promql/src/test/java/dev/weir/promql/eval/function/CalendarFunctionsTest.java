package dev.weir.promql.eval.function;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class CalendarFunctionsTest {
  @Property
  void partsAreThoseOfTheGregorianCalendar(
      @ForAll @LongRange(min = -100_000_000_000L, max = 300_000_000_000L) long wholeSeconds) {
    double seconds = (double) wholeSeconds;
    OffsetDateTime time = Instant.ofEpochSecond(wholeSeconds).atOffset(ZoneOffset.UTC);
    assertEquals(time.getYear(), CalendarFunctions.year(seconds));
    assertEquals(time.getMonthValue(), CalendarFunctions.month(seconds));
    assertEquals(time.getDayOfMonth(), CalendarFunctions.dayOfMonth(seconds));
    assertEquals(time.getDayOfYear(), CalendarFunctions.dayOfYear(seconds));
    assertEquals(time.getDayOfWeek().getValue() % 7, CalendarFunctions.dayOfWeek(seconds));
    assertEquals(time.toLocalDate().lengthOfMonth(), CalendarFunctions.daysInMonth(seconds));
    assertEquals(time.getHour(), CalendarFunctions.hour(seconds));
    assertEquals(time.getMinute(), CalendarFunctions.minute(seconds));
  }

  @Test
  void fractionsOfSecondsAreCutOff() {
    assertEquals(1970, CalendarFunctions.year(-0.9));
    assertEquals(59, CalendarFunctions.minute(3599.999));
  }

  @Test
  void whatIsNoTimeHasTheDateThatGoGivesIt() {
    for (double seconds : new double[] {Double.NaN, Double.POSITIVE_INFINITY, -1e300, 9.3e18}) {
      assertEquals(292_277_026_596.0, CalendarFunctions.year(seconds));
      assertEquals(12, CalendarFunctions.month(seconds));
      assertEquals(4, CalendarFunctions.dayOfMonth(seconds));
      assertEquals(339, CalendarFunctions.dayOfYear(seconds));
      assertEquals(0, CalendarFunctions.dayOfWeek(seconds));
      assertEquals(31, CalendarFunctions.daysInMonth(seconds));
      assertEquals(15, CalendarFunctions.hour(seconds));
      assertEquals(30, CalendarFunctions.minute(seconds));
    }
    assertEquals(291_536_396_232.0, CalendarFunctions.year(9.2e18));
    assertEquals(-291_536_392_293.0, CalendarFunctions.year(-9.2e18));
    assertEquals(123, CalendarFunctions.dayOfYear(-9.2e18));
  }
}
