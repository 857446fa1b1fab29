package dev.weir.standalone;

import dev.weir.model.CountText;
import dev.weir.model.WeirException;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.unittest.UnitTest;
import dev.weir.rules.unittest.UnitTestFile;
import dev.weir.rules.unittest.UnitTestResult;
import dev.weir.rules.unittest.UnitTestSettings;
import dev.weir.rules.unittest.UnitTests;
import dev.weir.standalone.client.OutputFileConverter;
import dev.weir.standalone.pipeline.Features;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir test rules`: runs the unit tests of rules that `promtool test rules` runs, with the same
/// verdicts.
@Command(
    name = "rules",
    description = {
      "Run unit tests of rules, in the files that promtool reads.",
      "Ends with 0 if all tests pass, and with 1 if one does not or a file cannot be read."
    })
final class TestRulesCommand implements Callable<Integer> {

  @Parameters(arity = "1..*", paramLabel = "FILE", description = "A file of unit tests.")
  private List<Path> files = List.of();

  @Option(
      names = "--run",
      paramLabel = "REGEX",
      description = "Run only tests whose name has a match; may be given several times.")
  private List<String> run = List.of();

  @Option(names = "--debug", description = "Print every series with its samples after each test.")
  private boolean debug;

  @Option(
      names = "--junit",
      paramLabel = "FILE",
      converter = OutputFileConverter.class,
      description = "Write the results as JUnit XML, too.")
  private Optional<Path> junit;

  @Mixin private RuleFileOptions reading;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  TestRulesCommand() {}

  @Override
  public Integer call() {
    Features enabled = new Features(Set.copyOf(reading.features()));
    UnitTestSettings settings =
        new UnitTestSettings(
            enabled.language(),
            enabled.applyTo(EngineSettings.DEFAULT),
            reading.ignoreUnknownFields());
    Optional<Pattern> wanted = wanted();
    JUnitReport report = new JUnitReport();
    boolean passed = true;
    for (Path file : files) {
      passed &= test(file, settings, wanted, report.suite(file.toString()));
    }
    junit.ifPresent(report::write);
    return passed ? 0 : Failures.FAILED;
  }

  private Optional<Pattern> wanted() {
    try {
      return run.isEmpty()
          ? Optional.empty()
          : Optional.of(Pattern.compile("(?:" + String.join(")|(?:", run) + ")"));
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          spec.commandLine(), "--run %s is no regular expression: %s".formatted(run, e), e);
    }
  }

  /// @return whether the file could be read and all of its tests passed
  private boolean test(
      Path path, UnitTestSettings settings, Optional<Pattern> wanted, JUnitReport.Suite suite) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    List<UnitTestResult> results;
    try {
      results = run(UnitTestFile.read(path, settings), settings, wanted);
    } catch (WeirException.BadData e) {
      e.getMessage().lines().forEach(line -> err.println(spec.qualifiedName() + ": " + line));
      out.println(path + ": FAILED, cannot be run");
      suite.abort(e.getMessage());
      return false;
    }
    int failed = 0;
    for (UnitTestResult result : results) {
      result.warnings().forEach(warning -> err.println("warning: " + warning));
      result.failures().forEach(err::println);
      failed += result.passed() ? 0 : 1;
      suite.add(result);
    }
    String count = CountText.of(results.size(), "test");
    out.println(
        failed == 0
            ? "%s: ok, %s".formatted(path, count)
            : "%s: FAILED, %d of %s".formatted(path, failed, count));
    return failed == 0;
  }

  private List<UnitTestResult> run(
      UnitTestFile file, UnitTestSettings settings, Optional<Pattern> wanted) {
    PrintWriter err = spec.commandLine().getErr();
    List<UnitTest> selected =
        file.tests().stream()
            .filter(test -> wanted.isEmpty() || wanted.get().matcher(test.name()).find())
            .toList();
    file.warnings().forEach(warning -> err.println("warning: " + warning));
    List<UnitTestResult> results = new ArrayList<>();
    if (selected.isEmpty()) {
      return results;
    }
    UnitTests tests = UnitTests.of(file, settings);
    tests.warnings().forEach(warning -> err.println("warning: " + warning));
    for (UnitTest test : selected) {
      results.add(debug ? debugged(tests, test) : tests.run(test));
    }
    return results;
  }

  private UnitTestResult debugged(UnitTests tests, UnitTest test) {
    PrintWriter err = spec.commandLine().getErr();
    err.println("debug: test \"%s\" starts".formatted(test.title()));
    UnitTestResult result = tests.run(test, line -> err.println("debug:   " + line));
    err.println("debug: test \"%s\" took %.1f ms".formatted(test.title(), result.nanos() / 1e6));
    return result;
  }
}
