package dev.weir.benchmarks.comparison;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.comparison.AnswerComparison.Difference;
import dev.weir.benchmarks.comparison.AnswerComparison.Kind;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AnswerComparisonTest {
  private static final Question QUESTION = Question.instant("sort(up)", 60_137);
  private static final String UP_A = "{\"metric\":{\"a\":\"1\"},\"value\":[60.137,\"%s\"]}";
  private static final String UP_B = "{\"metric\":{\"a\":\"2\"},\"value\":[60.137,\"%s\"]}";

  private static Answer vector(String... samples) throws IOException {
    return Answer.of(
        new ObjectMapper()
            .readTree(
                "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[%s]}}"
                    .formatted(String.join(",", samples))));
  }

  private static Answer error(String message) throws IOException {
    return Answer.of(
        new ObjectMapper()
            .readTree(
                "{\"status\":\"error\",\"errorType\":\"execution\",\"error\":\"%s\"}"
                    .formatted(message)));
  }

  private static Optional<Kind> compare(Answer weir, Answer prometheus) {
    return AnswerComparison.compare(QUESTION, weir, prometheus).map(Difference::kind);
  }

  @Test
  void valuesMayDifferInTheLastBits() throws IOException {
    assertEquals(
        Optional.empty(),
        compare(vector(UP_A.formatted("0.3")), vector(UP_A.formatted("0.30000000000000004"))));
    assertEquals(
        Optional.of(Kind.VALUES),
        compare(vector(UP_A.formatted("0.3")), vector(UP_A.formatted("0.300001"))));
  }

  @Test
  void whatIsNoNumberIsTheSame() throws IOException {
    for (String value : new String[] {"NaN", "+Inf", "-Inf"}) {
      assertEquals(
          Optional.empty(), compare(vector(UP_A.formatted(value)), vector(UP_A.formatted(value))));
      assertEquals(
          Optional.of(Kind.VALUES),
          compare(vector(UP_A.formatted(value)), vector(UP_A.formatted("1"))));
    }
  }

  @Test
  void anErrorIsLikeAnyOther() throws IOException {
    assertEquals(Optional.empty(), compare(error("no such function"), error("unknown function")));
    assertEquals(Optional.of(Kind.WEIR_REFUSES), compare(error("no"), vector()));
    assertEquals(Optional.of(Kind.PROMETHEUS_REFUSES), compare(vector(), error("no")));
  }

  @Test
  void orderCountsWhereItIsAskedFor() throws IOException {
    Answer ascending = vector(UP_A.formatted("1"), UP_B.formatted("2"));
    Answer descending = vector(UP_B.formatted("2"), UP_A.formatted("1"));
    assertEquals(Optional.of(Kind.ORDER), compare(ascending, descending));
    assertEquals(
        Optional.empty(),
        AnswerComparison.compare(Question.instant("up", 60_137), ascending, descending));
  }

  @Test
  void seriesThatOneHasNotAreSeen() throws IOException {
    assertEquals(
        Optional.of(Kind.SERIES),
        compare(vector(UP_A.formatted("1")), vector(UP_B.formatted("1"))));
  }
}
