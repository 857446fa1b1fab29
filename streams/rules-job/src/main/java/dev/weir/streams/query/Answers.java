package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.streams.definition.GroupId;
import java.util.Map;

/// The answers to questions of one evaluation, as they travel to it.
///
/// @param timestampMillis of the evaluation
public record Answers(GroupId group, long timestampMillis, Map<Question, Answer> byQuestion) {
  public Answers {
    requireNonNull(group, "group");
    byQuestion = Map.copyOf(byQuestion);
  }
}
