package dev.weir.promql.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Selectors that stand more than once in a query are read once, and the query gives the same.
class RepeatedSelectorsTest {
  private final MemorySeriesSource samples = new MemorySeriesSource();
  private final List<TimeRange> selected = new ArrayList<>();

  RepeatedSelectorsTest() {
    for (int second = 0; second < 600; second += 15) {
      List<GroupRow.Sample> row = new ArrayList<>();
      for (String instance : List.of("a", "b")) {
        row.add(
            GroupRow.Sample.of(
                Labels.of("__name__", "x_total", "instance", instance),
                second * 1000L,
                (double) second * second));
      }
      samples.append(GroupRow.of(Tenant.DEFAULT, row));
    }
  }

  private QueryResult ask(String query, QueryLimits limits) {
    selected.clear();
    return QueryEngine.inCallersThread()
        .range(
            query,
            300_000,
            600_000,
            30_000,
            QueryContext.of(Tenant.DEFAULT, new Counting()).withLimits(limits));
  }

  /// Counts selections.
  private final class Counting implements ForwardingSource {
    @Override
    public GroupCursor select(
        Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
      selected.add(range);
      return samples.select(tenant, matchers, range, hints);
    }

    @Override
    public SeriesSource source() {
      return samples;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          x_total / x_total                                                       | 1
          rate(x_total[2m]) / on (instance) increase(x_total[2m])                 | 1
          sum(rate(x_total[2m])) / count(rate(x_total[2m])) + max(rate(x_total[2m])) | 1
          rate(x_total[2m]) / rate(x_total[1m])                                   | 2
          x_total - x_total offset 1m                                             | 2
          max_over_time(rate(x_total[1m])[2m:30s]) - rate(x_total[1m])            | 2
          x_total{instance="a"} or x_total                                        | 2
          """)
  void oneSelectionForEachRange(String query, int selections) {
    QueryResult once = ask(query, QueryLimits.DEFAULT);
    assertEquals(selections, selected.size());
    // Too little memory to keep anything, enough to answer.
    QueryResult again = ask(query, QueryLimits.DEFAULT.withMaxSamples(1500));
    assertEquals(text(once), text(again));
  }

  @Test
  void whatHasNoRoomIsReadAgain() {
    ask("x_total / x_total", QueryLimits.DEFAULT.withMaxSamples(130));
    assertEquals(2, selected.size());
  }

  @Test
  void findsWhatIsTheSame() {
    PromqlParser parser = new PromqlParser(ParserOptions.DEFAULT);
    assertEquals(2, RepeatedSelectors.of(parser.parse("a + a + b + rate(a[5m])")).size());
    assertEquals(0, RepeatedSelectors.of(parser.parse("a + max_over_time(a[5m:1m])")).size());
    assertEquals(0, RepeatedSelectors.of(parser.parse("a + a offset 5m")).size());
  }

  private static String text(QueryResult result) {
    StringBuilder text = new StringBuilder();
    for (QueryValue.Series series : ((QueryValue.Matrix) result.value()).series()) {
      text.append(series.labels()).append(Arrays.toString(series.values())).append('\n');
    }
    return text.toString();
  }
}
