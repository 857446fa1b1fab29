package dev.weir.standalone;

import dev.weir.model.WeirException;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.rules.file.RuleFile;
import dev.weir.rules.file.RuleFileSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir check rules`: reads rule files as `weir run` does. Every problem of every file is
/// reported.
@Command(
    name = "rules",
    description = {
      "Read rule files and PrometheusRule manifests, and report every problem with its line.",
      "Rules that stand there twice are named in a warning."
    })
final class CheckRulesCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "A rule file or a manifest.")
  private List<Path> files = List.of();

  @Option(
      names = "--enable-feature",
      split = ",",
      paramLabel = "NAME",
      description = "Experimental parts of PromQL that expressions may use.")
  private List<String> features = List.of();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  CheckRulesCommand() {}

  @Override
  public Integer call() {
    RuleFileSettings settings =
        new RuleFileSettings(
            RuleFileSettings.DEFAULT.interval(),
            RuleFileSettings.DEFAULT.queryOffset(),
            ParserOptions.ofFeatures(features));
    int failed = 0;
    for (Path file : files) {
      failed += check(file, settings) ? 0 : 1;
    }
    return failed == 0 ? 0 : Failures.FAILED;
  }

  private boolean check(Path path, RuleFileSettings settings) {
    PrintWriter err = spec.commandLine().getErr();
    try {
      RuleFile file = RuleFile.read(path, settings);
      file.warnings().forEach(warning -> err.println("warning: " + warning));
      spec.commandLine()
          .getOut()
          .println(
              "%s: ok, %d rules in %d groups, %d warnings"
                  .formatted(path, file.ruleCount(), file.groups().size(), file.warnings().size()));
      return true;
    } catch (WeirException.BadData e) {
      String command = spec.qualifiedName();
      e.getMessage().lines().forEach(line -> err.println(command + ": " + line));
      return false;
    }
  }
}
