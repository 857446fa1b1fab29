package dev.weir.standalone;

import java.io.PrintWriter;
import java.io.StringWriter;

/// What a command did when it was run inside the test.
record CommandOutcome(int exitCode, String out, String err) {

  static CommandOutcome of(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Weir.commandLine()
            .setOut(new PrintWriter(out, true))
            .setErr(new PrintWriter(err, true))
            .execute(arguments);
    return new CommandOutcome(code, out.toString(), err.toString());
  }
}
