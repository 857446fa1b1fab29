package dev.weir.promql.eval.function;

import dev.weir.model.Labels;

/// Compares texts as people number things: runs of digits by their number, everything else by code
/// point, so that `cpu2` comes before `cpu10`.
final class NaturalOrder {
  private NaturalOrder() {}

  static int compare(String a, String b) {
    int i = 0;
    int j = 0;
    while (i < a.length() && j < b.length()) {
      boolean digits = isDigit(a.charAt(i));
      int endA = endOfRun(a, i);
      int endB = endOfRun(b, j);
      int order =
          digits && isDigit(b.charAt(j))
              ? compareNumbers(a.substring(i, endA), b.substring(j, endB))
              : Labels.compareText(a.substring(i, endA), b.substring(j, endB));
      if (order != 0) {
        return order;
      }
      i = endA;
      j = endB;
    }
    return (a.length() - i) - (b.length() - j);
  }

  private static int endOfRun(String text, int start) {
    boolean digits = isDigit(text.charAt(start));
    int end = start + 1;
    while (end < text.length() && isDigit(text.charAt(end)) == digits) {
      end++;
    }
    return end;
  }

  /// By value; of equal numbers the one with fewer leading zeros comes first.
  private static int compareNumbers(String a, String b) {
    String left = withoutLeadingZeros(a);
    String right = withoutLeadingZeros(b);
    if (left.length() != right.length()) {
      return left.length() - right.length();
    }
    int order = left.compareTo(right);
    return order != 0 ? order : a.length() - b.length();
  }

  private static String withoutLeadingZeros(String digits) {
    int start = 0;
    while (start < digits.length() - 1 && digits.charAt(start) == '0') {
      start++;
    }
    return digits.substring(start);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
