package dev.weir.model;

/// Durations as queries, test scripts and Prometheus's files write them: `1h30m`, `500ms`, `0`.
///
/// ```
/// Duration => "0" | (Number "y")? (Number "w")? (Number "d")? (Number "h")? (Number "m")?
///             (Number "s")? (Number "ms")?
/// ```
///
/// At least one part, each unit at most once, the larger first. A day has 24 hours, a week 7 days,
/// a year 365.
public final class DurationText {
  private static final String[] UNITS = {"y", "w", "d", "h", "m", "s", "ms"};
  private static final long[] MILLIS = {
    365L * 24 * 3600_000, 7L * 24 * 3600_000, 24L * 3600_000, 3600_000L, 60_000L, 1_000L, 1L
  };

  private DurationText() {}

  /// @throws WeirException.BadData if the text is no duration
  public static long parseMillis(String text) {
    if (text.equals("0")) {
      return 0;
    }
    long millis = 0;
    int unit = -1;
    int at = 0;
    while (at < text.length()) {
      int digits = at;
      while (at < text.length() && isDigit(text.charAt(at))) {
        at++;
      }
      int letters = at;
      while (at < text.length() && Character.isLetter(text.charAt(at))) {
        at++;
      }
      int found = unit(text.substring(letters, at));
      if (letters == digits || found <= unit) {
        throw notADuration(text);
      }
      unit = found;
      millis = add(millis, text.substring(digits, letters), MILLIS[unit], text);
    }
    if (unit < 0) {
      throw notADuration(text);
    }
    return millis;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static int unit(String letters) {
    for (int i = 0; i < UNITS.length; i++) {
      if (UNITS[i].equals(letters)) {
        return i;
      }
    }
    return -1;
  }

  private static long add(long millis, String digits, long unitMillis, String text) {
    try {
      long sum = Math.addExact(millis, Math.multiplyExact(Long.parseLong(digits), unitMillis));
      // Prometheus counts nanoseconds in 64 bits.
      Math.multiplyExact(sum, 1_000_000L);
      return sum;
    } catch (ArithmeticException | NumberFormatException e) {
      throw new WeirException.BadData(
          "duration \"%s\" is out of range; durations end at 292 years".formatted(text), e);
    }
  }

  private static WeirException notADuration(String text) {
    return new WeirException.BadData(
        "\"%s\" is no duration; write numbers with units from the largest to the smallest of"
                .formatted(text)
            + " y, w, d, h, m, s, ms, such as 1h30m");
  }

  /// The text that Prometheus gives the duration: years and weeks only where nothing smaller
  /// remains, so `90m` is `1h30m` and `8d` stays `8d`.
  public static String format(long durationMillis) {
    long millis = durationMillis;
    if (millis == 0) {
      return "0s";
    }
    StringBuilder out = new StringBuilder();
    if (millis < 0) {
      out.append('-');
      millis = -millis;
    }
    for (int i = 0; i < UNITS.length; i++) {
      boolean wholeOnly = i < 2;
      if (wholeOnly && millis % MILLIS[i] != 0) {
        continue;
      }
      long count = millis / MILLIS[i];
      if (count > 0) {
        out.append(count).append(UNITS[i]);
        millis -= count * MILLIS[i];
      }
    }
    return out.toString();
  }
}
