package dev.weir.yaml;

import dev.weir.model.WeirException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Numbers of bytes as Prometheus's files write them: `512MB`, `1GiB`, `0`. All units are powers of
/// 1,024.
public final class ByteSize {
  private static final String UNITS = "KMGTPE";
  private static final Pattern SIZE = Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(?:([KMGTPE])i?)?B");

  private ByteSize() {}

  /// @throws WeirException.BadData if the text is no size
  public static long parse(String text) {
    if (text.equals("0")) {
      return 0;
    }
    Matcher size = SIZE.matcher(text);
    if (size.matches()) {
      int shift = size.group(2) == null ? 0 : 10 * (UNITS.indexOf(size.group(2)) + 1);
      double bytes = Math.scalb(Double.parseDouble(size.group(1)), shift);
      if (bytes < 0x1p63) {
        return (long) bytes;
      }
    }
    throw new WeirException.BadData(
        "\"%s\" is no size; write a number and one of B, KB, MB, GB, TB, PB, EB, such as 512MB"
            .formatted(text));
  }

  /// The shortest text that means the same number.
  public static String format(long bytes) {
    if (bytes == 0) {
      return "0";
    }
    int unit = 0;
    long rest = bytes;
    while (unit < UNITS.length() && rest % 1024 == 0) {
      rest /= 1024;
      unit++;
    }
    return unit == 0
        ? rest + "B"
        : String.format(Locale.ROOT, "%d%cB", rest, UNITS.charAt(unit - 1));
  }
}
