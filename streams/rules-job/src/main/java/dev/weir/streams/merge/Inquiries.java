package dev.weir.streams.merge;

import static java.util.Objects.requireNonNull;

import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupPlan;
import dev.weir.streams.query.Answer;
import dev.weir.streams.query.AnswerStore;
import dev.weir.streams.query.Answers;
import dev.weir.streams.query.InstantQueries;
import dev.weir.streams.query.Question;
import dev.weir.streams.query.Questions;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;

/// What evaluations of this task need to know from the query API. Questions are asked off the
/// task's thread; an answer takes effect once it has come back through the topic of partial
/// results, so that the merge depends on what that topic has and on nothing else.
final class Inquiries {
  private final AnswerStore answers;
  private final Optional<Questions> questions;

  /// @param queries absent if nobody can be asked; then no evaluation may need to know anything
  /// @param bound how long a question is asked again
  Inquiries(KeyValueStore<Bytes, byte[]> store, Optional<InstantQueries> queries, Duration bound) {
    this.answers = new AnswerStore(requireNonNull(store, "store"));
    this.questions = queries.map(some -> new Questions(some, bound));
  }

  /// What has to be known before a group is evaluated.
  static Set<Question> questions(GroupPlan plan, long timestampMillis) {
    long sampleMillis = timestampMillis - plan.source().queryOffsetMillis();
    return plan.asked().values().stream()
        .map(query -> new Question(query, sampleMillis))
        .collect(Collectors.toSet());
  }

  /// Whether templates can be answered by query.
  boolean isPossible() {
    return questions.isPresent();
  }

  /// Takes answers that have come through the topic.
  void take(Answers come) {
    answers.add(come);
  }

  /// The answers that an evaluation needs.
  ///
  /// @return empty if some are missing; then they are being asked for
  Optional<Map<Question, Answer>> answers(
      GroupId group, long timestampMillis, Set<Question> needed) {
    Map<Question, Answer> known = answers.get(group, timestampMillis);
    Set<Question> missing = new HashSet<>(needed);
    missing.removeAll(known.keySet());
    if (missing.isEmpty()) {
      return Optional.of(known);
    }
    questions.ifPresent(some -> some.ask(group, timestampMillis, missing));
    return Optional.empty();
  }

  /// Goes on asking.
  ///
  /// @param out takes answers, to be sent to the topic
  void step(long nowMillis, Consumer<Answers> out) {
    questions.ifPresent(some -> some.step(nowMillis, out));
  }

  /// Forgets what a group's evaluations up to a time needed: they have taken place.
  void done(GroupId group, long timestampMillis) {
    answers.removeTo(group, timestampMillis);
    questions.ifPresent(some -> some.forgetTo(group, timestampMillis));
  }
}
