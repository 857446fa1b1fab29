package dev.weir.standalone.blocks;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  private final StringWriter shown = new StringWriter();
  private long nanos;

  private ProgressBar bar(boolean watched) {
    ProgressBar bar = new ProgressBar(new PrintWriter(shown), watched, () -> nanos);
    bar.label("importing");
    return bar;
  }

  @Test
  void isOneLineThatIsWrittenOverAndTakenAway() {
    try (ProgressBar bar = bar(true)) {
      bar.at(0, 200);
      nanos += 99_000_000;
      bar.at(50, 200);
      nanos += 61_000_000_000L;
      bar.at(100, 200);
    }
    String half = "importing [###############...............]  50%  1m01s";
    assertEquals(
        "\rimporting [..............................]   0%  0s\r"
            + half
            + "\r"
            + " ".repeat(half.length())
            + "\r",
        shown.toString());
  }

  @Test
  void isNothingWhereNobodyWatches() {
    try (ProgressBar bar = bar(false)) {
      bar.at(50, 200);
    }
    assertEquals("", shown.toString());
  }
}
