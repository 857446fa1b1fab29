package dev.weir.model;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class CountTextTest {
  @Test
  void oneThingIsSingular() {
    assertEquals("0 targets", CountText.of(0, "target"));
    assertEquals("1 target", CountText.of(1, "target"));
    assertEquals("2 targets", CountText.of(2, "target"));
  }
}
