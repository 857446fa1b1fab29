package dev.weir.standalone;

import dev.weir.model.CountText;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir check`: says whether files would be taken, without starting anything.
@Command(
    name = "check",
    description = "Say whether files would be taken, without starting anything.",
    subcommands = {
      CheckCommand.Config.class,
      CheckRulesCommand.class,
      CheckAlertmanagerCommand.class
    })
final class CheckCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec.
  CheckCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "say what to check: `config`, `rules` or `alertmanager`");
  }

  /// `weir check config`: reads configuration files as `weir run` does.
  @Command(
      name = "config",
      description = {
        "Read configuration files as `weir run` does, and report every problem with its line.",
        "What has no effect is named in a warning."
      })
  static final class Config implements Runnable {

    @Parameters(arity = "0..*", paramLabel = "FILE", description = "A prometheus.yml.")
    private List<Path> files = List.of();

    @Option(names = "--weir.config", paramLabel = "FILE", description = "A weir.yml.")
    private Optional<Path> weirFile;

    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init") // picocli sets the fields.
    Config() {}

    @Override
    public void run() {
      if (files.isEmpty() && weirFile.isEmpty()) {
        throw new ParameterException(
            spec.commandLine(), "name a prometheus.yml, or a weir.yml with --weir.config");
      }
      for (Path file : files) {
        check(file);
      }
      PrintWriter out = spec.commandLine().getOut();
      weirFile.ifPresent(file -> {
        WeirConfig.read(file);
        out.println(file + ": ok");
      });
    }

    private void check(Path file) {
      PrometheusConfig config = PrometheusConfig.read(file);
      PrintWriter err = spec.commandLine().getErr();
      config.warnings().forEach(warning -> err.println("warning: " + warning));
      spec.commandLine()
          .getOut()
          .println(
              "%s: ok, %s, %s, %s"
                  .formatted(
                      file,
                      CountText.of(config.scrapeConfigs().size(), "scrape configuration"),
                      CountText.of(config.targetCount(), "target"),
                      CountText.of(config.warnings().size(), "warning")));
    }
  }
}
