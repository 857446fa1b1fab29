package dev.weir.promql.script;

import static java.util.Objects.requireNonNull;

import com.google.re2j.Pattern;
import dev.weir.model.Labels;
import dev.weir.model.notation.SeriesNotation.Value;
import dev.weir.promql.ast.QueryTimes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a script expects of a query.
///
/// @param failure the query fails, with such a message
/// @param warnings each stands for a warning, and every warning is one of them; without any,
///   warnings do not matter
/// @param infos the same for remarks
/// @param anyWarning there is a warning, whichever
/// @param anyInfo there is a remark, whichever
/// @param ordered the series of a vector come in the order that they are written in
record Expectation(
    Optional<Text> failure,
    List<Text> warnings,
    List<Text> infos,
    boolean anyWarning,
    boolean anyInfo,
    boolean noWarnings,
    boolean noInfos,
    boolean ordered,
    Result result) {
  Expectation {
    requireNonNull(failure, "failure");
    warnings = List.copyOf(warnings);
    infos = List.copyOf(infos);
    requireNonNull(result, "result");
  }

  /// A test on a message.
  sealed interface Text {
    boolean matches(String message);

    /// Any message.
    record Any() implements Text {
      @Override
      public boolean matches(String message) {
        return true;
      }

      @Override
      public String toString() {
        return "any message";
      }
    }

    /// `msg: …`: that message.
    record Exactly(String message) implements Text {
      @Override
      public boolean matches(String found) {
        return found.equals(message);
      }

      @Override
      public String toString() {
        return "\"" + message + "\"";
      }
    }

    /// `regex: …`: a message with a part that matches.
    record Like(Pattern pattern) implements Text {
      @Override
      public boolean matches(String message) {
        return pattern.matcher(message).find();
      }

      @Override
      public String toString() {
        return "/" + pattern + "/";
      }
    }
  }

  /// What the value of a query is expected to be.
  sealed interface Result {}

  /// A number on a line of its own.
  record ScalarResult(double value) implements Result {}

  /// `expect string "…"`
  record TextResult(String value) implements Result {}

  /// Lines of series notation; none of them expects a vector or matrix without series.
  ///
  /// @param times when the values of a line are, in a matrix
  record SeriesResult(Map<Labels, ExpectedSeries> series, QueryTimes times) implements Result {
    SeriesResult {
      series = Map.copyOf(series);
    }
  }

  /// A line of expected values.
  ///
  /// @param position among the lines, from 1
  record ExpectedSeries(int position, List<Value> values) {
    ExpectedSeries {
      values = List.copyOf(values);
    }
  }
}
