package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// A script would ask twice, the second time as printed: with matchers in another order.
class AbsentLabelsTest {
  private final Fixture fixture = Fixture.load("up{job=\"api\"} 1");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          absent(up{job="web", job!="api"})               | {}
          absent(up{job!="api", job="web"})               | {job="web"}
          absent(up{job="web", job=~"w.*"} offset 5s)     | {}
          absent_over_time(up{job="web", job!="db"}[15s]) | {}
          absent_over_time(up{job!="db", job="web"}[15s]) | {job="web"}
          """)
  void aLabelThatIsAskedForInAnotherWayAfterwardsIsLeftOut(String query, String labels) {
    assertEquals(Map.of(labels, 1.0), fixture.vector(0, query));
  }
}
