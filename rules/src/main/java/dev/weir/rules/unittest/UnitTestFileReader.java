package dev.weir.rules.unittest;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.parser.SyntaxProblem;
import dev.weir.rules.alert.AlertExpansion;
import dev.weir.yaml.ConfigFile;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads a file of unit tests.
final class UnitTestFileReader {
  private static final Duration DEFAULT_INTERVAL = Duration.ofMinutes(1);

  /// Start timestamps of series stand on lines of their own.
  private static final String START_TIMESTAMPS = "@st";

  private final ConfigFile file;
  private final PromqlParser parser;

  UnitTestFileReader(ConfigFile file, UnitTestSettings settings) {
    this.file = file;
    this.parser = new PromqlParser(settings.language());
  }

  UnitTestFile read() {
    ConfigSection root = file.root().section("");
    Duration interval = interval(root, "evaluation_interval", DEFAULT_INTERVAL);
    boolean fuzzy = root.bool("fuzzy_compare").orElse(false);
    List<String> patterns = new ArrayList<>();
    for (String pattern : root.texts("rule_files")) {
      patterns.add(Path.of(file.name()).resolveSibling(pattern).toString());
    }
    List<String> order = groupOrder(root);
    List<UnitTest> tests = new ArrayList<>();
    for (ConfigValue entry : root.list("tests")) {
      tests.add(test(entry, tests.size(), interval));
    }
    root.refuseOthers();
    file.throwIfProblems();
    return new UnitTestFile(
        file.name(), interval.toMillis(), fuzzy, patterns, order, tests, file.warnings());
  }

  private static Duration interval(ConfigSection section, String key, Duration otherwise) {
    return section.duration(key).filter(given -> !given.isZero()).orElse(otherwise);
  }

  private static List<String> groupOrder(ConfigSection root) {
    List<String> order = new ArrayList<>();
    for (ConfigValue entry : root.list("group_eval_order")) {
      String name = entry.text().orElse("");
      if (order.contains(name)) {
        entry.problem(
            "group %s stands there twice".formatted(LabelText.quote(name)), "name it once");
      }
      order.add(name);
    }
    return order;
  }

  private UnitTest test(ConfigValue entry, int number, Duration evaluationInterval) {
    String name = entry.peek("name").orElse("");
    ConfigSection section =
        entry.section(
            name.isEmpty() ? "test %d".formatted(number + 1) : "test " + LabelText.quote(name));
    section.text("name");
    Duration interval = interval(section, "interval", evaluationInterval);
    UnitTest test =
        new UnitTest(
            name,
            number,
            entry.line(),
            section
                .value("start_timestamp")
                .flatMap(value -> value.parsed(UnitTestFileReader::startMillis))
                .orElse(0L),
            interval.toMillis(),
            series(section, interval.toMillis()),
            section.list("alert_rule_test").stream().map(UnitTestFileReader::alertCase).toList(),
            section.list("promql_expr_test").stream().map(this::expressionCase).toList(),
            Labels.of(texts(section, "external_labels")),
            section.text("external_url").orElse(""));
    section.refuseOthers();
    return test;
  }

  private static long startMillis(String text) {
    try {
      return new BigDecimal(text).movePointRight(3).longValue();
    } catch (NumberFormatException notSeconds) {
      try {
        return OffsetDateTime.parse(text).toInstant().toEpochMilli();
      } catch (DateTimeParseException e) {
        e.addSuppressed(notSeconds);
        throw new WeirException.BadData(
            "\"%s\" is no time; use seconds since 1970 or RFC 3339, such as %s"
                .formatted(text, Instant.ofEpochSecond(1_609_459_200)),
            e);
      }
    }
  }

  private static List<LoadedSeries> series(ConfigSection section, long intervalMillis) {
    List<String> lines = new ArrayList<>();
    boolean allRead = true;
    for (ConfigValue entry : section.list("input_series")) {
      ConfigSection one = entry.section(entry.place());
      Optional<String> series = one.text("series");
      if (series.isEmpty()) {
        one.problem("series", "has no series", "name one under series");
      }
      String line = series.orElse("") + " " + one.text("values").orElse("").strip();
      one.refuseOthers();
      lines.add(line);
      allRead &= series.isPresent() && isReadable(one, line);
    }
    if (!allRead) {
      return List.of();
    }
    try {
      return SeriesNotation.load(intervalMillis, lines);
    } catch (WeirException.BadData e) {
      section.problem("input_series", e.getMessage(), "");
      return List.of();
    }
  }

  private static boolean isReadable(ConfigSection entry, String line) {
    if (line.contains(START_TIMESTAMPS)) {
      // Is read together with the series behind it.
      return true;
    }
    try {
      SeriesNotation.parse(line);
      return true;
    } catch (WeirException.BadData e) {
      entry.problem("series", e.getMessage(), "");
      return false;
    }
  }

  private static AlertCase alertCase(ConfigValue entry) {
    ConfigSection section = entry.section(entry.place());
    String alert = section.text("alertname").orElse("");
    if (alert.isEmpty()) {
      section.problem("alertname", "names no alert", "name one under alertname");
    }
    List<AlertCase.Expected> expected = new ArrayList<>();
    for (ConfigValue value : section.list("exp_alerts")) {
      ConfigSection one = value.section(value.place());
      Map<String, String> labels = new TreeMap<>(texts(one, "exp_labels"));
      labels.put(AlertExpansion.ALERT_NAME, alert);
      expected.add(new AlertCase.Expected(labels, texts(one, "exp_annotations")));
      one.refuseOthers();
    }
    AlertCase read = new AlertCase(entry.line(), evalMillis(section), alert, expected);
    section.refuseOthers();
    return read;
  }

  private ExpressionCase expressionCase(ConfigValue entry) {
    ConfigSection section = entry.section(entry.place());
    Optional<ConfigValue> value = section.value("expr");
    String expression = value.flatMap(ConfigValue::text).orElse("");
    if (value.isPresent()) {
      check(value.get(), expression);
    } else {
      section.problem("expr", "has no expression", "write one in PromQL under expr");
    }
    ExpressionCase read =
        new ExpressionCase(
            entry.line(),
            expression,
            evalMillis(section),
            section.list("exp_samples").stream()
                .map(UnitTestFileReader::sample)
                .flatMap(Optional::stream)
                .toList());
    section.refuseOthers();
    return read;
  }

  private void check(ConfigValue value, String expression) {
    try {
      parser
          .check(expression)
          .ifPresent((SyntaxProblem problem) ->
              value.problemAt(problem.span().start(), "parse error: " + problem.problem(), ""));
    } catch (WeirException.LimitExceeded e) {
      value.problem(e.getMessage(), "");
    }
  }

  private static Optional<ExpressionCase.Expected> sample(ConfigValue entry) {
    ConfigSection section = entry.section(entry.place());
    Optional<ConfigValue> labelsValue = section.value("labels");
    Optional<Labels> labels = labelsValue.flatMap(text -> text.parsed(UnitTestFileReader::labels));
    if (labelsValue.isEmpty()) {
      section.problem("labels", "has no labels", "write them as in a query, {} for none");
    }
    double value =
        section.value("value").flatMap(text -> text.parsed(YamlNumber::parse)).orElse(0.0);
    Optional<NativeHistogram> histogram =
        section
            .value("histogram")
            .filter(text -> !text.text().orElse("").isEmpty())
            .flatMap(text -> text.parsed(UnitTestFileReader::histogram));
    section.refuseOthers();
    return labels.map(read -> new ExpressionCase.Expected(read, value, histogram.orElse(null)));
  }

  private static Labels labels(String text) {
    return SeriesNotation.parseLabels(text);
  }

  private static NativeHistogram histogram(String text) {
    List<SeriesNotation.Value> values = SeriesNotation.parse("{} " + text).values();
    if (values.size() == 1
        && values.getFirst() instanceof SeriesNotation.Value.Histogram(NativeHistogram one, _)) {
      return one;
    }
    throw new WeirException.BadData(
        "\"%s\" is not one histogram; write it as {{schema:0 count:3 sum:5 buckets:[1 2]}}"
            .formatted(text));
  }

  private static long evalMillis(ConfigSection section) {
    return section.duration("eval_time").orElse(Duration.ZERO).toMillis();
  }

  private static Map<String, String> texts(ConfigSection section, String key) {
    Map<String, String> texts = new HashMap<>();
    ConfigSection pairs =
        section.section(key, section.value(key).map(ConfigValue::place).orElse(key));
    for (String name : pairs.keys()) {
      pairs
          .value(name)
          .flatMap(value -> value.isNull() ? Optional.of("") : value.text())
          .ifPresent(text -> texts.put(name, text));
    }
    return texts;
  }
}
