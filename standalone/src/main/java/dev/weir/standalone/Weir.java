package dev.weir.standalone;

import dev.weir.standalone.blocks.BackupCommand;
import dev.weir.standalone.blocks.BlocksCommand;
import dev.weir.standalone.blocks.RestoreCommand;
import dev.weir.standalone.client.QueryCommand;
import dev.weir.standalone.client.TailCommand;
import dev.weir.standalone.history.BackfillCommand;
import dev.weir.standalone.history.BacktestCommand;
import dev.weir.standalone.history.DownsampleCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/// The `weir` command. Each subcommand is a class of its own; this one knows their names, and how
/// every one of them reports a failure: one line on standard error and an exit code.
///
/// Exit codes: 0 when the command did what it was asked, 1 when it could not, 2 when the command
/// line itself is wrong.
@Command(
    name = "weir",
    description = "A Prometheus-compatible metrics pipeline on Kafka.",
    versionProvider = Version.class,
    subcommands = {
      RunCommand.class,
      QueryCommand.class,
      TailCommand.class,
      BlocksCommand.class,
      BackupCommand.class,
      RestoreCommand.class,
      CheckCommand.class,
      TestCommand.class,
      BacktestCommand.class,
      BackfillCommand.class,
      DownsampleCommand.class,
      VersionCommand.class
    })
public final class Weir implements Runnable {

  @Spec private CommandSpec spec;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help and exit.")
  @SuppressWarnings("UnusedVariable") // picocli prints the help.
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Print the version of weir and of the Java that runs it, and exit.")
  @SuppressWarnings("UnusedVariable") // picocli prints the version.
  private boolean version;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec.
  Weir() {}

  /// Runs one command and exits with its code.
  public static void main(String[] arguments) {
    System.exit(commandLine().execute(arguments));
  }

  /// The command line of every command, with its failures reported as above.
  static CommandLine commandLine() {
    return new CommandLine(new Weir())
        .setParameterExceptionHandler(Failures::reportParameters)
        .setExecutionExceptionHandler(Failures::reportExecution)
        .setCaseInsensitiveEnumValuesAllowed(true);
  }

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(), "a command is missing; use one of " + names(spec));
  }

  private static String names(CommandSpec spec) {
    return String.join(", ", spec.subcommands().keySet());
  }
}
