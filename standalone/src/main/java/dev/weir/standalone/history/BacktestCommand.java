package dev.weir.standalone.history;

import dev.weir.alerting.NotificationConfig;
import dev.weir.history.job.Backtest;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.report.BacktestReport;
import dev.weir.model.WeirException;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.routing.AlertmanagerConfig;
import dev.weir.standalone.blocks.ProgressBar;
import dev.weir.standalone.client.OutputFileConverter;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir backtest`: which alerts rules would have raised.
@Command(
    name = "backtest",
    description = {
      "Evaluate rules over samples in blocks, and show when their alerts would have been pending and"
          + " firing.",
      "With an alertmanager.yml, also whom they would have told, how often. Nothing is written."
    })
public final class BacktestCommand implements Callable<Integer> {

  /// How results are shown.
  enum Output {
    TEXT,
    JSON
  }

  @Parameters(
      arity = "0..*",
      paramLabel = "RULES",
      description = "Rule files or PrometheusRule manifests, as rule_files names them.")
  private List<Path> files = List.of();

  @Mixin private HistoryOptions options;

  @Option(
      names = "--alertmanager.config",
      paramLabel = "FILE",
      description = "An alertmanager.yml, whose routing decides who is told.")
  private Optional<Path> alertmanagerFile;

  @Option(
      names = "--against",
      paramLabel = "RULES",
      description = "Other rules; what differs from them is shown.")
  private List<Path> against = List.of();

  @Option(
      names = "--output",
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
  private Output output;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      converter = OutputFileConverter.class,
      description = "Also writes a page with a timeline of every alert.")
  private Optional<Path> html;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  BacktestCommand() {}

  @Override
  public Integer call() {
    List<RuleGroup> groups = options.rules(files, spec);
    Optional<AlertmanagerConfig> routing = alertmanagerFile.map(this::routing);
    HistoryOptions.Context context = options.context(spec, InstantSource.system());
    BacktestResult result =
        new BacktestResult(
            report("backtest", names(files), groups, context, routing),
            against.isEmpty()
                ? Optional.empty()
                : Optional.of(
                    report(
                        "the other rules",
                        names(against),
                        options.rules(against, spec),
                        context,
                        routing)));
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case TEXT -> new BacktestText(result).print(out);
      case JSON -> out.println(new BacktestJson(result).text());
    }
    html.ifPresent(file -> write(file, new BacktestPage(result).text()));
    return result.report().failed().stream().anyMatch(rule -> rule.isAlways(context.range()))
        ? CommandLine.ExitCode.SOFTWARE
        : CommandLine.ExitCode.OK;
  }

  private static String names(List<Path> files) {
    return files.isEmpty()
        ? "rule_files"
        : files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private AlertmanagerConfig routing(Path file) {
    NotificationConfig config = NotificationConfig.read(file);
    PrintWriter err = spec.commandLine().getErr();
    config.warnings().forEach(warning -> err.println("warning: " + warning));
    return config.alertmanager();
  }

  private BacktestReport report(
      String label,
      String source,
      List<RuleGroup> groups,
      HistoryOptions.Context context,
      Optional<AlertmanagerConfig> routing) {
    PrintWriter err = spec.commandLine().getErr();
    long begun = System.nanoTime();
    Backtest backtest;
    try (ProgressBar bar = new ProgressBar(err)) {
      bar.label(label);
      backtest =
          Backtest.run(context.plan(Purpose.BACKTEST, groups), options.target(spec), bar::at);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begun);
    err.println(
        "%s: %,d evaluations, %,d samples read in %.1f s"
            .formatted(
                source,
                backtest.evaluations(),
                backtest.samplesRead(),
                (double) took.toMillis() / 1000));
    return BacktestReport.of(
        source, groups, context.range(), backtest, routing, options.alertLabels());
  }

  private static void write(Path file, String page) {
    try {
      Files.writeString(file, page);
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s cannot be written: %s".formatted(file, e.getClass().getSimpleName()), e);
    }
  }
}
