package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class FingerprintTest {
  @Test
  void isWhatPrometheusComputes() {
    assertEquals(
        new Fingerprint(5799056148416392346L),
        Fingerprint.of(Labels.of("name", "garland, briggs", "fear", "love is not enough")));
    assertEquals("cbf29ce484222325", Fingerprint.of(Labels.EMPTY).toString());
  }

  @Test
  void isReadAsWritten() {
    Fingerprint small = new Fingerprint(0x2aL);
    assertEquals("000000000000002a", small.toString());
    assertEquals(small, Fingerprint.parse("000000000000002a"));
    assertEquals(new Fingerprint(-1), Fingerprint.parse("ffffffffffffffff"));
    WeirException refused =
        assertThrows(WeirException.BadData.class, () -> Fingerprint.parse("+00000000000002a"));
    assertEquals(
        "\"+00000000000002a\" is no fingerprint; it has 16 hexadecimal digits",
        refused.getMessage());
  }

  @Test
  void isOrderedAsItsText() {
    assertTrue(new Fingerprint(-1).compareTo(new Fingerprint(1)) > 0);
  }
}
