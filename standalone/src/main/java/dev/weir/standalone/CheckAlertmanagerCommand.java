package dev.weir.standalone;

import dev.weir.alerting.NotificationConfig;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir check alertmanager`: reads files as `weir run --alertmanager.config` does.
@Command(
    name = "alertmanager",
    description = {
      "Read an alertmanager.yml as `weir run` does, and report every problem with its line.",
      "What has no effect is named in a warning."
    })
final class CheckAlertmanagerCommand implements Runnable {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "An alertmanager.yml.")
  private List<Path> files = List.of();

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  CheckAlertmanagerCommand() {}

  @Override
  public void run() {
    files.forEach(this::check);
  }

  private void check(Path file) {
    NotificationConfig config = NotificationConfig.read(file);
    PrintWriter err = spec.commandLine().getErr();
    config.warnings().forEach(warning -> err.println("warning: " + warning));
    spec.commandLine()
        .getOut()
        .println(
            "%s: ok, %d routes, %d receivers, %d warnings"
                .formatted(
                    file,
                    config.alertmanager().route().size(),
                    config.alertmanager().receivers().size(),
                    config.warnings().size()));
  }
}
