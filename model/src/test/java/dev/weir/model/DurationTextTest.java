package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {
  @ParameterizedTest
  @CsvSource({
    "0,0s,0",
    "324ms,324ms,324",
    "3s,3s,3000",
    "5m,5m,300000",
    "90m,1h30m,5400000",
    "36h,1d12h,129600000",
    "4d,4d,345600000",
    "14d,2w,1209600000",
    "3w2d1h,23d1h,1990800000",
    "365d,1y,31536000000",
    "1d1h1m1s1ms,1d1h1m1s1ms,90061001",
  })
  void readsAndWritesAsPrometheusDoes(String text, String canonical, long millis) {
    assertEquals(millis, DurationText.parseMillis(text));
    assertEquals(canonical, DurationText.format(millis));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "-3s", "3s5m", "1.5m", "5 m", "m", "1m2m", "5x", "5µs", "1hs"})
  void refusesWhatPrometheusRefuses(String text) {
    assertThrows(WeirException.BadData.class, () -> DurationText.parseMillis(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"294y", "200y10400w107000h", "99999999999999999999s"})
  void refusesWhatDoesNotFit64BitsOfNanoseconds(String text) {
    assertThrows(WeirException.BadData.class, () -> DurationText.parseMillis(text));
  }

  @Property
  void whatIsWrittenReadsBack(@ForAll @LongRange(min = 0, max = 9_000_000_000_000L) long millis) {
    assertEquals(millis, DurationText.parseMillis(DurationText.format(millis)));
  }
}
