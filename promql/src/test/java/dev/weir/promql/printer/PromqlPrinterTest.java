package dev.weir.promql.printer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PromqlPrinterTest {
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.EXPERIMENTAL);

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\u0001',
      textBlock =
          """
          up{job = 'api',instance!="a" , }        | up{instance!="a",job="api"}
          {__name__="up"}                         | {__name__="up"}
          {"up", 'http.status'="200"}             | {"http.status"="200",__name__="up"}
          {__name__="", job="api"}                | {__name__="",job="api"}
          sum(up)by(job)                          | sum by (job) (up)
          sum by () (up)                          | sum(up)
          sum without() (up)                      | sum without () (up)
          sum by("http.status", job)(up)          | sum by ("http.status", job) (up)
          topk(5,up)                              | topk(5, up)
          count_values  by(v) ("v",up)            | count_values by (v) ("v", up)
          a+b                                     | a + b
          a  >bool on(job)group_left b            | a > bool on (job) group_left () b
          a/ignoring(x,y)group_right(z)b          | a / ignoring (x, y) group_right (z) b
          a+on()b                                 | a + on () b
          a+ignoring()b                           | a + b
          1+on()1                                 | 1 + 1
          a and on(job)b or c unless d            | a and on (job) b or c unless d
          a+fill(0)b                              | a + fill (0) b
          a+fill_right(-1)fill_left(1e30)b        | a + fill_left (1e+30) fill_right (-1) b
          a </ 5                                  | a </ 5
          -  a                                    | -a
          - -a                                    | --a
          +a                                      | +a
          (a)                                     | (a)
          up[300]                                 | up[5m]
          up[90s]offset 36h                       | up[1m30s] offset 1d12h
          up[0.0001]                              | up[0.0001]
          up[5m:0x1e]                             | up[5m:30s]
          up[5m:]@5 offset-1w                     | up[5m:] @ 5.000 offset -1w
          up@start()offset 5m                     | up @ start() offset 5m
          up offset 5m@-1.5                       | up @ -1.500 offset 5m
          up[5m]anchored@end()                    | up[5m] anchored @ end()
          up smoothed offset 1m                   | up smoothed offset 1m
          up[5m*2+1]                              | up[5m * 2 + 1]
          up[step()+-(1h)]                        | up[step() + -(1h)]
          up[min_of(step(),1m)]                   | up[min_of(step(), 1m)]
          up offset(-5m)                          | up offset (-5m)
          up offset+range()                       | up offset range()
          1e3+0x10+.5+1e-7                        | 1000 + 16 + 0.5 + 0.0000001
          -Inf^2                                  | -Inf ^ 2
          inf+NAN- -Inf                           | +Inf + NaN - -Inf
          5m*-90s                                 | 5m * -1m30s
          'a"b'                                   | "a\\"b"
          time( )                                 | time()
          label_join(up,"a",`b`)                  | label_join(up, "a", "b")
          """)
  void printsOnOneLine(String query, String printed) {
    assertEquals(printed, PromqlPrinter.print(PARSER.parse(query)));
    assertEquals(printed, PromqlPrinter.print(PARSER.parse(printed)));
  }

  @Test
  void aShortQueryStaysOnItsLine() {
    String query = "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m]))";
    assertEquals(query, PromqlPrinter.prettyPrint(PARSER.parse(query)));
  }

  @Test
  void aLongQueryIsBrokenAtOperatorsArgumentsAndParentheses() {
    assertEquals(
        """
          sum by (namespace, pod) (
            rate(http_requests_total{cluster="west",code=~"5..",namespace="shop",service="checkout"}[5m])
          )
        / on (namespace, pod) group_left (team)
          (
            topk by (namespace) (
              5,
              label_replace(
                http_requests_in_flight{cluster="west",namespace="shop"},
                "pod",
                "$1",
                "instance",
                "(.*):[0-9]+"
              )
            )
          )\
        """,
        PromqlPrinter.prettyPrint(
            PARSER.parse(
                """
                sum by (namespace, pod) (rate(http_requests_total{cluster="west", namespace="shop",
                  service="checkout", code=~"5.."}[5m])) / on (namespace, pod) group_left (team)
                (topk by (namespace) (5, label_replace(http_requests_in_flight{cluster="west",
                  namespace="shop"}, "pod", "$1", "instance", "(.*):[0-9]+")))\
                """)));
  }

  @Test
  void aSignStandsRightBeforeItsOperand() {
    String operand = "kube_pod_container_resource_requests_cpu_cores_total";
    assertEquals(
        """
        -(
            %s
          *
            %s
        )\
        """
            .formatted(operand, operand),
        PromqlPrinter.prettyPrint(PARSER.parse("-(%s * %s)".formatted(operand, operand))));
  }

  @Test
  void aSubqueryKeepsItsRangeAtTheEnd() {
    String selector =
        "http_requests_total{cluster=\"west\",code=~\"5..\",namespace=\"shop\",service=\"checkout\"}";
    assertEquals(
        """
        max_over_time(
          sum by (service) (
            rate(%s[5m])
          )[1d:5m] @ end() offset 1w
        )\
        """
            .formatted(selector),
        PromqlPrinter.prettyPrint(
            PARSER.parse(
                "max_over_time(sum by (service) (rate(%s[5m]))[1d:5m] offset 1w @ end())"
                    .formatted(selector))));
  }
}
