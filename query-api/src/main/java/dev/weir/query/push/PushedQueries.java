package dev.weir.query.push;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.LeafQuestion;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.plan.SplitExpr;
import dev.weir.promql.query.Annotation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryValue;
import dev.weir.promql.query.QueryValue.Series;
import dev.weir.query.source.NodeShards;
import dev.weir.query.source.NodeShards.Shards;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Evaluates queries, and has storage nodes evaluate the leaves of those steps whose samples they
/// all have in memory: then results travel instead of samples. Other steps, and other queries, are
/// evaluated from samples; so is a query whose nodes fail. Safe for use by many threads.
public final class PushedQueries {
  private static final Logger LOG = LoggerFactory.getLogger(PushedQueries.class);

  /// How a query ended up.
  public enum Outcome {
    /// Nodes evaluated leaves of it.
    PUSHED,
    /// They were asked to, and failed.
    FAILED
  }

  /// Is told of queries that nodes were asked to evaluate leaves of.
  @FunctionalInterface
  public interface Observer {
    void asked(Outcome outcome);
  }

  private final QueryEngine engine;
  private final PromqlParser parser;
  private final NodeShards shards;
  private final Observer observer;

  /// @param language that the engine's own parser has
  public PushedQueries(
      QueryEngine engine, ParserOptions language, NodeShards shards, Observer observer) {
    this.engine = requireNonNull(engine, "engine");
    this.parser = new PromqlParser(language);
    this.shards = requireNonNull(shards, "shards");
    this.observer = requireNonNull(observer, "observer");
  }

  /// The value of a query.
  ///
  /// @param times a step of 0 asks for the value at the start
  /// @param timed bounds questions to a source as those to the context's source are
  /// @throws WeirException as [QueryEngine#instant]
  public QueryResult evaluate(
      String query, QueryTimes times, QueryContext context, UnaryOperator<SeriesSource> timed) {
    Optional<Shards> found = mayPush(context) ? shards.of(context.tenant()) : Optional.empty();
    if (found.isEmpty()) {
      return fromSamples(query, times, context);
    }
    Duration lookback = context.lookback().orElse(engine.settings().lookback());
    Optional<Pushable> pushable = Pushable.of(parser.parse(query), lookback.toMillis());
    if (pushable.isEmpty()) {
      return fromSamples(query, times, context);
    }
    long[] timestamps = times.timestampsMillis();
    int first = firstFrom(timestamps, found.get().fromMillis(), pushable.get().reachMillis());
    if (first == timestamps.length) {
      return fromSamples(query, times, context);
    }
    long[] pushedAt = Arrays.copyOfRange(timestamps, first, timestamps.length);
    QueryTimes pushedTimes =
        first == 0
            ? times
            : new QueryTimes(pushedAt[0], pushedAt[pushedAt.length - 1], times.stepMillis());
    LeafSource leaves =
        new LeafSource(
            found.get(),
            pushable.get().split(),
            question(query, pushedTimes, lookback, context),
            pushable.get().reachMillis(),
            pushedAt,
            context.source());
    QueryResult pushed;
    try {
      pushed =
          engine.evaluate(
              query,
              pushable.get().split().merge(),
              pushedTimes,
              context.withSource(timed.apply(leaves)));
    } catch (WeirException e) {
      if (!leaves.nodesFailed()) {
        throw e;
      }
      observer.asked(Outcome.FAILED);
      LOG.debug("evaluated from samples: {}", e.getMessage());
      return fromSamples(query, times, context);
    }
    observer.asked(Outcome.PUSHED);
    QueryResult late = withRemarks(pushed, leaves);
    if (first == 0) {
      return late;
    }
    QueryTimes before = new QueryTimes(timestamps[0], timestamps[first - 1], times.stepMillis());
    return joined(fromSamples(query, before, context), late, timestamps, first);
  }

  private QueryResult fromSamples(String query, QueryTimes times, QueryContext context) {
    return times.stepMillis() == 0
        ? engine.instant(query, times.startMillis(), context)
        : engine.range(query, times.startMillis(), times.endMillis(), times.stepMillis(), context);
  }

  /// Who wants to know what a query looked at, or how it was evaluated, is told of all of it.
  private boolean mayPush(QueryContext context) {
    EngineSettings settings = engine.settings();
    return !settings.delayedNameRemoval()
        && !settings.typeAndUnitLabels()
        && !settings.startTimestamps()
        && settings.slidingSums()
        && !context.detail().plan()
        && !context.detail().samples();
  }

  private static LeafQuestion question(
      String query, QueryTimes times, Duration lookback, QueryContext context) {
    return new LeafQuestion(
        query,
        SplitExpr.VERSION,
        times.startMillis(),
        times.endMillis(),
        times.stepMillis(),
        lookback.toMillis(),
        context.limits().maxSamples(),
        context.limits().maxSeries(),
        context.limits().maxMemoryBytes(),
        context.limits().timeout().toMillis());
  }

  /// The first step that looks back no further than a time; the number of steps if none does.
  private static int firstFrom(long[] timestamps, long fromMillis, long reachMillis) {
    int first = 0;
    while (first < timestamps.length && timestamps[first] - reachMillis < fromMillis) {
      first++;
    }
    return first;
  }

  /// A remark is there once, at the place that was looked at last.
  private static QueryResult withRemarks(QueryResult result, LeafSource leaves) {
    List<Annotation> all = new ArrayList<>(leaves.remarks());
    all.addAll(result.annotations());
    return new QueryResult(
        result.value(),
        once(all),
        result.statistics(),
        result.completeness().and(leaves.completeness()),
        result.plan());
  }

  private static List<Annotation> once(List<Annotation> annotations) {
    Map<String, Annotation> byMessage = new LinkedHashMap<>();
    annotations.forEach(
        annotation -> byMessage.put(annotation.severity() + annotation.message(), annotation));
    return byMessage.values().stream().sorted().toList();
  }

  private static QueryResult joined(
      QueryResult early, QueryResult late, long[] timestamps, int first) {
    if (!(early.value() instanceof QueryValue.Matrix before)
        || !(late.value() instanceof QueryValue.Matrix after)) {
      throw new WeirException.Internal("steps of a range query that are no matrix");
    }
    Map<Labels, Series> joined = new TreeMap<>();
    before.series().forEach(series -> put(joined, series, timestamps, 0));
    after.series().forEach(series -> put(joined, series, timestamps, first));
    List<Annotation> annotations = new ArrayList<>(early.annotations());
    annotations.addAll(late.annotations());
    return new QueryResult(
        new QueryValue.Matrix(List.copyOf(joined.values())),
        once(annotations),
        early.statistics(),
        early.completeness().and(late.completeness()),
        early.plan());
  }

  private static void put(Map<Labels, Series> joined, Series part, long[] timestamps, int at) {
    Series known = joined.get(part.labels());
    double[] values = known == null ? absent(timestamps.length) : known.values();
    @Nullable NativeHistogram[] histograms = known == null ? null : known.histograms();
    @Nullable NativeHistogram[] more = part.histograms();
    System.arraycopy(part.values(), 0, values, at, part.values().length);
    if (more != null) {
      if (histograms == null) {
        histograms = new NativeHistogram[timestamps.length];
      }
      System.arraycopy(more, 0, histograms, at, more.length);
    }
    joined.put(part.labels(), Series.of(part.labels(), timestamps, values, histograms));
  }

  private static double[] absent(int steps) {
    double[] values = new double[steps];
    Arrays.fill(values, AbsentValue.VALUE);
    return values;
  }
}
