package dev.weir.rules.unittest;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.yaml.ConfigFile;
import java.nio.file.Path;
import java.util.List;

/// A file of unit tests.
///
/// ```
/// rule_files: [ PATTERN … ]            relative to the file
/// [ evaluation_interval: DURATION ]    1m if left out
/// [ fuzzy_compare: BOOLEAN ]           floats may differ in their last bit
/// [ group_eval_order: [ NAME … ] ]
/// tests:
///   - [ name: TEXT ]
///     [ interval: DURATION ]           that of evaluations if left out
///     [ start_timestamp: SECONDS | RFC 3339 ]
///     input_series:
///       - series: SERIES
///         values: VALUES
///     alert_rule_test:
///       - eval_time: DURATION
///         alertname: TEXT
///         exp_alerts:
///           - [ exp_labels: { NAME: TEXT … } ]
///             [ exp_annotations: { NAME: TEXT … } ]
///     promql_expr_test:
///       - expr: PROMQL
///         eval_time: DURATION
///         exp_samples:
///           - labels: SERIES
///             value: NUMBER | histogram: HISTOGRAM
///     [ external_labels: { NAME: TEXT … } ]
///     [ external_url: TEXT ]
/// ```
///
/// *SERIES*, *VALUES* and *HISTOGRAM* are as in [dev.weir.model.notation.SeriesNotation].
///
/// @param ruleFiles patterns of rule files, relative to the working directory or absolute
/// @param groupOrder names of groups that are evaluated in this order
/// @param warnings about keys without effect
public record UnitTestFile(
    String name,
    long evaluationIntervalMillis,
    boolean fuzzyCompare,
    List<String> ruleFiles,
    List<String> groupOrder,
    List<UnitTest> tests,
    List<String> warnings) {
  public UnitTestFile {
    requireNonNull(name, "name");
    ruleFiles = List.copyOf(ruleFiles);
    groupOrder = List.copyOf(groupOrder);
    tests = List.copyOf(tests);
    warnings = List.copyOf(warnings);
  }

  /// Reads a file on disk.
  ///
  /// @throws WeirException.BadData with every problem of the file, one a line
  public static UnitTestFile read(Path path, UnitTestSettings settings) {
    ConfigFile file = ConfigFile.read(path);
    if (settings.unknownKeys()) {
      file.tolerateUnknownKeys();
    }
    return new UnitTestFileReader(file, settings).read();
  }
}
