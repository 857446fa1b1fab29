package dev.weir.streams.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.query.InstantQueries.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class QuestionsTest {
  private static final GroupId GROUP = new GroupId(Tenant.DEFAULT, "slo.yml", "slo");
  private static final long T = 1_700_000_000_000L;
  private static final Question ERRORS = new Question("sum(errors_total)", T);
  private static final Question REQUESTS = new Question("sum(requests_total)", T);
  private static final List<Sample> ONE = List.of(new Sample(Labels.EMPTY, 1, null));

  private final List<CompletableFuture<Reply>> asked = new ArrayList<>();
  private final List<Answers> given = new ArrayList<>();
  private final Questions questions =
      new Questions(
          (tenant, question) -> {
            CompletableFuture<Reply> reply = new CompletableFuture<>();
            asked.add(reply);
            return reply;
          },
          Duration.ofSeconds(15));

  private void stepAt(long millisAfter) {
    questions.step(T + millisAfter, given::add);
  }

  @Test
  void answersAnEvaluationOnceAllOfItsQuestionsAreAnswered() {
    questions.ask(GROUP, T, Set.of(ERRORS, REQUESTS));
    stepAt(100);
    assertEquals(0, asked.size(), "samples have not settled");
    stepAt(600);
    assertEquals(2, asked.size());
    asked.getFirst().complete(new Reply(ONE, Long.MAX_VALUE));
    stepAt(800);
    assertEquals(List.of(), given);
    asked.getLast().complete(new Reply(ONE, T));
    stepAt(1_000);
    stepAt(1_200);
    assertEquals(
        List.of(
            new Answers(
                GROUP,
                T,
                Map.of(
                    ERRORS, new Answer.Values(ONE, true), REQUESTS, new Answer.Values(ONE, true)))),
        given);
  }

  @Test
  void asksAgainUntilTheReplyIsComplete() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    asked.getFirst().complete(new Reply(List.of(), T - 1));
    stepAt(800);
    stepAt(1_000);
    assertEquals(1, asked.size(), "not at once");
    stepAt(1_400);
    assertEquals(2, asked.size());
    asked.getLast().complete(new Reply(ONE, T));
    stepAt(1_600);
    assertEquals(
        List.of(new Answers(GROUP, T, Map.of(ERRORS, new Answer.Values(ONE, true)))), given);
  }

  @Test
  void givesWhatThereIsWhenTheBoundHasPassed() {
    questions.ask(GROUP, T, Set.of(ERRORS, REQUESTS));
    for (long millis = 600; given.isEmpty(); millis += 200) {
      stepAt(millis);
      for (int i = 0; i < asked.size(); i++) {
        if (i % 2 == 0) {
          asked.get(i).complete(new Reply(ONE, T - 1));
        } else {
          asked.get(i).completeExceptionally(new WeirException.Unavailable("nobody is there"));
        }
      }
      if (millis > 20_000) {
        throw new AssertionError("no answer within the bound");
      }
    }
    assertEquals(
        Set.of(new Answer.Values(ONE, false), new Answer.Failed("by query: nobody is there")),
        Set.copyOf(given.getFirst().byQuestion().values()));
  }

  @Test
  void anErrorOfTheQueryItselfIsTheAnswer() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    asked.getFirst().completeExceptionally(new WeirException.Unprocessable("many to many"));
    stepAt(800);
    assertEquals(
        List.of(new Answers(GROUP, T, Map.of(ERRORS, new Answer.Failed("by query: many to many")))),
        given);
  }

  @Test
  void answersAgainWhatIsAskedInAddition() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    asked.getFirst().complete(new Reply(ONE, T));
    stepAt(800);
    questions.ask(GROUP, T, Set.of(REQUESTS));
    stepAt(1_000);
    asked.getLast().complete(new Reply(List.of(), T));
    stepAt(1_200);
    assertEquals(2, given.size());
    assertEquals(
        Map.of(ERRORS, new Answer.Values(ONE, true), REQUESTS, new Answer.Values(List.of(), true)),
        given.getLast().byQuestion());
  }

  @Test
  void forgetsWhatHasTakenPlace() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    questions.forgetTo(GROUP, T);
    stepAt(600);
    assertEquals(0, asked.size());
  }

  @Test
  void givesUpWhatNobodyAnswers() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    stepAt(15_500);
    assertEquals(List.of(), given);
    stepAt(15_600);
    assertEquals(
        Map.of(ERRORS, new Answer.Failed("by query: no answer by 2023-11-14T22:13:35.600Z")),
        given.getFirst().byQuestion());
    assertTrue(asked.getFirst().isCancelled(), "it is still in line");
  }

  @Test
  void givesWhatWasFoundEarlierIfNobodyAnswersAgain() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    asked.getFirst().complete(new Reply(ONE, T - 1));
    for (long millis = 800; millis <= 15_600; millis += 200) {
      stepAt(millis);
    }
    assertEquals(Map.of(ERRORS, new Answer.Values(ONE, false)), given.getFirst().byQuestion());
  }

  @Test
  void theFirstReplyCountsWhereItIsAskedOnce() {
    questions.askOnce(GROUP, T, Set.of(ERRORS, REQUESTS), Long.MAX_VALUE);
    stepAt(600);
    asked.getFirst().complete(new Reply(ONE, T - 1));
    asked.getLast().completeExceptionally(new WeirException.Unavailable("nobody is there"));
    stepAt(800);
    assertEquals(
        Set.of(new Answer.Values(ONE, false), new Answer.Failed("by query: nobody is there")),
        Set.copyOf(given.getFirst().byQuestion().values()));
  }

  @Test
  void doesNotAskForWhatComesTooLate() {
    questions.askOnce(GROUP, T, Set.of(ERRORS), T + 10_000);
    stepAt(20_000);
    assertEquals(0, asked.size());
    assertInstanceOf(Answer.Failed.class, given.getFirst().byQuestion().values().iterator().next());
  }

  @Test
  void partsThatAreMissingMakeAnAnswerIncompleteAtOnce() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    asked.getFirst().complete(new Reply(ONE, Long.MAX_VALUE, true));
    stepAt(800);
    assertEquals(Map.of(ERRORS, new Answer.Values(ONE, false)), given.getFirst().byQuestion());
  }

  @Test
  void takesBackWhatItForgets() {
    questions.ask(GROUP, T, Set.of(ERRORS));
    stepAt(600);
    questions.forgetTo(GROUP, T);
    assertTrue(asked.getFirst().isCancelled());
  }
}
