package dev.weir.rules.template;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GoTimeTest {
  private static final GoTime TIME = GoTime.utc(Instant.parse("2024-03-09T05:07:08.120Z"));

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2006-01-02T15:04:05Z07:00 | 2024-03-09T05:07:08Z",
        "Mon, 02 Jan 2006 15:04:05 MST | Sat, 09 Mar 2024 05:07:08 UTC",
        "Monday, January _2, 3:04PM | Saturday, March  9, 5:07AM",
        "2006.01.02 15h04 .000 ,999 | 2024.03.09 05h07 .120 ,12",
        "02/1/06 3pm -0700 -07:00 -07 | 09/3/24 5am +0000 +00:00 +00",
        "Janus Mond | Janus Satd",
      })
  void looksLikeTheLayout(String layout, String text) {
    assertEquals(text, TIME.format(layout));
  }

  @Test
  void showsTheTimeOfAPlace() {
    assertEquals(
        "2024-03-09 00:07:08.12 -0500 EST", TIME.in(ZoneId.of("America/New_York")).toString());
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0s",
    "1, 1ns",
    "1500, 1.5µs",
    "2000000, 2ms",
    "1100000000, 1.1s",
    "-90000000000, -1m30s",
    "3600000000000, 1h0m0s",
    "9223372036854775807, 2562047h47m16.854775807s",
    "-9223372036854775808, -2562047h47m16.854775808s"
  })
  void durationsAreWrittenAsInGo(long nanos, String text) {
    assertEquals(text, new GoDuration(nanos).toString());
  }

  @Test
  void durationsAreRoundedAndCut() throws TemplateException {
    Template template =
        Template.parse("t", "{{ .d.Round .unit }} {{ .d.Truncate .unit }}", FunctionSet.NONE);
    assertEquals(
        "2m0s 1m0s",
        template.expand(
            Map.of("d", new GoDuration(90_000_000_000L), "unit", new GoDuration(60_000_000_000L)),
            Map.of(),
            FunctionSet.NONE,
            TemplateLimits.DEFAULT));
  }
}
