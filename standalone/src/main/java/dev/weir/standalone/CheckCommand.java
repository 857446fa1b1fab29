package dev.weir.standalone;

import dev.weir.model.CountText;
import dev.weir.promql.query.EngineSettings;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.pipeline.Features;
import dev.weir.streams.definition.ConfiguredRules;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

    @Option(
        names = "--enable-feature",
        split = ",",
        paramLabel = "NAME",
        description = "Experimental parts of PromQL that expressions of rules may use.")
    private List<String> features = List.of();

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
      WeirConfig weir = weirFile.map(WeirConfig::read).orElseGet(WeirConfig::defaults);
      for (Path file : files) {
        check(file, weir);
      }
      weirFile.ifPresent(file -> weir.warnings().forEach(warning -> warn(file + ": " + warning)));
      weirFile.ifPresent(file -> spec.commandLine().getOut().println(file + ": ok"));
    }

    private void warn(String warning) {
      spec.commandLine().getErr().println("warning: " + warning);
    }

    private void check(Path file, WeirConfig weir) {
      PrometheusConfig config = PrometheusConfig.read(file);
      Features enabled = new Features(Set.copyOf(features));
      ConfiguredRules rules =
          ConfiguredRules.read(
              config,
              // As `weir run` does, which asks itself.
              weir.rules().withQueriesAskedOf(URI.create("http://localhost:9090")),
              enabled.applyTo(EngineSettings.DEFAULT.withLookback(weir.query().lookback())),
              enabled.language());
      List<String> warnings = new ArrayList<>(config.warnings());
      warnings.addAll(rules.warnings());
      warnings.forEach(this::warn);
      spec.commandLine()
          .getOut()
          .println(
              "%s: ok, %s, %s, %s, %s"
                  .formatted(
                      file,
                      CountText.of(config.scrapeConfigs().size(), "scrape configuration"),
                      CountText.of(config.targetCount(), "target"),
                      CountText.of(rules.ruleCountOfFiles(), "rule"),
                      CountText.of(warnings.size(), "warning")));
    }
  }
}
