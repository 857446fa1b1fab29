package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.promql.ast.SourcePosition;
import java.util.Comparator;
import java.util.Optional;

/// Something that the reader of a result should know about how it came to be.
///
/// @param message as in Prometheus, without its prefix
/// @param position where the expression that it is about starts in the query; empty for a query
///   without text
public record Annotation(Severity severity, String message, Optional<SourcePosition> position)
    implements Comparable<Annotation> {
  /// Whether the result may be wrong, or only surprising.
  public enum Severity {
    WARNING("PromQL warning: "),
    INFO("PromQL info: ");

    private final String prefix;

    Severity(String prefix) {
      this.prefix = prefix;
    }
  }

  private static final Comparator<Annotation> ORDER =
      Comparator.comparing(Annotation::severity)
          .thenComparingInt(annotation -> annotation.position.map(SourcePosition::line).orElse(0))
          .thenComparingInt(annotation -> annotation.position.map(SourcePosition::column).orElse(0))
          .thenComparing(Annotation::message);

  public Annotation {
    requireNonNull(severity, "severity");
    requireNonNull(message, "message");
    requireNonNull(position, "position");
  }

  @Override
  public int compareTo(Annotation other) {
    return ORDER.compare(this, other);
  }

  /// As Prometheus's API shows it: `PromQL info: … (1:6)`.
  @Override
  public String toString() {
    return severity.prefix + message + position.map(at -> " (" + at + ")").orElse("");
  }
}
