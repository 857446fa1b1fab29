package dev.weir.broker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class FreePortsTest {

  @Test
  void neverHandsAPortOutTwice() {
    Set<Integer> ports = new HashSet<>();
    for (int i = 0; i < 100; i++) {
      ports.add(FreePorts.next());
    }

    assertEquals(100, ports.size());
    assertTrue(ports.stream().allMatch(port -> port >= 20_000 && port < 32_000), ports::toString);
  }

  @Test
  void passesOverAPortThatIsInUse() {
    List<Integer> looked = new ArrayList<>();

    int port =
        FreePorts.next(candidate -> {
          looked.add(candidate);
          return looked.size() == 3;
        });

    assertEquals(3, looked.size());
    assertEquals(looked.getLast(), port);
  }

  @Test
  void saysWhenNoPortIsFree() {
    assertEquals(
        "no port from 20000 to 31999 is free on this machine",
        assertThrows(IllegalStateException.class, () -> FreePorts.next(_ -> false)).getMessage());
  }
}
