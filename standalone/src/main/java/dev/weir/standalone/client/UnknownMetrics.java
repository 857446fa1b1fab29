package dev.weir.standalone.client;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.promql.ast.Expr.VectorSelector;
import dev.weir.promql.plan.SelectorReach;
import dev.weir.promql.printer.PromqlPrinter;
import dev.weir.rules.Rule;
import dev.weir.rules.alert.AlertSeries;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RulePlace;
import dev.weir.yaml.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// The lint that asks a server which metrics there are, and names those that rules select and
/// nobody has: where a rule would be silent for ever.
public final class UnknownMetrics {

  @Option(
      names = "--live",
      description = "Name metrics that rules select and the server does not know.")
  private boolean live;

  @Mixin private ServerConnection connection;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  public UnknownMetrics() {}

  /// @param files whose rules are checked; what some of them record is known to all
  /// @return a remark for each selector, with its place; none where the server is not to be asked
  /// @throws dev.weir.model.WeirException if the server does not answer
  public List<String> in(List<RuleFile> files) {
    if (!live) {
      return List.of();
    }
    SortedSet<String> known =
        new TreeSet<>(List.of(AlertSeries.ALERTS, AlertSeries.ALERTS_FOR_STATE));
    files.forEach(file -> file.places().forEach(place -> addRecorded(place.rule(), known)));
    try (ApiClient client = connection.connect()) {
      client
          .get("/api/v1/label/" + Labels.NAME + "/values")
          .data()
          .forEach(name -> known.add(name.asText()));
    }
    List<String> remarks = new ArrayList<>();
    for (RuleFile file : files) {
      for (RulePlace place : file.places()) {
        for (SelectorReach reach : SelectorReach.in(place.rule().expr(), 0)) {
          remark(reach.selector(), known)
              .ifPresent(remark ->
                  remarks.add(
                      place.where().apply(reach.selector().span().start()) + ": " + remark));
        }
      }
    }
    return remarks;
  }

  /// How many series the server has; nobody is asked where the server is not to be asked.
  public SeriesCounts counts() {
    return new SeriesCounts(live ? connection.connect() : null);
  }

  private static void addRecorded(Rule rule, SortedSet<String> known) {
    if (rule instanceof Rule.Recording recording) {
      known.add(recording.name());
    }
  }

  private Optional<String> remark(VectorSelector selector, SortedSet<String> known) {
    for (Matcher matcher : selector.matchers()) {
      if (!matcher.name().equals(Labels.NAME) || known.stream().anyMatch(matcher::matches)) {
        continue;
      }
      boolean named = matcher.type() == Matcher.Type.EQUAL;
      String what =
          named
              ? "metric %s is not known to %s"
                  .formatted(LabelText.quote(matcher.value()), connection.server())
              : "%s selects no metric that %s knows"
                  .formatted(PromqlPrinter.print(selector), connection.server());
      Optional<String> meant = named ? Spelling.nearest(matcher.value(), known) : Optional.empty();
      return Optional.of(
          what
              + meant
                  .map(name -> "; did you mean %s?".formatted(LabelText.quote(name)))
                  .orElse(""));
    }
    return Optional.empty();
  }
}
