package dev.weir.benchmarks.comparison;

import java.math.BigDecimal;
import java.util.List;

/// A query and the times that it is evaluated at.
///
/// @param query as Prometheus 2.42 writes it
/// @param stepMillis 0 for an instant query
record Question(String query, long startMillis, long endMillis, long stepMillis) {
  static Question instant(String query, long timeMillis) {
    return new Question(query, timeMillis, timeMillis, 0);
  }

  boolean isInstant() {
    return stepMillis == 0;
  }

  String path() {
    return isInstant() ? "/api/v1/query" : "/api/v1/query_range";
  }

  /// Names and values of the parameters beside the query.
  List<String> times() {
    return isInstant()
        ? List.of("time", seconds(startMillis))
        : List.of(
            "start", seconds(startMillis), "end", seconds(endMillis), "step", seconds(stepMillis));
  }

  /// The query on one line.
  String line() {
    return query.replaceAll("\\s+", " ");
  }

  private static String seconds(long millis) {
    return BigDecimal.valueOf(millis, 3).toPlainString();
  }

  @Override
  public String toString() {
    return isInstant()
        ? "%s at %s".formatted(line(), seconds(startMillis))
        : "%s from %s to %s step %s"
            .formatted(line(), seconds(startMillis), seconds(endMillis), seconds(stepMillis));
  }
}
