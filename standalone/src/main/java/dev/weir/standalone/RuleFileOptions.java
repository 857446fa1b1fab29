package dev.weir.standalone;

import java.util.List;
import picocli.CommandLine.Option;

/// How rule files are read.
final class RuleFileOptions {
  @Option(
      names = "--ignore-unknown-fields",
      description = "Name unknown keys in warnings instead of failing.")
  private boolean ignoreUnknownFields;

  @Option(
      names = "--enable-feature",
      split = ",",
      paramLabel = "NAME",
      description = "Experimental parts of PromQL that expressions may use.")
  private List<String> features = List.of();

  boolean ignoreUnknownFields() {
    return ignoreUnknownFields;
  }

  List<String> features() {
    return features;
  }
}
