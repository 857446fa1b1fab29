package dev.weir.promql.script;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.weir.model.Labels;
import dev.weir.model.QuotedText;
import dev.weir.model.WeirException;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.script.Expectation.ExpectedSeries;
import dev.weir.promql.script.Expectation.Result;
import dev.weir.promql.script.Expectation.ScalarResult;
import dev.weir.promql.script.Expectation.SeriesResult;
import dev.weir.promql.script.Expectation.Text;
import dev.weir.promql.script.Expectation.TextResult;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;

/// Reads the lines below an evaluation.
///
/// ```
/// Expected => Series | Number
///           | 'expect' ('fail' | 'warn' | 'info') (('msg' | 'regex') ':' Any)?
///           | 'expect' ('no_warn' | 'no_info' | 'ordered')
///           | 'expect' 'string' Quoted
///           | 'expect' 'range' 'vector' 'from' Duration 'to' Duration 'step' Duration
///           | 'expected_fail_message' Any | 'expected_fail_regexp' Any
/// ```
///
/// A *Number* and the last two are the last line.
final class ExpectationReader {
  private static final java.util.regex.Pattern EXPECT =
      java.util.regex.Pattern.compile(
          "expect\\s+(ordered|fail|warn|no_warn|info|no_info)(?:\\s+(regex|msg):(.+))?");

  private static final java.util.regex.Pattern RANGE_VECTOR =
      java.util.regex.Pattern.compile(
          "expect range vector\\s+from\\s+(\\S+)\\s+to\\s+(\\S+)\\s+step\\s+(\\S+)");

  private final boolean instant;
  private final List<Text> failures = new ArrayList<>();
  private final List<Text> warnings = new ArrayList<>();
  private final List<Text> infos = new ArrayList<>();
  private final Map<Labels, ExpectedSeries> series = new HashMap<>();
  private boolean anyWarning;
  private boolean anyInfo;
  private boolean noWarnings;
  private boolean noInfos;
  private boolean ordered;
  private boolean rangeVector;
  private QueryTimes times;
  private @Nullable Result value;

  /// @param variant the word after `eval_`
  ExpectationReader(Optional<String> variant, QueryTimes times, boolean instant) {
    this.times = times;
    this.instant = instant;
    switch (variant.orElse("")) {
      case "fail" -> failures.add(new Text.Any());
      case "warn" -> anyWarning = true;
      case "info" -> anyInfo = true;
      case "ordered" -> ordered = true;
      default -> {}
    }
  }

  /// @return whether more lines may follow
  boolean read(String line) {
    if (line.startsWith("expected_fail_message")) {
      failures.clear();
      failures.add(new Text.Exactly(after(line, "expected_fail_message")));
      return false;
    }
    if (line.startsWith("expected_fail_regexp")) {
      failures.clear();
      failures.add(new Text.Like(pattern(after(line, "expected_fail_regexp"))));
      return false;
    }
    if (line.startsWith("expect range vector")) {
      readRangeVector(line);
      return true;
    }
    if (line.startsWith("expect string")) {
      value = new TextResult(QuotedText.unquote(after(line, "expect string")));
      return true;
    }
    if (line.equals("expect") || line.startsWith("expect ")) {
      readExpect(line);
      return true;
    }
    OptionalDouble number = number(line);
    if (number.isPresent()) {
      value = new ScalarResult(number.getAsDouble());
      return false;
    }
    readSeries(line);
    return true;
  }

  private static String after(String line, String prefix) {
    return line.substring(prefix.length()).strip();
  }

  private void readRangeVector(String line) {
    Matcher matcher = RANGE_VECTOR.matcher(line);
    if (!matcher.matches()) {
      throw new WeirException.BadData(
          "a range vector is written: expect range vector from <duration> to <duration> step"
              + " <duration>");
    }
    times = ScriptReader.times(matcher.group(1), matcher.group(2), matcher.group(3));
    rangeVector = true;
  }

  private void readExpect(String line) {
    Matcher matcher = EXPECT.matcher(line);
    if (!matcher.matches()) {
      throw new WeirException.BadData(
          "an expectation is written: expect <type> msg: <text>, or: expect <type> regex:"
              + " <pattern>, found \"%s\"".formatted(line));
    }
    Text text =
        matcher.group(2) == null
            ? new Text.Any()
            : matcher.group(2).equals("msg")
                ? new Text.Exactly(matcher.group(3).strip())
                : new Text.Like(pattern(matcher.group(3).strip()));
    switch (matcher.group(1)) {
      case "fail" -> failures.add(text);
      case "warn" -> warnings.add(text);
      case "info" -> infos.add(text);
      case "no_warn" -> noWarnings = true;
      case "no_info" -> noInfos = true;
      default -> ordered = true;
    }
    if ((noWarnings && !warnings.isEmpty()) || (noInfos && !infos.isEmpty())) {
      throw new WeirException.BadData("an annotation is expected and ruled out at once");
    }
    if (failures.size() > 1) {
      throw new WeirException.BadData("more than one failure is expected");
    }
  }

  private static Pattern pattern(String regex) {
    try {
      return Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new WeirException.BadData("\"%s\" is no regular expression".formatted(regex), e);
    }
  }

  private static OptionalDouble number(String line) {
    return switch (line) {
      case "NaN" -> OptionalDouble.of(Double.NaN);
      case "Inf", "+Inf" -> OptionalDouble.of(Double.POSITIVE_INFINITY);
      case "-Inf" -> OptionalDouble.of(Double.NEGATIVE_INFINITY);
      default ->
          line.matches("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d+)?")
              ? OptionalDouble.of(Double.parseDouble(line))
              : OptionalDouble.empty();
    };
  }

  private void readSeries(String line) {
    SeriesNotation.Series expected = SeriesNotation.parse(line);
    if (instant && !rangeVector && expected.values().size() > 1) {
      throw new WeirException.BadData(
          "series %s has %d values in an instant query; it has one, unless a range vector is expected"
              .formatted(expected.labels(), expected.values().size()));
    }
    series.put(expected.labels(), new ExpectedSeries(series.size() + 1, expected.values()));
  }

  Expectation build() {
    return new Expectation(
        failures.stream().findFirst(),
        warnings,
        infos,
        anyWarning,
        anyInfo,
        noWarnings,
        noInfos,
        ordered,
        value == null ? new SeriesResult(series, times) : value);
  }
}
