package dev.weir.standalone.client;

import dev.weir.standalone.client.ApiClient.Answer;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/// Which server a client command asks, and in which form it prints the answer.
final class ServerOptions {

  @Mixin private ServerConnection connection;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      defaultValue = "text",
      description = "text, or json: the answer's data as the server sent it.")
  private OutputForm output;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ServerOptions() {}

  /// The forms in which an answer can be printed.
  enum OutputForm {
    text,
    json
  }

  /// Asks, prints the data on standard output and the warnings on standard error.
  ///
  /// @param explain whether to print how the query was evaluated instead of what it came to
  void print(CommandSpec spec, String path, Map<String, String> form, boolean explain) {
    Map<String, String> asked = new LinkedHashMap<>(form);
    if (explain) {
      asked.put("explain", "true");
      asked.put("stats", "true");
    }
    Answer answer;
    try (ApiClient client = connection.connect()) {
      answer = client.post(path, asked);
    }
    PrintWriter out = spec.commandLine().getOut();
    switch (output) {
      case text -> {
        if (explain) {
          PlanPrinter.print(answer.data(), out);
        } else {
          AnswerText.print(answer.data(), out);
        }
      }
      case json -> out.println(answer.data());
    }
    out.flush();
    PrintWriter err = spec.commandLine().getErr();
    for (String warning : answer.warnings()) {
      err.println(spec.qualifiedName() + ": warning: " + warning);
    }
  }
}
