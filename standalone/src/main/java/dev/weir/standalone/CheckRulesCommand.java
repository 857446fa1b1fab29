package dev.weir.standalone;

import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.client.DurationConverter;
import dev.weir.standalone.client.SeriesCounts;
import dev.weir.standalone.client.UnknownMetrics;
import dev.weir.streams.definition.GroupPlanner;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir check rules`: reads rule files as `weir run` does. Every problem of every file is
/// reported, and what a linter finds.
@Command(
    name = "rules",
    description = {
      "Read rule files and PrometheusRule manifests, and report every problem with its line.",
      "Ends with 0, with 1 if a file has problems, and with 3 if a lint has remarks and they are"
          + " fatal."
    })
final class CheckRulesCommand implements Callable<Integer> {

  /// A lint has remarks, and they are fatal: as `promtool` ends.
  private static final int LINTED = 3;

  /// Plans rules as `weir run` does unless `weir.yml` says otherwise.
  private static final GroupPlanner AS_RUN =
      new GroupPlanner(
          EngineSettings.DEFAULT.lookback().toMillis(),
          WeirConfig.defaults().rules().window().toMillis(),
          true);

  /// What is checked beyond what `weir run` refuses.
  enum Lint {
    ALL("all"),
    DUPLICATE_RULES("duplicate-rules"),
    NONE("none");

    private final String option;

    Lint(String option) {
      this.option = option;
    }

    @Override
    public String toString() {
      return option;
    }
  }

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "A rule file or a manifest.")
  private List<Path> files = List.of();

  @Option(
      names = "--lint",
      split = ",",
      paramLabel = "NAME",
      defaultValue = "duplicate-rules",
      converter = LintConverter.class,
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private List<Lint> lints = List.of();

  @Option(names = "--lint-fatal", description = "End with 3 if a lint has remarks.")
  private boolean lintFatal;

  @Mixin private UnknownMetrics unknownMetrics;

  @Option(
      names = "--explain",
      description = {
        "Print how each rule is evaluated on the stream: what partitions ship, how far it looks"
            + " back, what is merged.",
        "With --live, count the series of the server."
      })
  private boolean explain;

  /// The forms in which plans can be printed.
  enum OutputForm {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "With --explain: text, or json.")
  private OutputForm output;

  @Option(
      names = "--window",
      paramLabel = "DURATION",
      defaultValue = "2h",
      converter = DurationConverter.class,
      description = "With --explain: rules.window of weir.yml (default: ${DEFAULT-VALUE}).")
  private Duration window;

  @Mixin private RuleFileOptions reading;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  CheckRulesCommand() {}

  @Override
  public Integer call() {
    RuleFileSettings settings =
        new RuleFileSettings(
            RuleFileSettings.DEFAULT.interval(),
            RuleFileSettings.DEFAULT.queryOffset(),
            ParserOptions.ofFeatures(reading.features()),
            reading.ignoreUnknownFields());
    List<RuleFile> read = new ArrayList<>();
    int remarks = 0;
    for (Path path : files) {
      Optional<RuleFile> file = read(path, settings);
      file.ifPresent(read::add);
      remarks += file.map(this::report).orElse(0);
    }
    if (explain) {
      explain(read);
    }
    List<String> unknown = unknownMetrics.in(read);
    unknown.forEach(this::warn);
    remarks += unknown.size();
    if (read.size() < files.size()) {
      return Failures.FAILED;
    }
    return lintFatal && remarks > 0 ? LINTED : 0;
  }

  private void explain(List<RuleFile> read) {
    GroupPlanner planner =
        new GroupPlanner(EngineSettings.DEFAULT.lookback().toMillis(), window.toMillis(), true);
    PrintWriter out = spec.commandLine().getOut();
    try (SeriesCounts counts = unknownMetrics.counts()) {
      RuleExplanation explanation = new RuleExplanation(planner, counts);
      switch (output) {
        case text -> explanation.printText(read, out);
        case json -> explanation.printJson(read, out);
      }
    }
  }

  private Optional<RuleFile> read(Path path, RuleFileSettings settings) {
    try {
      return Optional.of(RuleFile.read(path, settings));
    } catch (WeirException.BadData e) {
      PrintWriter err = spec.commandLine().getErr();
      e.getMessage().lines().forEach(line -> err.println(spec.qualifiedName() + ": " + line));
      return Optional.empty();
    }
  }

  /// @return how many remarks of lints there are
  private int report(RuleFile file) {
    boolean linted = lints.contains(Lint.ALL) || lints.contains(Lint.DUPLICATE_RULES);
    List<String> remarks = linted ? file.duplicates() : List.of();
    remarks.forEach(this::warn);
    file.warnings().forEach(this::warn);
    file.groups().stream()
        .flatMap(group -> AS_RUN.warnings(group).stream())
        .forEach(note -> spec.commandLine().getErr().println("note: " + note));
    if (explain) {
      return remarks.size();
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: ok, %d rules in %d groups, %d warnings"
                .formatted(
                    file.name(),
                    file.ruleCount(),
                    file.groups().size(),
                    remarks.size() + file.warnings().size()));
    return remarks.size();
  }

  private void warn(String warning) {
    spec.commandLine().getErr().println("warning: " + warning);
  }
}
