package dev.weir.promql.ast;

import java.util.List;

/// Which labels an aggregation's groups are told apart by: those named (`by`), or all but those
/// named and the metric's name (`without`). An aggregation without either is `by ()`.
public record Grouping(boolean without, List<String> labels) {
  public static final Grouping ALL = new Grouping(false, List.of());

  public Grouping {
    labels = List.copyOf(labels);
  }

  public static Grouping by(List<String> labels) {
    return new Grouping(false, labels);
  }

  public static Grouping without(List<String> labels) {
    return new Grouping(true, labels);
  }
}
