package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

/// What the query API is asked.
///
/// @param timestampMillis that the query is evaluated for
public record Question(String query, long timestampMillis) implements Comparable<Question> {
  public Question {
    requireNonNull(query, "query");
  }

  @Override
  public int compareTo(Question other) {
    int byTime = Long.compare(timestampMillis, other.timestampMillis);
    return byTime != 0 ? byTime : query.compareTo(other.query);
  }
}
