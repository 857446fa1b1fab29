package dev.weir.promql.script;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.model.notation.HistogramNotation;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.script.Expectation.ScalarResult;
import dev.weir.promql.script.Expectation.SeriesResult;
import dev.weir.promql.script.Expectation.TextResult;
import dev.weir.promql.script.Script.Clear;
import dev.weir.promql.script.Script.Evaluation;
import dev.weir.promql.script.Script.Load;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScriptReaderTest {
  private static Evaluation evaluation(String text) {
    return assertInstanceOf(
        Evaluation.class, ScriptReader.read("own.test", text).commands().getLast());
  }

  @Test
  void readsCommandsInOrderAndTheirLines() {
    Script script =
        ScriptReader.read(
            "own.test",
            """
            # Both instances are up.
            load 15s
              up{instance="a"} 1 1
              up{instance="b"} 1 1

             eval instant at 15s count(up)
              {} 2

            clear
            eval range from 0 to 1m step 30s up
            """);
    assertEquals(4, script.commands().size());
    List<LoadedSeries> loaded = assertInstanceOf(Load.class, script.commands().get(0)).series();
    assertEquals(2, loaded.size());
    assertEquals(15_000, loaded.get(1).samples().get(1).timestampMillis());
    Evaluation count = assertInstanceOf(Evaluation.class, script.commands().get(1));
    assertEquals(6, count.line());
    assertEquals("count(up)", count.query());
    assertEquals(15_000, count.timestampMillis());
    assertEquals(Optional.empty(), count.range());
    assertInstanceOf(Clear.class, script.commands().get(2));
    Evaluation range = assertInstanceOf(Evaluation.class, script.commands().get(3));
    assertEquals(10, range.line());
    assertEquals(Optional.of(new QueryTimes(0, 60_000, 30_000)), range.range());
  }

  @Test
  void readsSeriesNumbersAndStrings() {
    SeriesResult series =
        assertInstanceOf(
            SeriesResult.class,
            evaluation("eval instant at 1m up\n\tup{job=\"a\"} 1\n\tup 0").expectation().result());
    assertEquals(
        2, Objects.requireNonNull(series.series().get(Labels.of(Labels.NAME, "up"))).position());
    assertEquals(
        new ScalarResult(-1.5e3),
        evaluation("eval instant at 1m -1500\n  -1.5e3").expectation().result());
    assertEquals(
        new TextResult("a\"b"),
        evaluation("eval instant at 1m \"a\"\n  expect string 'a\"b'").expectation().result());
    assertEquals(
        new TextResult(""),
        evaluation("eval instant at 1m \"\"\n  expect string ``").expectation().result());
  }

  @Test
  void readsExpectations() {
    Expectation expectation =
        evaluation(
                """
                eval instant at 1m sort(up)
                  expect ordered
                  expect no_info
                  expect warn msg: PromQL warning: nothing to sort (1:1)
                  expect warn regex: nothing .* \\([0-9]+:[0-9]+\\)
                """)
            .expectation();
    assertTrue(expectation.ordered());
    assertTrue(expectation.noInfos());
    assertFalse(expectation.noWarnings());
    assertEquals(2, expectation.warnings().size());
    assertTrue(expectation.warnings().get(0).matches("PromQL warning: nothing to sort (1:1)"));
    assertFalse(expectation.warnings().get(0).matches("PromQL warning: nothing to sort (1:2)"));
    assertTrue(expectation.warnings().get(1).matches("PromQL warning: nothing to sort (12:3)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          eval_fail instant at 1m rate(up[1m])                                       | any message
          eval_fail instant at 1m rate(up[1m])~expected_fail_message not possible    | "not possible"
          eval_fail instant at 1m rate(up[1m])~expected_fail_regexp not .*           | /not .*/
          eval instant at 1m rate(up[1m])~expect fail                                | any message
          eval instant at 1m rate(up[1m])~expect fail msg:not possible               | "not possible"
          eval instant at 1m rate(up[1m])~expect fail regex: not .*                  | /not .*/
          """)
  void readsExpectedFailures(String script, String failure) {
    assertEquals(
        failure,
        evaluation(script.replace('~', '\n')).expectation().failure().orElseThrow().toString());
  }

  @Test
  void theOldVariantsOfEvalExpectSomethingOfAnnotationsAndOrder() {
    assertTrue(evaluation("eval_warn instant at 1m up").expectation().anyWarning());
    assertTrue(evaluation("eval_info range from 0 to 1m step 1s up").expectation().anyInfo());
    assertTrue(evaluation("eval_ordered instant at 1m up").expectation().ordered());
    assertFalse(evaluation("eval instant at 1m up").expectation().anyWarning());
  }

  @Test
  void anInstantQueryHasSeveralValuesOnlyInARangeVector() {
    SeriesResult expected =
        assertInstanceOf(
            SeriesResult.class,
            evaluation(
                    """
                    eval instant at 1m up[30s]
                      expect range vector from 40s to 1m step 10s
                      up 1 _ 0
                    """)
                .expectation()
                .result());
    assertEquals(new QueryTimes(40_000, 60_000, 10_000), expected.times());
    assertThrows(WeirException.BadData.class, () -> evaluation("eval instant at 1m up\n  up 1 2"));
  }

  @Test
  void aCommentEndsAnEvaluation() {
    SeriesResult expected =
        assertInstanceOf(
            SeriesResult.class,
            evaluation("eval instant at 1m absent(up)\n  # nothing\n").expectation().result());
    assertTrue(expected.series().isEmpty());
  }

  @Test
  void loadsNativeHistogramsBesideTheClassicOnes() {
    List<LoadedSeries> series =
        assertInstanceOf(
                Load.class,
                ScriptReader.read(
                        "own.test",
                        """
                        load_with_nhcb 1m
                          request_seconds_bucket{job="api", le="0.1"} 1
                          request_seconds_bucket{job="api", le="+Inf"} 5
                          request_seconds_bucket{job="api", le="1"} 4
                          request_seconds_sum{job="api"} 3.5
                          request_seconds_count{job="api"} 5
                          request_seconds_bucket{job="web", le="2"} 7
                        """)
                    .commands()
                    .getFirst())
            .series();
    assertEquals(8, series.size());
    assertEquals(Labels.of(Labels.NAME, "request_seconds", "job", "api"), series.get(6).labels());
    NativeHistogram api =
        HistogramNotation.parse(
            "{{schema:-53 count:5 sum:3.5 custom_values:[0.1 1] buckets:[1 3 1]}}");
    assertEquals(api, series.get(6).samples().getFirst().histogram());
    // Without a count, it is that of the highest bucket.
    assertEquals(
        HistogramNotation.parse("{{schema:-53 count:7 custom_values:[2] buckets:[7 0]}}"),
        series.get(7).samples().getFirst().histogram());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          ~evil instant at 1m up          | own.test:2: command "evil" is not known; use load, load_with_nhcb, clear or eval
          load                            | own.test:1: a load is written: load <duration>
          load 5x~  up 1                  | own.test:1: "5x" is no duration; write numbers with units from the largest to the smallest of y, w, d, h, m, s, ms, such as 1h30m
          load 5m~  up{ 1                 | own.test:1: series notation, column 6: expected "=" after a label's name, found the end
          eval instant up                 | own.test:1: an evaluation is written: eval instant at <duration> <query>, or: eval range from <duration> to <duration> step <duration> <query>
          eval range from 2m to 1m step 1s up | own.test:1: end 1m is before start 2m
          eval instant at 1m up~expect gold | own.test:1: an expectation is written: expect <type> msg: <text>, or: expect <type> regex: <pattern>, found "expect gold"
          eval instant at 1m up~expect warn~expect no_warn | own.test:1: an annotation is expected and ruled out at once
          eval instant at 1m up~expect fail~expect fail | own.test:1: more than one failure is expected
          eval instant at 1m up~expect fail regex: ( | own.test:1: "(" is no regular expression
          """)
  void saysWhereAndWhatIsWrong(String script, String message) {
    assertEquals(
        message,
        assertThrows(
                WeirException.BadData.class,
                () -> ScriptReader.read("own.test", script.replace('~', '\n')))
            .getMessage());
  }
}
