package dev.weir.service.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenAddressTest {
  @ParameterizedTest
  @ValueSource(strings = {"localhost:9090", ":9090", "[::1]:0", "10.0.0.7:65535"})
  void parsesAndPrints(String text) {
    assertEquals(text, ListenAddress.parse(text).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"9090", "localhost", "localhost:", "::1:9090", "localhost:http"})
  void refusesWhatIsNoHostAndPort(String text) {
    WeirException.BadData error =
        assertThrows(WeirException.BadData.class, () -> ListenAddress.parse(text));
    assertEquals(
        "listen address \"%s\" is not host:port, like localhost:9090 or :9090".formatted(text),
        error.getMessage());
  }

  @Test
  void refusesPortsThatThereAreNot() {
    assertThrows(WeirException.BadData.class, () -> ListenAddress.parse("localhost:65536"));
  }
}
