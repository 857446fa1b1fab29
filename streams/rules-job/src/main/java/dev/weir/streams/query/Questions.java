package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.query.InstantQueries.Reply;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The questions of evaluations that wait for answers, until there is an answer to each. A reply
/// that is not complete to the question's time, or an error that may pass, is asked again for a
/// while; then it is the answer. For the thread of its task, which never waits here.
public final class Questions {
  /// Samples reach queries somewhat after the stream: asking at once would mean asking twice.
  static final long SETTLE_MILLIS = 500;

  private static final long AGAIN_MILLIS = 500;

  private record Evaluation(GroupId group, long timestampMillis) {}

  private final InstantQueries queries;
  private final long boundMillis;
  private final Map<Evaluation, Map<Question, Asked>> evaluations = new HashMap<>();
  private final Set<Evaluation> sent = new HashSet<>();

  /// @param bound how long a question is asked again
  public Questions(InstantQueries queries, Duration bound) {
    this.queries = requireNonNull(queries, "queries");
    this.boundMillis = bound.toMillis();
  }

  /// Asks what an evaluation needs to know, if it is not being asked.
  public void ask(GroupId group, long timestampMillis, Set<Question> questions) {
    Evaluation evaluation = new Evaluation(group, timestampMillis);
    Map<Question, Asked> asked = evaluations.computeIfAbsent(evaluation, _ -> new HashMap<>());
    for (Question question : questions) {
      if (asked.putIfAbsent(question, new Asked(group.tenant(), question)) == null) {
        sent.remove(evaluation);
      }
    }
  }

  /// Goes on with all questions.
  ///
  /// @param out takes the answers of an evaluation, once, when all of its questions have one
  public void step(long nowMillis, Consumer<Answers> out) {
    evaluations.forEach((evaluation, questions) -> {
      boolean all = true;
      for (Asked asked : questions.values()) {
        asked.step(nowMillis);
        all &= asked.answer != null;
      }
      if (all && sent.add(evaluation)) {
        Map<Question, Answer> answers = new HashMap<>();
        questions.forEach(
            (question, asked) -> answers.put(question, requireNonNull(asked.answer, "an answer")));
        out.accept(new Answers(evaluation.group, evaluation.timestampMillis, answers));
      }
    });
  }

  /// Forgets a group's evaluations up to a time: they have taken place.
  public void forgetTo(GroupId group, long timestampMillis) {
    Iterator<Evaluation> all = evaluations.keySet().iterator();
    while (all.hasNext()) {
      Evaluation evaluation = all.next();
      if (evaluation.group.equals(group) && evaluation.timestampMillis <= timestampMillis) {
        all.remove();
        sent.remove(evaluation);
      }
    }
  }

  /// Forgets everything.
  public void clear() {
    evaluations.clear();
    sent.clear();
  }

  /// One question, until it has its answer.
  private final class Asked {
    private final Tenant tenant;
    private final Question question;
    private long deadlineMillis = Long.MIN_VALUE;
    private @Nullable CompletableFuture<Reply> reply;
    private long nextMillis;
    private @Nullable Answer answer;

    Asked(Tenant tenant, Question question) {
      this.tenant = tenant;
      this.question = question;
      this.nextMillis = question.timestampMillis() + SETTLE_MILLIS;
    }

    void step(long nowMillis) {
      CompletableFuture<Reply> asked = reply;
      if (answer != null || (asked == null && nowMillis < nextMillis)) {
        return;
      }
      if (deadlineMillis == Long.MIN_VALUE) {
        deadlineMillis = nowMillis + boundMillis;
      }
      if (asked == null) {
        reply = queries.ask(tenant, question).toCompletableFuture();
        return;
      }
      if (!asked.isDone()) {
        return;
      }
      reply = null;
      nextMillis = nowMillis + AGAIN_MILLIS;
      Answer found = answer(asked);
      boolean last = nowMillis + AGAIN_MILLIS > deadlineMillis;
      if (last || isFinal(asked, found)) {
        answer = found;
      }
    }

    private Answer answer(CompletableFuture<Reply> asked) {
      try {
        Reply got = asked.join();
        return new Answer.Values(
            got.samples(), got.completeToMillis() >= question.timestampMillis());
      } catch (CompletionException e) {
        return new Answer.Failed(
            "by query: " + (e.getCause() == null ? e : e.getCause()).getMessage());
      }
    }

    private static boolean isFinal(CompletableFuture<Reply> asked, Answer found) {
      return switch (found) {
        case Answer.Values(_, boolean complete) -> complete;
        case Answer.Failed _ ->
            asked.exceptionNow() instanceof WeirException.BadData
                || asked.exceptionNow() instanceof WeirException.Unprocessable;
      };
    }
  }
}
