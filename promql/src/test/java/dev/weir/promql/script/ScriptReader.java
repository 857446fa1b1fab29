package dev.weir.promql.script;

import dev.weir.model.DurationText;
import dev.weir.model.WeirException;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.script.Script.Clear;
import dev.weir.promql.script.Script.Command;
import dev.weir.promql.script.Script.Evaluation;
import dev.weir.promql.script.Script.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads scripts.
///
/// ```
/// Script  => (Load | Clear | Eval | Comment | Empty)*          a line each; Load and Eval with more
/// Load    => ('load' | 'load_with_nhcb') Duration NL (Series NL)*
/// Clear   => 'clear' NL
/// Eval    => Eval_ 'instant' 'at' Duration Query NL Expected*
///          | Eval_ 'range' 'from' Duration 'to' Duration 'step' Duration Query NL Expected*
/// Eval_   => 'eval' | 'eval_fail' | 'eval_warn' | 'eval_info' | 'eval_ordered'
/// Comment => '#' Any NL
/// ```
///
/// *Series* is [SeriesNotation], *Expected* is read by [ExpectationReader]. Lines are trimmed
/// before they are read. An empty line or a comment ends a load or an evaluation.
public final class ScriptReader {
  private static final Pattern LOAD = Pattern.compile("load(_with_nhcb)?\\s+(\\S+)");

  private static final Pattern INSTANT =
      Pattern.compile("eval(?:_(fail|warn|ordered|info))?\\s+instant\\s+at\\s+(\\S+)\\s+(.+)");

  private static final Pattern RANGE =
      Pattern.compile(
          "eval(?:_(fail|warn|info))?\\s+range\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)\\s+(.+)");

  private final String name;
  private final List<String> lines;
  private final List<Command> commands = new ArrayList<>();

  /// Index of the line in sight.
  private int at;

  private ScriptReader(String name, String text) {
    this.name = name;
    this.lines = text.lines().map(ScriptReader::trim).toList();
  }

  private static String trim(String line) {
    String trimmed = line.strip();
    return trimmed.startsWith("#") ? "" : trimmed;
  }

  /// @throws WeirException.BadData if the text is no script; the message starts with name and line
  public static Script read(String name, String text) {
    return new ScriptReader(name, text).read();
  }

  /// @throws WeirException.BadData if the file holds no script
  public static Script read(Path file) throws IOException {
    return read(String.valueOf(file.getFileName()), Files.readString(file));
  }

  private Script read() {
    while (at < lines.size()) {
      int command = at;
      try {
        readCommand(lines.get(at++));
      } catch (WeirException.BadData e) {
        throw new WeirException.BadData(
            "%s:%d: %s".formatted(name, command + 1, e.getMessage()), e);
      }
    }
    return new Script(name, commands);
  }

  private void readCommand(String line) {
    if (line.isEmpty()) {
      return;
    }
    String word = line.split("\\s", 2)[0].toLowerCase(Locale.ROOT);
    if (word.equals("clear")) {
      commands.add(new Clear());
    } else if (word.startsWith("load")) {
      readLoad(line);
    } else if (word.startsWith("eval")) {
      readEvaluation(line);
    } else {
      throw new WeirException.BadData(
          "command \"%s\" is not known; use load, load_with_nhcb, clear or eval".formatted(word));
    }
  }

  private void readLoad(String line) {
    Matcher matcher = LOAD.matcher(line);
    if (!matcher.matches()) {
      throw new WeirException.BadData("a load is written: load <duration>");
    }
    List<String> block = new ArrayList<>();
    while (at < lines.size() && !lines.get(at).isEmpty()) {
      block.add(lines.get(at++));
    }
    List<LoadedSeries> series =
        SeriesNotation.load(DurationText.parseMillis(matcher.group(2)), block);
    if (matcher.group(1) == null) {
      commands.add(new Load(series));
    } else {
      List<LoadedSeries> both = new ArrayList<>(series);
      both.addAll(CustomBucketHistograms.of(series));
      commands.add(new Load(both));
    }
  }

  private void readEvaluation(String line) {
    int number = at;
    Matcher instant = INSTANT.matcher(line);
    if (instant.matches()) {
      long timestampMillis = DurationText.parseMillis(instant.group(2));
      ExpectationReader expected =
          new ExpectationReader(
              Optional.ofNullable(instant.group(1)), QueryTimes.instant(timestampMillis), true);
      readExpected(expected);
      commands.add(
          new Evaluation(
              number, instant.group(3), timestampMillis, Optional.empty(), expected.build()));
      return;
    }
    Matcher range = RANGE.matcher(line);
    if (!range.matches()) {
      throw new WeirException.BadData(
          "an evaluation is written: eval instant at <duration> <query>, or: eval range from"
              + " <duration> to <duration> step <duration> <query>");
    }
    QueryTimes times = times(range.group(2), range.group(3), range.group(4));
    ExpectationReader expected =
        new ExpectationReader(Optional.ofNullable(range.group(1)), times, false);
    readExpected(expected);
    commands.add(
        new Evaluation(
            number, range.group(5), times.endMillis(), Optional.of(times), expected.build()));
  }

  private void readExpected(ExpectationReader expected) {
    boolean more = true;
    while (more && at < lines.size() && !lines.get(at).isEmpty()) {
      more = expected.read(lines.get(at++));
    }
  }

  /// @throws WeirException.BadData if the end is before the start, or one is no duration
  static QueryTimes times(String from, String to, String step) {
    long start = DurationText.parseMillis(from);
    long end = DurationText.parseMillis(to);
    if (end < start) {
      throw new WeirException.BadData("end %s is before start %s".formatted(to, from));
    }
    return new QueryTimes(start, end, DurationText.parseMillis(step));
  }
}
