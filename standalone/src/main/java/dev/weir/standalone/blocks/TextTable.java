package dev.weir.standalone.blocks;

import java.io.PrintWriter;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Rows of text in columns as wide as they need be: the first to the left, numbers to the right.
public final class TextTable {
  private static final String[] UNITS = {"B", "kB", "MB", "GB", "TB"};
  private static final String GAP = "  ";

  private final List<List<String>> rows = new ArrayList<>();

  public TextTable(String... titles) {
    rows.add(List.of(titles));
  }

  public void add(String... cells) {
    rows.add(List.of(cells));
  }

  boolean isEmpty() {
    return rows.size() == 1;
  }

  public void print(PrintWriter out) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < columns; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    for (List<String> row : rows) {
      StringBuilder line = new StringBuilder();
      for (int i = 0; i < columns; i++) {
        String cell = row.get(i);
        String space = " ".repeat(widths[i] - cell.length());
        boolean left = i == 0 || !isNumber(rows.getLast().get(i));
        line.append(i == 0 ? "" : GAP).append(left ? cell + space : space + cell);
      }
      out.println(line.toString().stripTrailing());
    }
  }

  private static boolean isNumber(String cell) {
    return !cell.isEmpty()
        && Character.isDigit(cell.charAt(0))
        && cell.indexOf('T') < 0
        && cell.indexOf('[') < 0;
  }

  /// Bytes in a unit that leaves at most four digits: `12.3 MB`.
  public static String bytes(long bytes) {
    double value = (double) bytes;
    int unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
      value /= 1000;
      unit++;
    }
    return unit == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /// Whole seconds, in UTC.
  static String time(long millis) {
    return Instant.ofEpochSecond(Math.floorDiv(millis, 1000)).toString();
  }

  static String ratio(long part, long whole) {
    return whole == 0 ? "-" : String.format(Locale.ROOT, "%.3f", (double) part / whole);
  }
}
