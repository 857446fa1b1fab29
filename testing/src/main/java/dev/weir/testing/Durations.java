package dev.weir.testing;

import dev.weir.model.WeirException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Lengths of time as scripts and Prometheus's configuration write them: `15s`, `1h30m`, `250ms`.
public final class Durations {
  // Each unit at most once, from the largest to the smallest.
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:(\\d+)y)?(?:(\\d+)w)?(?:(\\d+)d)?(?:(\\d+)h)?(?:(\\d+)m)?(?:(\\d+)s)?(?:(\\d+)ms)?");

  private static final long[] UNIT_MILLIS = {
    365L * 24 * 3_600_000, 7L * 24 * 3_600_000, 24L * 3_600_000, 3_600_000, 60_000, 1000, 1
  };

  private Durations() {}

  /// @throws WeirException.BadData if the text is no duration
  public static long parseMillis(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher matcher = DURATION.matcher(text);
    if (text.isEmpty() || !matcher.matches()) {
      throw new WeirException.BadData(
          "\"%s\" is no duration; write one like 15s, 1h30m or 250ms".formatted(text));
    }
    long millis = 0;
    try {
      for (int unit = 0; unit < UNIT_MILLIS.length; unit++) {
        String count = matcher.group(unit + 1);
        if (count != null) {
          millis =
              Math.addExact(millis, Math.multiplyExact(Long.parseLong(count), UNIT_MILLIS[unit]));
        }
      }
    } catch (ArithmeticException | NumberFormatException e) {
      throw new WeirException.BadData("duration \"%s\" is out of range".formatted(text), e);
    }
    return millis;
  }
}
