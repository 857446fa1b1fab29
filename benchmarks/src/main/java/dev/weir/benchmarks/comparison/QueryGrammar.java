package dev.weir.benchmarks.comparison;

import dev.weir.benchmarks.comparison.Metric.Kind;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;

/// Random queries of everything that PromQL was in Prometheus 2.42.
///
/// Where the last bits of a value could decide (comparisons, rounding, counter resets, the choice
/// of some series), operands are expressions that every implementation computes to the same bits:
/// samples, sums of whole numbers, single operations of IEEE 754.
///
/// Times of evaluation are [#EVALUATION_MILLIS] past a second and steps whole seconds; ranges are
/// whole seconds or [#ODD_RANGE_MILLIS] more, those of subqueries always. So the left end of a
/// window is never at a sample of [ComparedData], nor at an evaluation of a subquery, which are at
/// multiples of its step.
final class QueryGrammar {
  static final int EVALUATION_MILLIS = 137;
  static final int ODD_RANGE_MILLIS = 7;

  private static final List<String> EXACT_OVER_TIME =
      List.of(
          "count_over_time",
          "present_over_time",
          "last_over_time",
          "min_over_time",
          "max_over_time",
          "changes",
          "resets",
          "idelta");
  private static final List<String> SMOOTH_OVER_TIME =
      List.of(
          "sum_over_time",
          "avg_over_time",
          "stddev_over_time",
          "stdvar_over_time",
          "delta",
          "deriv");
  private static final List<String> RATES = List.of("rate", "increase", "irate");
  private static final List<String> EXACT_FUNCTIONS =
      List.of("abs", "ceil", "floor", "sgn", "-", "+");
  private static final List<String> SMOOTH_FUNCTIONS =
      List.of(
          "sqrt", "exp", "ln", "log2", "log10", "sin", "cos", "tan", "asin", "acos", "atan", "sinh",
          "cosh", "tanh", "asinh", "acosh", "atanh", "deg", "rad");
  private static final List<String> CALENDAR =
      List.of(
          "minute",
          "hour",
          "day_of_week",
          "day_of_month",
          "day_of_year",
          "days_in_month",
          "month",
          "year");
  private static final List<String> COMPARISONS =
      List.of(" == ", " != ", " > ", " < ", " >= ", " <= ");

  private static final List<String> DURATIONS =
      List.of("31s", "1m", "2m", "5m", "9m3s", "30m", "1h");

  /// What is wrong, each in a way of its own.
  private static final List<String> WRONG =
      List.of(
          "sum(%s",
          "rate(%s)",
          "sum_over_time(1)",
          "topk(%s)",
          "nothing(%s)",
          "%s[5m]",
          "label_replace(%s, \"a\", \"b\")",
          "label_replace(%s, \"to\", \"$1\", \"path\", \"(\")",
          "{__name__=~\".*\"} + %s",
          "%s and 1",
          "1 == 1 + %s",
          "%s offset 5m offset 1m",
          "count_values(%s)",
          "%s + on (path) group_left (path) %s",
          "%s{path=\"/buy\"}{code=\"200\"}",
          "scalar(1) + %s",
          "quantile(\"x\", %s)",
          "%s == bool",
          "(%s)[5m]",
          "%s @ path");

  private final Random random;
  private final ComparedData data;

  QueryGrammar(Random random, ComparedData data) {
    this.random = random;
    this.data = data;
  }

  Question next() {
    long seconds = (data.endMillis() - data.startMillis()) / 1000;
    long start =
        data.startMillis() + random.nextLong(-200, seconds + 400) * 1000 + EVALUATION_MILLIS;
    String query = query();
    if (random.nextInt(3) == 0) {
      return Question.instant(query, start);
    }
    long step = one(List.of(7L, 15L, 60L, 61L, 333L)) * 1000;
    long end = start + step * random.nextInt(25) + random.nextInt((int) step);
    return new Question(random.nextInt(30) == 0 ? "sort(" + query + ")" : query, start, end, step);
  }

  private String query() {
    return random.nextInt(8) == 0 ? writtenOtherwise(plainQuery()) : plainQuery();
  }

  /// With blanks, comments and quotes in other places.
  private String writtenOtherwise(String query) {
    return switch (random.nextInt(4)) {
      case 0 -> query.replace(" ", "  \n\t");
      case 1 -> "# a comment\n" + query + " # another";
      case 2 -> query.contains("\\") || query.contains("'") ? query : query.replace('"', '\'');
      default -> query.contains("\\") ? query : query.replace('"', '`');
    };
  }

  private String plainQuery() {
    int depth = random.nextInt(1, 4);
    return switch (random.nextInt(44)) {
      case 0 -> scalar(depth);
      case 1 -> one(WRONG).replace("%s", metric().name());
      case 2 -> range(depth, false);
      case 3 -> "\"a text\"";
      case 4 -> one(List.of("sort(", "sort_desc(")) + exact(depth) + ")";
      case 5 -> chosen(exact(depth));
      case 6, 7, 8, 9 -> chain();
      default -> any(depth);
    };
  }

  /// Operators without parentheses: which binds more?
  private String chain() {
    StringBuilder chain = new StringBuilder();
    for (int i = random.nextInt(2, 5); i > 0; i--) {
      chain.append(one(List.of("", "", "", "-", "+"))).append(operand());
      if (i > 1) {
        chain.append(
            one(
                List.of(
                    " + ",
                    " - ",
                    " * ",
                    " / ",
                    " % ",
                    " ^ ",
                    " == bool ",
                    " > ",
                    " <= ",
                    " != ",
                    " and ",
                    " or ",
                    " unless ",
                    " and on (instance) ",
                    " * on (instance) group_left () ",
                    " + ignoring (queue) ")));
      }
    }
    return chain.toString();
  }

  private String operand() {
    return switch (random.nextInt(6)) {
      case 0 -> number(0);
      case 1 -> "1";
      case 2 -> "max by (instance) (" + selector(metric(Set.of(Kind.WHOLE))) + ")";
      case 3 -> "sum(" + selector(metric(Set.of(Kind.WHOLE, Kind.INFO))) + ") by (instance)";
      default -> selector(metric(Set.of(Kind.WHOLE, Kind.INFO, Kind.DISTINCT)));
    };
  }

  private <T> T one(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  private Metric metric() {
    return one(data.metrics());
  }

  private Metric metric(Set<Kind> kinds) {
    List<Metric> fitting =
        data.metrics().stream().filter(metric -> kinds.contains(metric.kind())).toList();
    return fitting.isEmpty() ? metric() : one(fitting);
  }

  /// An instant vector.
  private String any(int depth) {
    if (depth == 0) {
      return selector();
    }
    return switch (random.nextInt(24)) {
      case 0 -> selector();
      case 1, 2 -> one(SMOOTH_OVER_TIME) + "(" + range(depth - 1, random.nextInt(3) == 0) + ")";
      case 3, 4, 5 -> rate(depth);
      case 6 ->
          "quantile_over_time(" + quantile() + ", " + range(depth - 1, random.nextBoolean()) + ")";
      case 7 ->
          one(List.of("predict_linear(%s, %s)", "holt_winters(%s, 0.3, 0.6)"))
              .formatted(
                  range(depth - 1, false), one(List.of("60", "-3600", "scalar(max(workers))")));
      case 8, 9 ->
          one(List.of("sum", "avg", "min", "max")) + grouping() + "(" + any(depth - 1) + ")";
      case 10 -> one(List.of("stddev", "stdvar")) + grouping() + "(" + exact(depth - 1) + ")";
      case 11 -> "quantile" + grouping() + "(" + quantile() + ", " + any(depth - 1) + ")";
      case 12 -> arithmetic(any(depth - 1), depth, false);
      case 13 -> arithmetic(any(depth - 1), depth, true);
      case 14 -> "(" + any(depth - 1) + one(List.of(" * ", " + ", " / ")) + joined(depth) + ")";
      case 15, 16 -> set(any(depth - 1), any(depth - 1));
      case 17 -> one(SMOOTH_FUNCTIONS) + "(" + exact(depth - 1) + ")";
      case 18 -> relabelled(any(depth - 1));
      case 19, 20 -> histogram(depth);
      case 21 ->
          one(List.of("(%s ^ %s)", "(%s atan2 %s)")).formatted(exact(depth - 1), number(depth));
      case 22 -> "vector(" + scalar(depth - 1) + ")";
      default -> exact(depth);
    };
  }

  /// An instant vector that every implementation computes to the same bits.
  private String exact(int depth) {
    if (depth == 0) {
      return selector();
    }
    return switch (random.nextInt(24)) {
      case 0, 1 -> selector();
      case 2, 3, 4 -> one(EXACT_OVER_TIME) + "(" + range(depth - 1, random.nextInt(3) == 0) + ")";
      case 5, 6 ->
          one(List.of("min", "max", "count", "group")) + grouping() + "(" + exact(depth - 1) + ")";
      case 7 -> "sum" + grouping() + "(" + selector(metric(Set.of(Kind.WHOLE, Kind.INFO))) + ")";
      case 8 -> "count_values" + grouping() + "(\"value\", " + exact(depth - 1) + ")";
      case 9 -> one(EXACT_FUNCTIONS) + "(" + exact(depth - 1) + ")";
      case 10 ->
          one(List.of(
                  "clamp(%s, -3, scalar(max(workers)))",
                  "round(%s, scalar(max(workers)))",
                  "clamp(%s, -3, 12)",
                  "clamp_min(%s, 2)",
                  "clamp_max(%s, 1e5)",
                  "clamp(%s, 2, 1)",
                  "round(%s)",
                  "round(%s, 0.5)",
                  "round(%s, 10)"))
              .formatted(exact(depth - 1));
      case 11 -> one(CALENDAR) + "(" + (random.nextInt(4) == 0 ? "" : exact(depth - 1)) + ")";
      case 12 ->
          one(List.of("timestamp", "absent"))
              + "("
              + (random.nextBoolean() ? selector() : exact(depth - 1))
              + ")";
      case 13 -> "absent_over_time(" + range(depth - 1, random.nextBoolean()) + ")";
      case 14, 15 -> comparison(depth);
      case 16 -> set(exact(depth - 1), exact(depth - 1));
      case 17 ->
          "("
              + exact(depth - 1)
              + one(List.of(" + ", " - ", " * ", " / ", " % "))
              + matching()
              + exact(depth - 1)
              + ")";
      case 18 ->
          "("
              + exact(depth - 1)
              + one(List.of(" + ", " - ", " * ", " / ", " % "))
              + random.nextInt(-2, 5)
              + ")";
      case 19 -> relabelled(exact(depth - 1));
      case 20 -> chosen(selector(metric(Set.of(Kind.DISTINCT))));
      case 21 -> "(" + exact(depth - 1) + one(List.of(" * ", " + ")) + joined(depth) + ")";
      case 22 ->
          "vector("
              + one(List.of("time()", "3", "NaN", "-Inf", "scalar(max(workers))", "pi()"))
              + ")";
      default -> "histogram_" + one(List.of("count", "sum")) + "(" + exact(depth - 1) + ")";
    };
  }

  private String scalar(int depth) {
    return switch (random.nextInt(6)) {
      case 0 -> "scalar(" + exact(depth) + ")";
      case 1 -> "time()";
      case 2 -> "(time() - " + number(0) + ")";
      case 3 -> "pi()";
      case 4 ->
          "("
              + number(0)
              + one(List.of(" + ", " ^ ", " > bool ", " % ", " atan2 "))
              + number(0)
              + ")";
      default -> number(depth);
    };
  }

  private String number(int depth) {
    return depth > 1 && random.nextInt(4) == 0
        ? "scalar(" + selector(metric(Set.of(Kind.WHOLE))) + ")"
        : one(List.of("2", "0.5", "0", "-3", "1e3", "0x1f", "Inf", "NaN"));
  }

  private String quantile() {
    return one(
        List.of("0", "0.5", "0.9", "0.99", "1", "-1", "2", "NaN", "scalar(max(workers)) / 4"));
  }

  private String rate(int depth) {
    String range = range(depth - 1, random.nextInt(4) == 0);
    if (random.nextInt(3) == 0) {
      return one(RATES) + "(" + range + ")";
    }
    Metric counter = metric(Set.of(Kind.COUNTER, Kind.COUNTER_FROM_ZERO, Kind.BUCKETS));
    return one(RATES) + "(" + bare(counter) + "[" + duration() + "]" + modifiers() + ")";
  }

  /// A range over a selector, or over an expression of exact values.
  private String range(int depth, boolean subquery) {
    if (!subquery) {
      return bare(metric()) + "[" + duration() + "]" + modifiers();
    }
    String step = one(List.of("", "15s", "37s", "1m", "2m"));
    String inner = exact(Math.max(0, depth));
    return "(%s)[%s%dms:%s]%s"
        .formatted(inner, one(DURATIONS), ODD_RANGE_MILLIS, step, modifiers());
  }

  private String duration() {
    String whole = one(DURATIONS);
    return random.nextInt(3) == 0 ? whole + ODD_RANGE_MILLIS + "ms" : whole;
  }

  private String selector() {
    return selector(metric());
  }

  private String selector(Metric metric) {
    return bare(metric) + modifiers();
  }

  private String bare(Metric metric) {
    String name = metric.name();
    return switch (random.nextInt(12)) {
      case 0 -> "{__name__=\"" + name + "\"}";
      case 1 -> "{__name__=~\"" + name + "|" + metric().name() + "\"}";
      case 2 -> name + "{" + matcher(metric) + "}";
      case 3 -> name + "{" + matcher(metric) + ", " + matcher(metric) + "}";
      case 4 -> name + "{instance=~\".*[02]:9100\"}";
      case 5 -> name + "{job!=\"shop\"}";
      default -> name;
    };
  }

  private String matcher(Metric metric) {
    String label = label(metric);
    List<String> values =
        data.series().stream()
            .filter(series -> series.labels().metricName().equals(metric.name()))
            .map(series -> series.labels().get(label))
            .distinct()
            .toList();
    String value = values.isEmpty() ? "" : one(values);
    return random.nextInt(3) == 0
        ? label + one(List.of("=~", "!~")) + "\"" + pattern(value, values) + "\""
        : label + one(List.of("=", "!=", "=~", "!~")) + "\"" + inPattern(value) + "\"";
  }

  /// Without what means something in a regular expression, which is longer than a dot anyway.
  private static String inPattern(String value) {
    return value.replaceAll("[\\[\\](){}+*?|^$\\\\\"]", ".");
  }

  private String pattern(String value, List<String> values) {
    String text = inPattern(value);
    String other = inPattern(values.isEmpty() ? "" : one(values));
    String start = text.substring(0, Math.min(2, text.length()));
    return one(
        List.of(
            text + "|" + other,
            "|" + text,
            "(" + text + "|" + other + ")",
            "(?i)" + text.toUpperCase(Locale.ROOT),
            "(?i:" + text + ")",
            start + ".*",
            start + ".+",
            ".*" + start,
            ".+",
            ".*",
            "",
            "^" + text + "$",
            "[^a-m]+",
            "[[:alpha:]]+",
            "\\\\w+",
            "(a|b|h).{2,}",
            "(" + start + ")+.*"));
  }

  private String label(Metric metric) {
    List<String> labels = new ArrayList<>(metric.labels());
    labels.add("instance");
    labels.add("nothing");
    return one(labels);
  }

  private String modifiers() {
    return switch (random.nextInt(14)) {
      case 0 -> " offset " + one(List.of("1m", "5m", "-3m", "1h"));
      case 1 -> " @ start()";
      case 2 -> " @ end() offset 2m";
      case 3 -> {
        long seconds = (data.endMillis() - data.startMillis()) / 1000;
        long time = data.startMillis() + random.nextLong(seconds) * 1000 + EVALUATION_MILLIS;
        yield " @ " + BigDecimal.valueOf(time, 3).toPlainString();
      }
      default -> "";
    };
  }

  private String grouping() {
    List<String> labels = new ArrayList<>(metric().labels());
    labels.addAll(List.of("instance", "job", "__name__"));
    Set<String> some = new LinkedHashSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      some.add(one(labels));
    }
    return switch (random.nextInt(4)) {
      case 0 -> "";
      case 1 -> " without (" + String.join(", ", some) + ") ";
      case 2 -> " by () ";
      default -> " by (" + String.join(", ", some) + ") ";
    };
  }

  private String matching() {
    return one(
        List.of(
            "",
            "",
            "ignoring (path) ",
            "on (instance, path) ",
            "on (instance) ",
            "on (instance) group_left () ",
            "on (instance, queue) group_right () ",
            "ignoring (path, code, le) group_left (path) ",
            "on () "));
  }

  private String joined(int depth) {
    String one = "max by (instance, version) (" + selector(metric(Set.of(Kind.INFO))) + ")";
    return depth > 0 && random.nextBoolean()
        ? "on (instance) group_left (version) " + one
        : "on (instance) group_left () max by (instance) (" + exact(0) + ")";
  }

  private String arithmetic(String vector, int depth, boolean swapped) {
    String operator = one(List.of(" * ", " / ", " + "));
    return swapped
        ? "(" + number(depth) + operator + vector + ")"
        : "(" + vector + operator + number(depth) + ")";
  }

  private String comparison(int depth) {
    String operator = one(COMPARISONS) + one(List.of("", "bool "));
    return random.nextBoolean()
        ? "(" + exact(depth - 1) + operator + random.nextInt(-1, 6) + ")"
        : "(" + exact(depth - 1) + operator + matching() + exact(depth - 1) + ")";
  }

  private String set(String left, String right) {
    return "("
        + left
        + one(List.of(" and ", " or ", " unless "))
        + one(List.of("", "on (path) ", "ignoring (instance) ", "on () ", "on (instance) "))
        + right
        + ")";
  }

  private String relabelled(String vector) {
    return one(List.of(
            "label_replace(%s, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
            "label_replace(%s, \"path\", \"\", \"path\", \".*\")",
            "label_replace(%s, \"__name__\", \"made\", \"\", \"\")",
            "label_replace(%s, \"both\", \"${1}-$2\", \"path\", \"/(.)(.*)\")",
            "label_join(%s, \"both\", \"-\", \"path\", \"code\", \"instance\")",
            "label_replace(%s, \"both\", \"$0\", \"instance\", \"(?i)HOST-.*\")",
            "label_replace(%s, \"both\", \"$digit!\", \"instance\", \"host-(?P<digit>[0-9]).*\")",
            "label_replace(%s, \"both\", \"$1x$2_$9$$a\", \"instance\", \"(host)-(.):?(9*).*\")",
            "label_replace(%s, \"instance\", \"\", \"instance\", \".*\")",
            "label_replace(%s, \"job\", \"<$1>\", \"nothing\", \"(.*)\")",
            "label_replace(%s, \"both\", \"$1\", \"instance\", \"host\")",
            "label_join(%s, \"__name__\", \"_\", \"job\", \"path\")",
            "label_join(%s, \"both\", \",\")",
            "label_join(%s, \"instance\", \"\")"))
        .formatted(vector);
  }

  private String chosen(String vector) {
    return one(List.of("topk", "bottomk"))
        + grouping()
        + "("
        + one(
            List.of(
                "1", "2", "5", "100", "0", "-1", "2.9", "scalar(max(workers))", "scalar(workers)"))
        + ", "
        + vector
        + ")";
  }

  private String histogram(int depth) {
    Metric buckets = metric(Set.of(Kind.BUCKETS));
    String rates =
        one(List.of("rate", "increase", "last_over_time"))
            + "("
            + bare(buckets)
            + "["
            + duration()
            + "]"
            + modifiers()
            + ")";
    String operand =
        switch (random.nextInt(4)) {
          case 0 -> selector(buckets);
          case 1 -> rates;
          case 2 -> "sum by (le) (" + rates + ")";
          default -> "sum by (le, instance) (" + rates + ")";
        };
    return "histogram_quantile(" + (depth > 1 ? quantile() : "0.9") + ", " + operand + ")";
  }
}
