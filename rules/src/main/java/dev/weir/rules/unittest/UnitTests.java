package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.eval.QueryEngine;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFiles;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;

/// The tests of a file with the rules that they test.
public final class UnitTests {
  private final UnitTestFile file;
  private final List<RuleGroup> groups;
  private final List<String> warnings;
  private final QueryEngine engine;

  private UnitTests(UnitTestFile file, RuleFiles rules, UnitTestSettings settings) {
    this.file = requireNonNull(file, "file");
    this.groups = inOrder(rules.groups(), file.groupOrder());
    this.warnings = rules.warnings();
    this.engine =
        new QueryEngine(
            settings
                .engine()
                .withDefaultSubqueryStep(Duration.ofMillis(file.evaluationIntervalMillis())),
            settings.language(),
            Runnable::run,
            System::nanoTime);
  }

  /// Reads the rules that a file names. A file of rules that is not there is a warning.
  ///
  /// @throws dev.weir.model.WeirException.BadData with every problem of the rules, one a line
  public static UnitTests of(UnitTestFile file, UnitTestSettings settings) {
    return new UnitTests(
        file, RuleFiles.readThere(file.ruleFiles(), settings.ruleFiles()), settings);
  }

  /// Groups in the order of evaluation. Those that are not named stay in their order, among the
  /// first: `promtool` promises no place to them.
  private static List<RuleGroup> inOrder(List<RuleGroup> groups, List<String> order) {
    List<RuleGroup> sorted = new ArrayList<>(groups);
    sorted.sort(Comparator.comparingInt(group -> Math.max(0, order.indexOf(group.name()))));
    return sorted;
  }

  /// Warnings about the rules.
  public List<String> warnings() {
    return warnings;
  }

  /// Runs a test of the file.
  public UnitTestResult run(UnitTest test) {
    return start(test).result();
  }

  /// Runs a test, and says what there was in the end.
  ///
  /// @param dump takes every series with all of its samples, one a line
  public UnitTestResult run(UnitTest test, Consumer<String> dump) {
    UnitTestRun run = start(test);
    UnitTestResult result = run.result();
    run.dump().forEach(dump);
    return result;
  }

  private UnitTestRun start(UnitTest test) {
    return new UnitTestRun(file, groups, test, engine);
  }
}
