package dev.weir.promql.script;

import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// The evaluations that must pass, as a file lists them: a script's name for all of it, or name and
/// line for one evaluation (`operators.test:12`).
public record RequiredScripts(List<Entry> entries) {
  /// @param line of the evaluation; empty for every one of the script
  record Entry(String script, OptionalInt line) {
    @Override
    public String toString() {
      return script + (line.isPresent() ? ":" + line.getAsInt() : "");
    }
  }

  public RequiredScripts {
    entries = List.copyOf(entries);
  }

  /// @throws WeirException.BadData if a line is no entry
  public static RequiredScripts parse(List<String> lines) {
    List<Entry> entries = new ArrayList<>();
    for (String line : lines) {
      int colon = line.lastIndexOf(':');
      String name = colon < 0 ? line : line.substring(0, colon);
      String number = colon < 0 ? "" : line.substring(colon + 1);
      if (!name.endsWith(".test") || (colon >= 0 && !number.matches("[1-9][0-9]{0,8}"))) {
        throw new WeirException.BadData(
            "required script \"%s\": write a file like operators.test, or one line of it like"
                    .formatted(line)
                + " operators.test:12");
      }
      entries.add(
          new Entry(
              name, colon < 0 ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(number))));
    }
    return new RequiredScripts(entries);
  }

  /// What is required and did not pass, or was not run at all.
  public List<String> missing(Map<String, List<ScriptRunner.Result>> results) {
    List<String> missing = new ArrayList<>();
    for (Entry entry : entries) {
      List<ScriptRunner.Result> required =
          Optional.ofNullable(results.get(entry.script())).orElse(List.of()).stream()
              .filter(result -> entry.line().isEmpty() || entry.line().getAsInt() == result.line())
              .toList();
      if (required.isEmpty()) {
        missing.add(entry + ": there is no such evaluation");
      }
      required.stream()
          .filter(result -> !result.passed())
          .forEach(result -> missing.add(result.toString()));
    }
    return missing;
  }
}
