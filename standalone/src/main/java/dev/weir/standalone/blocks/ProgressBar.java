package dev.weir.standalone.blocks;

import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;

/// Shows how far something long has come, in one line that is written over; nothing where nobody
/// watches. For one thread.
public final class ProgressBar implements AutoCloseable {
  private static final int WIDTH = 30;
  private static final Duration REDRAW_AFTER = Duration.ofMillis(100);

  private final PrintWriter out;
  private final boolean watched;
  private final LongSupplier nanoClock;
  private final long startNanos;
  private String label = "";
  private long drawnNanos;
  private int drawnLength;

  /// @param out the terminal's error stream
  public ProgressBar(PrintWriter out) {
    this(out, isTerminal(), System::nanoTime);
  }

  ProgressBar(PrintWriter out, boolean watched, LongSupplier nanoClock) {
    this.out = out;
    this.watched = watched;
    this.nanoClock = nanoClock;
    this.startNanos = nanoClock.getAsLong();
    this.drawnNanos = startNanos - REDRAW_AFTER.toNanos();
  }

  @SuppressWarnings("SystemConsoleNull") // On Java 25 it is, where there is no terminal.
  private static boolean isTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /// Says what is under way.
  public void label(String newLabel) {
    label = newLabel;
  }

  /// @param done of `total`
  public void at(long done, long total) {
    long now = nanoClock.getAsLong();
    if (!watched || now - drawnNanos < REDRAW_AFTER.toNanos()) {
      return;
    }
    drawnNanos = now;
    double part = total <= 0 ? 1 : Math.clamp((double) done / total, 0, 1);
    int filled = (int) (part * WIDTH);
    String line =
        "%s [%s%s] %3d%%  %s"
            .formatted(
                label,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                (int) (part * 100),
                elapsed(now));
    draw(line);
  }

  private String elapsed(long now) {
    long seconds = Duration.ofNanos(now - startNanos).toSeconds();
    return seconds < 60 ? seconds + "s" : "%dm%02ds".formatted(seconds / 60, seconds % 60);
  }

  private void draw(String line) {
    out.print("\r" + line + " ".repeat(Math.max(0, drawnLength - line.length())));
    out.flush();
    drawnLength = line.length();
  }

  /// Takes the line away.
  @Override
  public void close() {
    if (drawnLength > 0) {
      draw("");
      out.print("\r");
      out.flush();
    }
  }
}
