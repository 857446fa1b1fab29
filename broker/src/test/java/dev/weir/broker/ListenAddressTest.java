package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ListenAddressTest {

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:9092", "localhost:0", "[::1]:9092", "kafka.example:65535"})
  void printsAsItWasWritten(String text) {
    assertEquals(text, ListenAddress.parse(text).toString());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "9092 | listen address \"9092\" has no port; use \"host:port\", for example"
            + " \"127.0.0.1:9092\"",
        ":9092 | listen address \":9092\" has no host; use for example \"127.0.0.1:9092\"",
        "::1:9092 | listen address \"::1:9092\": write an IPv6 address in brackets, for example"
            + " \"[::1]:9092\"",
        "localhost:kafka | listen address \"localhost:kafka\": port \"kafka\" is not a number",
        "localhost:70000 | listen address \"localhost:70000\": port 70000 is not in 0 to 65535"
      })
  void saysWhatIsWrong(String text, String message) {
    assertEquals(
        message,
        assertThrows(IllegalArgumentException.class, () -> ListenAddress.parse(text)).getMessage());
  }

  @Test
  void knowsWhichAddressesStandForAll() {
    assertTrue(ListenAddress.parse("0.0.0.0:9092").isWildcard());
    assertTrue(ListenAddress.parse("[::]:9092").isWildcard());
    assertFalse(ListenAddress.parse("127.0.0.1:9092").isWildcard());
    assertFalse(ListenAddress.parse("no.such.host.invalid:9092").isWildcard());
  }
}
