package dev.weir.promql.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StepDependenceTest {
  private final PromqlParser parser = new PromqlParser(ParserOptions.EXPERIMENTAL);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up @ start()",
        "rate(http_requests_total[5m] @ end())",
        "rate(http_requests_total[step()])",
        "rate(http_requests_total[5m * (1 + range())])",
        "up offset -step()",
        "max_over_time(up[1h:step()])",
        "max_over_time(up[range():1m])",
        "max_over_time(up[1h:1m] @ start())",
        "max_over_time(up[1h:1m] offset step())",
        "up * (time() - start())",
        "sum by (job) (-(up and up @ end()))",
        "quantile(step() / 60, up)",
        "clamp(up, 0, range())",
        "last_over_time(rate(http_requests_total[step()])[1h:1m])",
      })
  void knowsWhatDependsOnTheQuerysOwnTimes(String query) {
    assertEquals(true, StepDependence.holdsFor(parser.parse(query)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "up @ 1772366400",
        "rate(http_requests_total[5m] offset 1h)",
        "rate(http_requests_total[2 * (1m + 30s)] offset -(1m))",
        "max_over_time(up[1h:])",
        "max_over_time(up[1h:1m] @ 1772366400)",
        "quantile(0.9, -up) and (time() > hour())",
        "label_replace(up, \"start\", \"$1\", \"job\", \"(.*)\")",
      })
  void knowsWhatDoesNot(String query) {
    assertEquals(false, StepDependence.holdsFor(parser.parse(query)));
  }
}
