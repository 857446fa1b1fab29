package dev.weir.promql.script;

import static java.util.Objects.requireNonNull;

import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryValue;
import java.util.List;

/// Whoever answers the queries of a script. Everything experimental is switched on; the lookback is
/// 5 minutes, the default step of subqueries a minute, names are dropped at the end of a query
/// (delayed), and rates mind start timestamps.
public interface ScriptEngine {
  /// Forgets all series.
  void clear();

  /// Adds samples to what is there.
  void load(List<LoadedSeries> series);

  Outcome instant(String query, long timestampMillis);

  Outcome range(String query, QueryTimes times);

  /// Whether results tell the layout of native histograms (schema, spans and what is known of
  /// resets), or only what Prometheus's API does ([BoundedBuckets]).
  default boolean tellsLayouts() {
    return true;
  }

  /// What became of a query.
  sealed interface Outcome {
    /// @param warnings as the API shows them, prefix and position included
    /// @param infos the same
    record Answer(QueryValue value, List<String> warnings, List<String> infos) implements Outcome {
      public Answer {
        requireNonNull(value, "value");
        warnings = List.copyOf(warnings);
        infos = List.copyOf(infos);
      }
    }

    /// @param message as the API shows it
    record Failure(String message) implements Outcome {
      public Failure {
        requireNonNull(message, "message");
      }
    }
  }
}
