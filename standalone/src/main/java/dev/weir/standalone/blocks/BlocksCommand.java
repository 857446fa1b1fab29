package dev.weir.standalone.blocks;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// `weir blocks`: lists, checks, imports and exports blocks.
@Command(
    name = "blocks",
    description = "List, check, import and export blocks; nothing has to run, or to stop.",
    subcommands = {
      LsCommand.class,
      InspectCommand.class,
      VerifyCommand.class,
      AnalyzeCommand.class,
      ImportCommand.class,
      ExportCommand.class
    })
public final class BlocksCommand implements Runnable {

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the spec.
  BlocksCommand() {}

  @Override
  public void run() {
    throw new ParameterException(
        spec.commandLine(),
        "say what to do: `ls`, `inspect`, `verify`, `analyze`, `import` or `export`");
  }
}
