package dev.weir.standalone.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class TimeConverterTest {
  @ParameterizedTest
  @CsvSource({
    "2026-11-20T06:30:00Z,          2026-11-20T06:30:00Z",
    "2026-11-20t06:30:00.250z,      2026-11-20T06:30:00.250Z",
    "2026-11-20T06:30:00+02:00,     2026-11-20T04:30:00Z",
    "2026-11-20T06:30:00,           2026-11-20T06:30:00Z",
    "2026-11-20T06:30,              2026-11-20T06:30:00Z",
    "2026-11-20 06:30:00,           2026-11-20T06:30:00Z",
    "2026-11-20,                    2026-11-20T00:00:00Z",
    "1795156200.5,                  2026-11-20T06:30:00.500Z",
  })
  void whatNamesNoOffsetIsUtc(String text, Instant time) {
    assertEquals(time, new TimeConverter().convert(text));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"noon", "2026-11-31", "2026-11-20T", "2026-11-20Z", "2026-11-20T25:00", " ", ""})
  void anythingElseIsNoTime(String text) {
    assertThrows(TypeConversionException.class, () -> new TimeConverter().convert(text));
  }
}
