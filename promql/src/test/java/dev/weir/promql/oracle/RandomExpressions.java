package dev.weir.promql.oracle;

import java.util.List;
import java.util.Random;

/// Random expressions over [RandomData].
///
/// Where a difference in the last bit could decide (comparisons, divisors, counter resets in
/// subqueries), operands are expressions whose values are whole numbers.
final class RandomExpressions {
  private static final List<String> ANY_RANGE =
      List.of(
          "sum_over_time",
          "avg_over_time",
          "min_over_time",
          "max_over_time",
          "stdvar_over_time",
          "delta",
          "idelta",
          "first_over_time",
          "last_over_time");
  private static final List<String> EXACT_RANGE =
      List.of("rate", "increase", "irate", "changes", "resets");
  private static final List<String> COUNTING =
      List.of("count_over_time", "present_over_time", "changes", "resets");

  private final Random random;
  private final RandomData data;
  private final boolean subqueries;

  /// @param subqueries whether there may be any
  RandomExpressions(Random random, RandomData data, boolean subqueries) {
    this.random = random;
    this.data = data;
    this.subqueries = subqueries;
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /// A vector, or rarely a scalar.
  String any(int depth) {
    if (depth == 0) {
      return exact(0);
    }
    return switch (random.nextInt(16)) {
      case 14 ->
          "quantile"
              + grouping()
              + "("
              + one(List.of("0", "0.3", "0.5", "1", "-1", "2"))
              + ", "
              + any(depth - 1)
              + ")";
      case 15 -> filled(any(depth - 1), one(List.of(" + ", " - ", " * ")), any(depth - 1));
      case 12 ->
          one(List.of("rate", "increase", "delta"))
              + "("
              + extendedRange(one(List.of(" anchored", " smoothed")))
              + ")";
      case 13 -> "(" + bareSelector() + " smoothed" + modifiers() + ")";
      case 0 -> selector();
      case 1, 2 -> one(ANY_RANGE) + "(" + range(any(depth - 1)) + ")";
      case 3 -> one(EXACT_RANGE) + "(" + range(exact(depth - 1)) + ")";
      case 4, 5 ->
          one(List.of("sum", "avg", "min", "max", "stdvar"))
              + grouping()
              + "("
              + any(depth - 1)
              + ")";
      case 6 -> "(" + any(depth - 1) + one(List.of(" + ", " - ", " * ")) + number() + ")";
      case 7 -> "(" + any(depth - 1) + " / " + number() + ")";
      case 8 ->
          "("
              + any(depth - 1)
              + one(List.of(" + ", " - ", " * "))
              + matching()
              + any(depth - 1)
              + ")";
      case 9 ->
          "("
              + any(depth - 1)
              + one(List.of(" and ", " or ", " unless "))
              + one(List.of("", "on (path) ", "ignoring (instance) ", "on () "))
              + any(depth - 1)
              + ")";
      case 10 -> one(List.of("abs", "histogram_sum", "-")) + "(" + any(depth - 1) + ")";
      default -> exact(depth);
    };
  }

  /// A vector of whole numbers (and histograms of such).
  private String exact(int depth) {
    if (depth == 0) {
      return selector();
    }
    return switch (random.nextInt(13)) {
      case 0, 1 -> selector();
      case 9 ->
          one(List.of("topk", "bottomk", "limitk"))
              + grouping()
              + "("
              + random.nextInt(-1, 4)
              + ", "
              + exact(depth - 1)
              + ")";
      case 10 ->
          "count_values"
              + grouping()
              + "(\""
              + one(List.of("value", "path"))
              + "\", abs("
              + exact(depth - 1)
              + "))";
      case 11 -> filled(exact(depth - 1), one(List.of(" + ", " - ", " > bool ")), exact(depth - 1));
      case 8 -> one(List.of("changes", "resets")) + "(" + extendedRange(" anchored") + ")";
      case 2 ->
          one(List.of("sum", "min", "max", "count", "group"))
              + grouping()
              + "("
              + exact(depth - 1)
              + ")";
      case 3 ->
          "("
              + exact(depth - 1)
              + one(List.of(" == ", " != ", " > ", " <= "))
              + one(List.of("", "bool "))
              + matching()
              + exact(depth - 1)
              + ")";
      case 4 ->
          "("
              + exact(depth - 1)
              + one(List.of(" == ", " != ", " > bool ", " <= "))
              + random.nextInt(-1, 6)
              + ")";
      case 5 -> one(COUNTING) + "(" + range(exact(depth - 1)) + ")";
      case 6 -> one(List.of("sgn", "histogram_count", "-")) + "(" + exact(depth - 1) + ")";
      default ->
          "("
              + random.nextInt(-3, 4)
              + one(List.of(" + ", " - ", " * ", " > "))
              + exact(depth - 1)
              + ")";
    };
  }

  /// `fill` and its like.
  private String filled(String left, String operator, String right) {
    return "("
        + left
        + operator
        + matching()
        + one(
            List.of(
                "fill (2) ", "fill_left (0) ", "fill_right (-1) ", "fill_left (3) fill_right (1) "))
        + right
        + ")";
  }

  private String selector() {
    return bareSelector() + modifiers();
  }

  private String bareSelector() {
    String metric = one(RandomData.METRICS);
    return switch (random.nextInt(8)) {
      case 0 -> "{job=\"api\"}";
      case 1 -> "{__name__=~\"" + metric + "|queue_length\"}";
      case 2 -> metric + "{path=\"/pay\"}";
      case 3 -> metric + "{path!=\"/pay\"}";
      default -> metric;
    };
  }

  private String modifiers() {
    return switch (random.nextInt(10)) {
      case 0 -> " offset %dms".formatted(random.nextLong(-200_000, 200_000));
      case 1 ->
          " @ %.3f".formatted(random.nextLong(data.startMillis(), data.endMillis() + 1) / 1000.0);
      default -> "";
    };
  }

  /// A range over a selector, or over an expression.
  private String range(String inner) {
    long length = random.nextLong(1, 400_000);
    return subqueries && random.nextInt(3) == 0
        ? "(%s)[%dms:%dms]".formatted(inner, length, random.nextLong(10_000, 70_000))
        : "%s[%dms]%s".formatted(bareSelector(), length, modifiers());
  }

  private String extendedRange(String edges) {
    return "%s[%dms]%s%s"
        .formatted(bareSelector(), random.nextLong(1, 300_000), edges, modifiers());
  }

  private String grouping() {
    return one(List.of("", " by (path)", " without (instance)", " by (path, __name__)"));
  }

  private String matching() {
    return one(
        List.of(
            "",
            "ignoring (path) ",
            "on (instance, path) ",
            "on (path) group_left () ",
            "on (path) group_right () ",
            "ignoring (path) group_left (path) "));
  }

  private String number() {
    return one(List.of("2", "0.5", "0", "-3"));
  }
}
