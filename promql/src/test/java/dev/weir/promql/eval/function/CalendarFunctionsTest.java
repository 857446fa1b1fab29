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
}
