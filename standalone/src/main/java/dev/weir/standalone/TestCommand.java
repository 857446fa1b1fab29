package dev.weir.standalone;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir test`: runs tests of what people write for Weir.
@Command(
    name = "test",
    description = "Run tests of rules, without a server.",
    subcommands = TestRulesCommand.class)
final class TestCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec.
  TestCommand() {}

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "say what to test: `rules`");
  }
}
