package dev.weir.promql.eval;

import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.notation.SeriesNotation;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Series in notation, and queries over them by an engine that works in the calling thread.
record Fixture(MemorySeriesSource source, QueryEngine engine) {
  /// Series with samples every 15 s from 0 on.
  static Fixture load(String... series) {
    return load(EngineSettings.DEFAULT, series);
  }

  static Fixture load(EngineSettings settings, String... series) {
    MemorySeriesSource source = new MemorySeriesSource();
    SeriesNotation.load(15_000, List.of(series))
        .forEach(loaded -> {
          List<GroupRow.Sample> samples = new ArrayList<>();
          loaded
              .samples()
              .forEach(sample ->
                  samples.add(
                      sample.histogram() == null
                          ? GroupRow.Sample.of(
                              loaded.labels(), sample.timestampMillis(), sample.value())
                          : GroupRow.Sample.of(
                              loaded.labels(), sample.timestampMillis(), sample.histogram())));
          source.append(GroupRow.of(Tenant.DEFAULT, samples));
        });
    return new Fixture(
        source,
        new QueryEngine(settings, ParserOptions.EXPERIMENTAL, Runnable::run, System::nanoTime));
  }

  QueryContext context() {
    return QueryContext.of(Tenant.DEFAULT, source);
  }

  QueryResult at(long seconds, String query) {
    return engine.instant(query, seconds * 1000, context());
  }

  /// The values of an instant vector by labels, as text: `{job="api"}` to `3.0`.
  Map<String, Double> vector(long seconds, String query) {
    Map<String, Double> values = new TreeMap<>();
    ((QueryValue.Vector) at(seconds, query).value())
        .samples()
        .forEach(sample -> values.put(sample.labels().toString(), sample.value()));
    return values;
  }

  /// The labels of an instant vector in its order.
  List<Labels> order(long seconds, String query) {
    return ((QueryValue.Vector) at(seconds, query).value())
        .samples().stream().map(QueryValue.Sample::labels).toList();
  }

  double scalar(long seconds, String query) {
    return ((QueryValue.Scalar) at(seconds, query).value()).value();
  }
}
