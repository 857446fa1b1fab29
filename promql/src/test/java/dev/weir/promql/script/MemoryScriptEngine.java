package dev.weir.promql.script;

import dev.weir.model.AbsentValue;
import dev.weir.model.MetricType;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.notation.SeriesNotation.LoadedSeries;
import dev.weir.model.notation.SeriesNotation.Sample;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.testing.GroupRow;
import dev.weir.testing.MemorySeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// The query engine over rows in memory.
public final class MemoryScriptEngine implements ScriptEngine {
  private final QueryEngine engine;
  private MemorySeriesSource source = new MemorySeriesSource();

  /// With every feature.
  public MemoryScriptEngine() {
    this(
        EngineSettings.DEFAULT.withDelayedNameRemoval(true).withStartTimestamps(true),
        ParserOptions.EXPERIMENTAL);
  }

  private MemoryScriptEngine(EngineSettings settings, ParserOptions language) {
    this.engine = new QueryEngine(settings, language, Runnable::run, System::nanoTime);
  }

  /// As it comes, without features that have to be switched on.
  static MemoryScriptEngine stable() {
    return new MemoryScriptEngine(EngineSettings.DEFAULT, ParserOptions.DEFAULT);
  }

  @Override
  public void clear() {
    source = new MemorySeriesSource();
  }

  @Override
  public void load(List<LoadedSeries> series) {
    source.append(GroupRow.of(Tenant.DEFAULT, samples(series)));
  }

  /// Loaded series as the samples of rows, with [KnownResets].
  public static List<GroupRow.Sample> samples(List<LoadedSeries> loaded) {
    List<GroupRow.Sample> samples = new ArrayList<>();
    for (LoadedSeries series : loaded) {
      SeriesMeta meta = new SeriesMeta(series.labels(), MetricType.UNKNOWN);
      for (Sample sample : KnownResets.in(series.samples())) {
        samples.add(
            new GroupRow.Sample(
                meta,
                sample.timestampMillis(),
                sample.histogram() == null ? sample.value() : AbsentValue.VALUE,
                sample.histogram(),
                sample.startTimestampMillis()));
      }
    }
    return samples;
  }

  @Override
  public Outcome instant(String query, long timestampMillis) {
    return outcome(() -> engine.instant(query, timestampMillis, context()));
  }

  @Override
  public Outcome range(String query, QueryTimes times) {
    return outcome(() ->
        engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), context()));
  }

  private QueryContext context() {
    return QueryContext.of(Tenant.DEFAULT, source);
  }

  private static Outcome outcome(Supplier<QueryResult> query) {
    try {
      QueryResult result = query.get();
      return new Outcome.Answer(result.value(), result.warnings(), result.infos());
    } catch (WeirException e) {
      return new Outcome.Failure(String.valueOf(e.getMessage()));
    }
  }
}
