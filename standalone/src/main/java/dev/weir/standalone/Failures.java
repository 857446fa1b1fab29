package dev.weir.standalone;

import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// How commands report what went wrong: one line on standard error that begins with the command's
/// name, and an exit code.
final class Failures {

  private static final int FAILED = 1;
  private static final int WRONG_COMMAND_LINE = 2;

  private Failures() {}

  static int reportParameters(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + oneLine(failure) + "; see `" + name + " --help`");
    return WRONG_COMMAND_LINE;
  }

  static int reportExecution(Exception failure, CommandLine command, ParseResult result)
      throws Exception {
    if (!(failure instanceof CommandFailure)) {
      throw failure;
    }
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + oneLine(failure));
    return FAILED;
  }

  private static String oneLine(Exception failure) {
    String message = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    return message.strip().replaceAll("\\s*\\R\\s*", " ");
  }
}
