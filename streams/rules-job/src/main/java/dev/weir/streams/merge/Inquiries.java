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
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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

  /// What evaluations have found that they need besides, until they have taken place.
  private final Map<GroupId, TreeMap<Long, Set<Question>>> besides = new HashMap<>();

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

  /// How long an evaluation may wait for answers, at most.
  long boundMillis() {
    return questions.map(Questions::boundMillis).orElse(0L);
  }

  /// The answers that an evaluation needs.
  ///
  /// @return empty if some are missing; then they are being asked for
  Optional<Map<Question, Answer>> answers(
      GroupId group, long timestampMillis, Set<Question> needed) {
    Map<Question, Answer> known = answers.get(group, timestampMillis);
    Set<Question> missing = new HashSet<>(needed);
    missing.removeAll(known.keySet());
    if (!missing.isEmpty()) {
      questions.ifPresent(some -> some.ask(group, timestampMillis, missing));
      return Optional.empty();
    }
    Set<Question> more =
        besides.getOrDefault(group, new TreeMap<>()).getOrDefault(timestampMillis, Set.of());
    return known.keySet().containsAll(more) ? Optional.of(known) : Optional.empty();
  }

  /// Asks what an evaluation has found that it needs besides. It has answers when these are there
  /// too; they are what the first reply says.
  ///
  /// @param untilMillis how long to wait
  void askBesides(GroupId group, long timestampMillis, Set<Question> missing, long untilMillis) {
    besides
        .computeIfAbsent(group, _ -> new TreeMap<>())
        .computeIfAbsent(timestampMillis, _ -> new HashSet<>())
        .addAll(missing);
    questions.ifPresent(some -> some.askOnce(group, timestampMillis, missing, untilMillis));
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
    besides.computeIfPresent(
        group,
        (_, times) -> {
          times.headMap(timestampMillis, true).clear();
          return times.isEmpty() ? null : times;
        });
  }

  /// Takes back what is being asked: the task has ended.
  void close() {
    questions.ifPresent(Questions::clear);
  }
}
