package dev.weir.streams;

import static dev.weir.streams.JobDriver.START;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.schemas.AlertTransition;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.RuleGroupRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.streams.query.AnswersFormat;
import dev.weir.streams.query.InstantQueries.Reply;
import dev.weir.streams.query.Question;
import dev.weir.testing.GroupRow;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.streams.TestOutputTopic;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Rules that the stream cannot evaluate, and a query API that answers when the test lets it.
class RulesByQueryTest {
  private static final String RULES =
      """
      groups:
        - name: node
          interval: 10s
          rules:
            - record: job:up:sum
              expr: sum by (job) (up)
            - record: job:up:avg30d
              expr: avg_over_time(job:up:sum[30d])
            - alert: Unavailable
              expr: job:up:avg30d < 0.9 and job:up:sum < 2
              labels: {severity: page}
            - alert: BudgetBurnt
              expr: sum_over_time(errors_total[30d]) > 100
              annotations:
                summary: '{{ with query "count(up)" }}{{ . | first | value }} instances{{ end }}'
      """;

  private record Asked(Question question, CompletableFuture<Reply> reply) {
    void answer(Sample... samples) {
      reply.complete(new Reply(List.of(samples), Long.MAX_VALUE));
    }
  }

  private final List<Asked> asked = new ArrayList<>();
  @TempDir private Path directory;
  private JobDriver job;
  private TestOutputTopic<byte[], byte[]> reports;

  @SuppressWarnings("NullAway.Init") // Made before each test.
  RulesByQueryTest() {}

  @BeforeEach
  void start() {
    job =
        new JobDriver(
            directory,
            Optional.of((tenant, question) -> {
              CompletableFuture<Reply> reply = new CompletableFuture<>();
              asked.add(new Asked(question, reply));
              return reply;
            }));
    reports = job.output(Topics.RULES);
    job.define(RULES);
  }

  @AfterEach
  void stop() {
    job.close();
  }

  private void runTo(double second) {
    while (secondsOf(job.nowMillis()) < second) {
      job.advance(Duration.ofMillis(200));
      if (job.nowMillis() % 10_000 == 5_000) {
        GroupRow.Sample up =
            GroupRow.Sample.of(
                Labels.of("__name__", "up", "job", "node", "instance", "a"), job.nowMillis(), 1);
        job.scrape(List.of(up), Duration.ofSeconds(10));
      }
    }
  }

  private static double secondsOf(long millis) {
    return (millis - START.toEpochMilli()) / 1000.0;
  }

  private Asked asked(String query, int second) {
    Question question = new Question(query, START.plusSeconds(second).toEpochMilli());
    return asked.stream()
        .filter(one -> one.question.equals(question) && !one.reply.isDone())
        .findFirst()
        .orElseThrow(() -> new AssertionError(question + " is not asked, but " + asked));
  }

  private List<String> recorded() {
    return job.recorded().stream()
        .map(sample ->
            "%s %s @%.0f"
                .formatted(
                    sample.labels(),
                    StalenessMarker.is(sample.value()) ? "stale" : Double.toString(sample.value()),
                    secondsOf(sample.timestampMillis())))
        .sorted()
        .toList();
  }

  private RuleGroupRecord.Status status() {
    List<byte[]> all = reports.readValuesToList();
    return (RuleGroupRecord.Status)
        RecordType.RULES.reader(Optional.empty()).read(all.getLast()).body();
  }

  private static Sample average(double value) {
    return new Sample(Labels.of("job", "node"), value, null);
  }

  private static final String AVERAGE = "avg_over_time(job:up:sum[30d])";
  private static final String BUDGET = "sum_over_time(errors_total[30d]) > 100";

  @Test
  void theGroupWaitsForTheAnswerAndIsEvaluatedInOrder() {
    runTo(12);
    assertEquals(List.of(), recorded());
    asked(AVERAGE, 10).answer(average(0.5));
    asked(BUDGET, 10).answer();
    runTo(13);
    assertEquals(
        List.of(
            "ALERTS_FOR_STATE{alertname=\"Unavailable\", job=\"node\", severity=\"page\"} 1.70000001E9"
                + " @10",
            "ALERTS{alertname=\"Unavailable\", alertstate=\"firing\", job=\"node\", severity=\"page\"}"
                + " 1.0 @10",
            "job:up:avg30d{job=\"node\"} 0.5 @10",
            "job:up:sum{job=\"node\"} 1.0 @10"),
        recorded());
    assertEquals(AlertTransition.State.FIRING, job.transitions().getFirst().state());
    assertTrue(status().complete());
  }

  @Test
  void anErrorChangesNoState() {
    runTo(12);
    asked(AVERAGE, 10).answer(average(0.5));
    asked(BUDGET, 10).answer();
    runTo(22);
    recorded();
    job.transitions();
    asked(AVERAGE, 20).reply.completeExceptionally(new WeirException.Unprocessable("too large"));
    asked(BUDGET, 20).answer();
    runTo(23);
    assertEquals(Optional.of("by query: too large"), status().rules().get(1).error());
    assertEquals(List.of(), job.transitions());
    assertFalse(recorded().toString().contains("avg30d{job=\"node\"} stale"));
  }

  @Test
  void anIncompleteAnswerEndsNothing() {
    runTo(12);
    asked(AVERAGE, 10).answer(average(0.5));
    asked(BUDGET, 10).answer();
    runTo(22);
    asked(BUDGET, 20).answer();
    recorded();
    job.transitions();
    reports.readValuesToList();
    for (double second = 22; recorded().isEmpty(); second += 0.2) {
      asked.stream()
          .filter(one -> one.question.query().equals(AVERAGE))
          .forEach(one -> one.reply.complete(new Reply(List.of(), 0)));
      runTo(second);
      assertTrue(second < 45, "the bound has passed");
    }
    assertFalse(status().complete());
    assertEquals(List.of(), job.transitions());
  }

  @Test
  void theNextEvaluationsAskBeforeTheFirstIsAnswered() {
    runTo(32);
    assertEquals(6, asked.size());
    asked.forEach(one -> one.answer());
    runTo(33);
    assertEquals(
        List.of(
            "job:up:sum{job=\"node\"} 1.0 @10",
            "job:up:sum{job=\"node\"} 1.0 @20",
            "job:up:sum{job=\"node\"} 1.0 @30"),
        recorded());
  }

  @Test
  void queriesOfTemplatesAreAnsweredToo() {
    runTo(12);
    asked(AVERAGE, 10).answer();
    asked(BUDGET, 10).answer(average(120));
    runTo(13);
    assertEquals(List.of(), recorded());
    asked("count(up)", 10).answer(new Sample(Labels.EMPTY, 7, null));
    runTo(14);
    AlertTransition transition = job.transitions().getFirst();
    assertEquals("7 instances", transition.annotations().get("summary"));
    assertEquals(1, asked.stream().filter(one -> one.question.query().equals(AVERAGE)).count());
  }

  @Test
  void answersStandInTheTopicOfPartialResults() {
    TestOutputTopic<byte[], byte[]> partials = job.output("weir-rules-partials-repartition");
    runTo(12);
    asked(AVERAGE, 10).answer(average(0.5));
    asked(BUDGET, 10).answer();
    runTo(13);
    assertEquals(1, partials.readValuesToList().stream().filter(AnswersFormat::isKnown).count());
  }

  @Test
  void aTemplateTakesTheFirstReply() {
    runTo(12);
    asked(AVERAGE, 10).answer();
    asked(BUDGET, 10).answer(average(120));
    runTo(13);
    asked("count(up)", 10).reply.complete(new Reply(List.of(new Sample(Labels.EMPTY, 7, null)), 0));
    runTo(14);
    assertEquals("7 instances", job.transitions().getFirst().annotations().get("summary"));
  }

  @Test
  void alertsOfTheStreamAreToldWhileNobodyAnswers() {
    job.define(
        """
        groups:
          - name: node
            interval: 2s
            rules:
              - alert: InstanceUp
                expr: up == 1
                annotations: {summary: '{{ query "count(up)" }}'}
              - alert: BudgetBurnt
                expr: sum_over_time(errors_total[30d]) > 100
        """);
    runTo(120);
    List<AlertTransition> told = job.transitions();
    assertEquals("InstanceUp", told.getFirst().labels().get("alertname"));
    assertEquals(AlertTransition.State.FIRING, told.getFirst().state());
    assertTrue(
        told.getFirst().annotations().get("summary").contains("by query: no answer by"),
        told.toString());
    // Each has waited for two answers, which never came; none has waited for the one before it.
    RuleGroupRecord.Status last = status();
    long lateMillis = job.nowMillis() - last.evaluatedAt().toEpochMilli();
    assertTrue(lateMillis < 45_000, "evaluations fall behind: " + last);
  }

  @Test
  void anAnswerToAGroupThatIsGoneIsNotKept() {
    runTo(12);
    asked(AVERAGE, 10).answer();
    asked(BUDGET, 10).answer();
    runTo(22);
    asked(AVERAGE, 20).answer();
    asked(BUDGET, 20).answer();
    job.remove("node");
    runTo(23);
    assertEquals(0, job.entries("merge-answers"));
  }

  @Test
  void recordsOfAnotherVersionAreLeftOut() {
    runTo(12);
    for (int version : new int[] {-9, 1, 3}) {
      AvroWriter out = new AvroWriter(64);
      out.writeLong(version);
      out.writeString("what nobody knows yet");
      job.partial(RecordKeys.of("default", "node.yml", "node"), out.toBytes());
    }
    asked(AVERAGE, 10).answer();
    asked(BUDGET, 10).answer();
    runTo(13);
    assertEquals(List.of("job:up:sum{job=\"node\"} 1.0 @10"), recorded());
  }
}
