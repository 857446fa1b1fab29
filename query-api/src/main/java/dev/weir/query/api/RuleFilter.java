package dev.weir.query.api;

import dev.weir.model.LabelText;
import dev.weir.model.Matcher;
import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.service.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Which rules a request asks for. What it does not name is not looked at.
///
/// @param names of rules
/// @param groups their names
/// @param files their names
/// @param selectors tests on labels as a rule has them written, templates not expanded; one has to
///   pass
/// @param excludeAlerts whether rules come without their alerts
record RuleFilter(
    Kind kind,
    Set<String> names,
    Set<String> groups,
    Set<String> files,
    List<List<Matcher>> selectors,
    boolean excludeAlerts) {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  /// What a rule does.
  enum Kind {
    ANY,
    ALERT,
    RECORD
  }

  RuleFilter {
    names = Set.copyOf(names);
    groups = Set.copyOf(groups);
    files = Set.copyOf(files);
    selectors = List.copyOf(selectors);
  }

  static RuleFilter of(HttpRequest request) {
    return new RuleFilter(
        kind(request),
        Set.copyOf(request.parameters("rule_name[]")),
        Set.copyOf(request.parameters("rule_group[]")),
        Set.copyOf(request.parameters("file[]")),
        selectors(request),
        excludeAlerts(request));
  }

  boolean takes(RuleGroup group) {
    return (groups.isEmpty() || groups.contains(group.name()))
        && (files.isEmpty() || files.contains(group.file()));
  }

  boolean takes(Rule rule) {
    boolean rightKind =
        switch (kind) {
          case ANY -> true;
          case ALERT -> rule instanceof Rule.Alerting;
          case RECORD -> rule instanceof Rule.Recording;
        };
    return rightKind && (names.isEmpty() || names.contains(rule.name())) && hasLabels(rule);
  }

  private boolean hasLabels(Rule rule) {
    Map<String, String> labels = rule.labelTexts();
    return selectors.isEmpty()
        || selectors.stream()
            .anyMatch(matchers ->
                matchers.stream()
                    .allMatch(matcher -> matcher.matches(labels.getOrDefault(matcher.name(), ""))));
  }

  private static Kind kind(HttpRequest request) {
    String text = request.parameter("type").orElse("").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "" -> Kind.ANY;
      case "alert" -> Kind.ALERT;
      case "record" -> Kind.RECORD;
      default ->
          throw new ApiError(
              ErrorType.BAD_DATA,
              "invalid parameter \"type\": not supported value " + LabelText.quote(text));
    };
  }

  private static boolean excludeAlerts(HttpRequest request) {
    String text = request.parameter("exclude_alerts").orElse("").toLowerCase(Locale.ROOT);
    return switch (text) {
      case "1", "t", "true" -> true;
      case "", "0", "f", "false" -> false;
      default ->
          throw new ApiError(
              ErrorType.BAD_DATA,
              "invalid parameter \"exclude_alerts\": error converting exclude_alerts:"
                  + " strconv.ParseBool: parsing %s: invalid syntax"
                      .formatted(LabelText.quote(text)));
    };
  }

  private static List<List<Matcher>> selectors(HttpRequest request) {
    List<List<Matcher>> selectors = new ArrayList<>();
    for (String text : request.parameters("match[]")) {
      selectors.add(selector(text));
    }
    return selectors;
  }

  /// As Prometheus has it, the message does not name the parameter here.
  private static List<Matcher> selector(String text) {
    try {
      return PARSER.parseSelector(text);
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, String.valueOf(e.getMessage()), e);
    }
  }
}
