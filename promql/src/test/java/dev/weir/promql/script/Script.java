package dev.weir.promql.script;

import static java.util.Objects.requireNonNull;

import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.promql.ast.QueryTimes;
import java.util.List;
import java.util.Optional;

/// A test script: series to load, and queries with what is expected of them.
///
/// @param name of the file
public record Script(String name, List<Command> commands) {
  public Script {
    requireNonNull(name, "name");
    commands = List.copyOf(commands);
  }

  /// One step of a script.
  sealed interface Command {}

  /// `load 5m`, `load_with_nhcb 5m`
  record Load(List<LoadedSeries> series) implements Command {
    Load {
      series = List.copyOf(series);
    }
  }

  /// `clear`
  record Clear() implements Command {}

  /// `eval instant at 50m up`, `eval range from 0 to 10m step 1m up`
  ///
  /// @param line where it stands, from 1
  /// @param range the times of a range query; empty for an instant one
  record Evaluation(
      int line,
      String query,
      long timestampMillis,
      Optional<QueryTimes> range,
      Expectation expectation)
      implements Command {
    Evaluation {
      requireNonNull(query, "query");
      requireNonNull(range, "range");
      requireNonNull(expectation, "expectation");
    }
  }
}
