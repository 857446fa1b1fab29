package dev.weir.promql.parser;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/// Well-typed queries of all constructs, for property tests.
public final class Queries {
  private static final int LEVELS = 3;

  private static final Arbitrary<String> LABEL =
      Arbitraries.of("job", "instance", "le", "by", "on", "\"http.status\"", "sum", "_x");

  private static final Arbitrary<String> TEXT =
      Arbitraries.oneOf(
          Arbitraries.of("\"api\"", "'it''s'", "`a\\b`", "\"\\u00e9\\n\\x00\"", "\"größe\"", "\"\"")
              .map(text -> text.replace("''", "\\'")),
          Arbitraries.strings().alpha().ofMaxLength(8).map(text -> "\"" + text + "\""));

  private static final Arbitrary<String> NUMBER =
      Arbitraries.oneOf(
          Arbitraries.integers().map(String::valueOf),
          Arbitraries.doubles().map(String::valueOf),
          Arbitraries.of("0x1f", "1e-9", "Inf", "-Inf", "NaN", ".5", "010", "5m", "-1h30m", "1y"));

  private static final Arbitrary<String> DURATION = durations(durations(durationLiteral()));

  private Queries() {}

  /// Expressions of any type but string and range vector, which stand only inside others.
  public static Arbitrary<String> any() {
    // Each level is made of the one before, so that no tree is deeper than there are levels.
    Arbitrary<String> vectors = selector();
    Arbitrary<String> scalars = NUMBER;
    for (int level = 0; level < LEVELS; level++) {
      Arbitrary<String> deeperVectors = vectors(vectors, scalars);
      scalars = scalars(scalars);
      vectors = deeperVectors;
    }
    return Arbitraries.oneOf(vectors, scalars).withoutEdgeCases();
  }

  private static Arbitrary<String> vectors(Arbitrary<String> vectors, Arbitrary<String> scalars) {
    return Arbitraries.oneOf(
        selector(),
        Combinators.combine(vectors, vectorOperator(), vectors).as((a, o, b) -> a + o + b),
        // In parentheses, or a matching behind it would be between the scalar and a vector.
        Combinators.combine(vectors, scalarOperator(), scalars)
            .as((a, o, b) -> "(" + a + o + b + ")"),
        Combinators.combine(aggregation(), vectors).as("%s(%s)"::formatted),
        Combinators.combine(Arbitraries.of("topk", "quantile"), scalars, grouping(), vectors)
            .as((operator, k, by, v) -> "%s%s(%s,%s)".formatted(operator, by, k, v)),
        vectors.map(v -> "(" + v + ")"),
        vectors.map(v -> "-(" + v + ")"),
        vectors.map(v -> "- " + v),
        Combinators.combine(rangeFunction(), ranges(vectors)).as("%s(%s)"::formatted),
        Combinators.combine(vectors, scalars).as("clamp_min(%s, %s)"::formatted),
        Combinators.combine(vectors, TEXT, TEXT)
            .as((v, a, b) -> "label_join(%s, %s, \",\", %s)".formatted(v, a, b)));
  }

  private static Arbitrary<String> ranges(Arbitrary<String> vectors) {
    return Arbitraries.oneOf(
        Combinators.combine(bareSelector(), DURATION, edges(), modifiers())
            .as((s, d, e, m) -> "%s[%s]%s%s".formatted(s, d, e, m)),
        Combinators.combine(
                vectors, DURATION, Arbitraries.oneOf(Arbitraries.just(""), DURATION), modifiers())
            .as((v, d, step, m) -> "(%s)[%s:%s]%s".formatted(v, d, step, m)));
  }

  private static Arbitrary<String> scalars(Arbitrary<String> scalars) {
    return Arbitraries.oneOf(
        NUMBER,
        Arbitraries.of("time()", "pi()", "step()", "start()"),
        Combinators.combine(scalars, Arbitraries.of("+", "-", "*", "/", "%", "^"), scalars)
            .as((a, o, b) -> a + " " + o + " " + b),
        scalars.map(s -> "(" + s + ")"),
        scalars.map(s -> "- " + s));
  }

  private static Arbitrary<String> selector() {
    return Combinators.combine(bareSelector(), edges(), modifiers())
        .as((selector, edges, modifiers) -> selector + edges + modifiers);
  }

  private static Arbitrary<String> bareSelector() {
    return Combinators.combine(
            Arbitraries.of("up", "http_requests_total", "job:up:sum", "and", "fill"), matchers())
        .as((metric, matchers) -> metric + matchers);
  }

  private static Arbitrary<String> matchers() {
    Arbitrary<String> matcher =
        Combinators.combine(LABEL, Arbitraries.of("=", "!=", "=~", "!~"), TEXT)
            .as((label, operator, text) ->
                label + operator + (operator.contains("~") ? "'a|b.*'" : text));
    return Arbitraries.oneOf(
        Arbitraries.just(""),
        matcher.list().ofMaxSize(3).map(list -> "{" + String.join(", ", list) + "}"));
  }

  private static Arbitrary<String> edges() {
    return Arbitraries.of("", "", " anchored", " smoothed");
  }

  private static Arbitrary<String> modifiers() {
    return Arbitraries.oneOf(
        Arbitraries.of("", "", " @ 1609746000.5", " @ -3 offset 5m", " offset 0", " @ start()"),
        DURATION.map(d -> " offset (" + d + ")"),
        Arbitraries.of(" offset step() @ end()", " offset -range()", " offset -90s"));
  }

  private static Arbitrary<String> durationLiteral() {
    return Arbitraries.of("5m", "1h30m", "300", "0.25", "1y2d", "0.0001", "1ms");
  }

  private static Arbitrary<String> durations(Arbitrary<String> durations) {
    return Arbitraries.oneOf(
        durationLiteral(),
        Arbitraries.of("step()", "range()"),
        Combinators.combine(durations, Arbitraries.of("+", "-", "*", "/", "%", "^"), durations)
            .as((a, o, b) -> a + o + b),
        Combinators.combine(durations, durations).as("min_of(%s, %s)"::formatted),
        durations.map(d -> "(" + d + ")"),
        durations.map(d -> "-(" + d + ")"));
  }

  private static Arbitrary<String> labels() {
    return LABEL.list().ofMaxSize(3).map(list -> "(" + String.join(",", list) + ")");
  }

  private static Arbitrary<String> grouping() {
    return Arbitraries.oneOf(
        Arbitraries.just(""),
        Combinators.combine(Arbitraries.of(" by", " without"), labels()).as((by, l) -> by + l));
  }

  private static Arbitrary<String> aggregation() {
    return Combinators.combine(Arbitraries.of("sum", "avg", "count", "group", "stddev"), grouping())
        .as((operator, by) -> operator + by);
  }

  private static Arbitrary<String> rangeFunction() {
    return Arbitraries.of("rate", "increase", "max_over_time", "changes", "mad_over_time");
  }

  private static Arbitrary<String> scalarOperator() {
    return Arbitraries.of(
        " + ", " - ", " * ", " / ", " % ", " ^ ", " atan2 ", " == ", " > bool ", " </ ", " >/ ");
  }

  private static Arbitrary<String> vectorOperator() {
    return Arbitraries.oneOf(
        scalarOperator(),
        Combinators.combine(
                Arbitraries.of(" and", " or", " unless", " +", " <=bool"),
                Arbitraries.of(" on", " ignoring"),
                labels())
            .as((operator, on, labels) -> operator + on + labels),
        labels().map(labels -> " / ignoring" + labels + " group_left (x, y) "),
        labels().map(labels -> " * on" + labels + " group_right () "),
        NUMBER.map(number -> " - fill_left(" + number + ") "),
        NUMBER.map(number -> " - on(job) fill(" + number + ") "));
  }
}
