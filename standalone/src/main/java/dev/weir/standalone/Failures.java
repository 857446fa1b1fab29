package dev.weir.standalone;

import dev.weir.broker.EmbeddedBrokerException;
import dev.weir.model.WeirException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// How commands report what went wrong: one line on standard error that begins with the command's
/// name, and an exit code. Where several things are wrong with a file, each has its line.
///
/// What the code foresaw has a message that stands alone. Anything else is a bug in Weir, and says
/// where it happened.
final class Failures {

  /// The command could not do what it was asked.
  static final int FAILED = 1;

  /// The command line itself is wrong.
  static final int WRONG_COMMAND_LINE = 2;

  private Failures() {}

  static int reportParameters(ParameterException failure, String[] arguments) {
    CommandLine command = failure.getCommandLine();
    String name = command.getCommandSpec().qualifiedName();
    command.getErr().println(name + ": " + message(failure) + "; see `" + name + " --help`");
    return WRONG_COMMAND_LINE;
  }

  static int reportExecution(Exception failure, CommandLine command, ParseResult result) {
    String name = command.getCommandSpec().qualifiedName();
    PrintWriter err = command.getErr();
    switch (failure) {
      case WeirException.Internal _ -> reportBug(err, name, failure);
      case WeirException _, EmbeddedBrokerException _ ->
          message(failure).lines().forEach(line -> err.println(name + ": " + line));
      default -> reportBug(err, name, failure);
    }
    return FAILED;
  }

  private static void reportBug(PrintWriter err, String name, Exception failure) {
    err.println(name + ": internal error: " + message(failure));
    failure.printStackTrace(err);
  }

  private static String message(Exception failure) {
    return failure.getMessage() == null ? failure.toString() : failure.getMessage();
  }
}
