package dev.weir.promql.query;

/// A bound that stops a query.
public enum QueryLimit {
  /// [QueryLimits#maxSamples].
  SAMPLES("samples"),
  /// [QueryLimits#maxSeries].
  SERIES("series"),
  /// [QueryLimits#maxMemoryBytes].
  MEMORY("memory"),
  /// [EngineSettings#maxMemoryBytes]: what all queries together may take.
  TOTAL_MEMORY("total_memory"),
  /// [QueryLimits#maxSteps].
  STEPS("steps"),
  /// [QueryLimits#timeout], while the query ran.
  TIME("time"),
  /// [QueryLimits#timeout], while it waited for others to end.
  CONCURRENCY("concurrency");

  private final String text;

  QueryLimit(String text) {
    this.text = text;
  }

  /// The name in metrics: `total_memory`.
  public String text() {
    return text;
  }
}
