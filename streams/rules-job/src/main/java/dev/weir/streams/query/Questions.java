package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.query.InstantQueries.Reply;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The questions of evaluations that wait for answers, until there is an answer to each. A reply
/// that is not complete to the question's time, or an error that may pass, is asked again for a
/// while; then it is the answer. Questions that are asked [once][#askOnce] have the first reply, or
/// error, as their answer. No question is waited for longer than its bound, in line or under way.
/// For the thread of its task, which never waits here.
public final class Questions {
  /// Samples reach queries somewhat after the stream: asking at once would mean asking twice.
  static final long SETTLE_MILLIS = 500;

  private static final long AGAIN_MILLIS = 500;

  private record Evaluation(GroupId group, long timestampMillis) {}

  private final InstantQueries queries;
  private final long againMillis;
  private final long boundMillis;
  private final Map<Evaluation, Map<Question, Asked>> evaluations = new HashMap<>();
  private final Set<Evaluation> sent = new HashSet<>();

  /// @param bound how long a question is asked again
  public Questions(InstantQueries queries, Duration bound) {
    this.queries = requireNonNull(queries, "queries");
    this.againMillis = bound.toMillis();
    this.boundMillis = Math.max(againMillis, queries.timeout().toMillis());
  }

  /// How long a question is waited for after it was asked first.
  public long boundMillis() {
    return boundMillis;
  }

  /// Asks what an evaluation needs to know, if it is not being asked.
  public void ask(GroupId group, long timestampMillis, Set<Question> questions) {
    ask(
        group,
        timestampMillis,
        questions,
        question -> new Asked(group.tenant(), question, Long.MAX_VALUE, false));
  }

  /// Asks what an evaluation had better know, if it is not being asked. The first reply counts.
  ///
  /// @param untilMillis how long to wait
  public void askOnce(
      GroupId group, long timestampMillis, Set<Question> questions, long untilMillis) {
    ask(
        group,
        timestampMillis,
        questions,
        question -> new Asked(group.tenant(), question, untilMillis, true));
  }

  private void ask(
      GroupId group,
      long timestampMillis,
      Set<Question> questions,
      Function<Question, Asked> asking) {
    Evaluation evaluation = new Evaluation(group, timestampMillis);
    Map<Question, Asked> asked = evaluations.computeIfAbsent(evaluation, _ -> new HashMap<>());
    for (Question question : questions) {
      if (asked.putIfAbsent(question, asking.apply(question)) == null) {
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
    Iterator<Map.Entry<Evaluation, Map<Question, Asked>>> all = evaluations.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Evaluation, Map<Question, Asked>> next = all.next();
      Evaluation evaluation = next.getKey();
      if (evaluation.group.equals(group) && evaluation.timestampMillis <= timestampMillis) {
        next.getValue().values().forEach(Asked::takeBack);
        all.remove();
        sent.remove(evaluation);
      }
    }
  }

  /// Forgets everything: nobody waits any more.
  public void clear() {
    evaluations.values().forEach(asked -> asked.values().forEach(Asked::takeBack));
    evaluations.clear();
    sent.clear();
  }

  /// One question, until it has its answer.
  private final class Asked {
    private final Tenant tenant;
    private final Question question;
    private final boolean once;
    private final long untilMillis;
    private long lastAskMillis = Long.MIN_VALUE;
    private long deadlineMillis;
    private @Nullable CompletableFuture<Reply> reply;
    private long nextMillis;
    private @Nullable Answer earlier;
    private @Nullable Answer answer;

    /// @param untilMillis how long to wait, if that is less than the bound
    Asked(Tenant tenant, Question question, long untilMillis, boolean once) {
      this.tenant = tenant;
      this.question = question;
      this.once = once;
      this.untilMillis = untilMillis;
      this.nextMillis = question.timestampMillis() + SETTLE_MILLIS;
    }

    void step(long nowMillis) {
      if (answer != null || nowMillis < nextMillis) {
        return;
      }
      if (lastAskMillis == Long.MIN_VALUE) {
        lastAskMillis = nowMillis + againMillis - AGAIN_MILLIS;
        deadlineMillis = Math.min(nowMillis + boundMillis, untilMillis);
      }
      CompletableFuture<Reply> asked = reply;
      if (asked != null && asked.isDone()) {
        reply = null;
        nextMillis = nowMillis + AGAIN_MILLIS;
        earlier = answer(asked);
        if (once || nowMillis > lastAskMillis || isFinal(asked, earlier)) {
          answer = earlier;
        }
      } else if (nowMillis >= deadlineMillis) {
        takeBack();
        answer = earlier != null ? earlier : unanswered();
      } else if (asked == null) {
        reply = queries.ask(tenant, question);
      }
    }

    private Answer unanswered() {
      return new Answer.Failed(
          "by query: no answer by %s".formatted(Instant.ofEpochMilli(deadlineMillis)));
    }

    void takeBack() {
      if (reply != null) {
        reply.cancel(true);
        reply = null;
      }
    }

    private Answer answer(CompletableFuture<Reply> asked) {
      try {
        Reply got = asked.join();
        return new Answer.Values(got.samples(), got.isComplete(question.timestampMillis()));
      } catch (CompletionException e) {
        return new Answer.Failed(
            "by query: " + (e.getCause() == null ? e : e.getCause()).getMessage());
      }
    }

    private boolean isFinal(CompletableFuture<Reply> asked, Answer found) {
      return switch (found) {
        case Answer.Values _ -> asked.join().isFinal(question.timestampMillis());
        case Answer.Failed _ ->
            asked.exceptionNow() instanceof WeirException.BadData
                || asked.exceptionNow() instanceof WeirException.Unprocessable;
      };
    }
  }
}
