package dev.weir.promql.eval;

import dev.weir.promql.query.QueryValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Queries over series in notation, for tests of other packages.
public final class Queries {
  private final Fixture fixture;

  private Queries(Fixture fixture) {
    this.fixture = fixture;
  }

  /// Series with samples every 15 s from 0 on.
  public static Queries over(String... series) {
    return new Queries(Fixture.load(series));
  }

  public Map<String, Double> vector(long seconds, String query) {
    return fixture.vector(seconds, query);
  }

  /// The values of one series of a range query, those that are there.
  public List<Double> column(
      long fromSeconds, long toSeconds, long stepSeconds, String query, String labels) {
    QueryValue.Matrix matrix =
        (QueryValue.Matrix)
            fixture
                .engine()
                .range(
                    query,
                    fromSeconds * 1000,
                    toSeconds * 1000,
                    stepSeconds * 1000,
                    fixture.context())
                .value();
    List<Double> values = new ArrayList<>();
    for (QueryValue.Series series : matrix.series()) {
      if (series.labels().toString().equals(labels)) {
        for (int i = 0; i < series.values().length; i++) {
          if (series.hasSample(i)) {
            values.add(series.values()[i]);
          }
        }
      }
    }
    return values;
  }
}
