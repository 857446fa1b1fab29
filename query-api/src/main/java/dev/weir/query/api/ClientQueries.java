package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryDetail;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryLimits;
import dev.weir.promql.query.QueryObserver;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.query.watch.ActiveQueries;
import dev.weir.query.watch.QueryWatch;
import dev.weir.query.watch.Question;
import dev.weir.service.http.ClientPresence;
import dev.weir.service.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Asks the engine and the sources for clients: no longer than they are there, and than a request
/// may take.
///
/// @param sources what is asked
/// @param patience ends questions to sources that nobody waits for
/// @param limits of each query; of listings, the time
/// @param watch is told of every query
/// @param evaluator of queries, by the engine in the end
public record ClientQueries(
    QueryEngine engine,
    Sources sources,
    Patience patience,
    QueryLimits limits,
    QueryWatch watch,
    Evaluator evaluator) {
  /// What there is.
  @FunctionalInterface
  public interface Sources {
    /// @param maxWindowMillis of windows in place of samples, where there is a choice
    SeriesSource upTo(long maxWindowMillis);

    /// As it is best.
    default SeriesSource all() {
      return upTo(Long.MAX_VALUE);
    }

    /// A source that has nothing but samples.
    static Sources of(SeriesSource samples) {
      return _ -> samples;
    }
  }

  /// Evaluates a query.
  @FunctionalInterface
  public interface Evaluator {
    /// @param timed bounds questions to another source as those to the context's are
    QueryResult evaluate(
        String query, QueryTimes times, QueryContext context, UnaryOperator<SeriesSource> timed);

    /// An engine that reads all samples itself.
    static Evaluator of(QueryEngine engine) {
      return (query, times, context, _) ->
          times.stepMillis() == 0
              ? engine.instant(query, times.startMillis(), context)
              : engine.range(
                  query, times.startMillis(), times.endMillis(), times.stepMillis(), context);
    }
  }

  public ClientQueries {
    requireNonNull(evaluator, "evaluator");
    requireNonNull(engine, "engine");
    requireNonNull(sources, "sources");
    requireNonNull(patience, "patience");
    requireNonNull(limits, "limits");
    requireNonNull(watch, "watch");
  }

  /// How a request wants its query evaluated.
  ///
  /// @param timeout no longer than the limit
  /// @param lookback absent: the engine's
  /// @param maxWindowMillis as in [Sources#upTo]
  record Wishes(
      Duration timeout, Optional<Duration> lookback, long maxWindowMillis, QueryDetail detail) {}

  /// Refuses a range query with too many steps, in Prometheus's words.
  void checkSteps(long startMillis, long endMillis, long stepMillis) {
    if (TimeRange.between(startMillis, endMillis) / stepMillis > limits.maxSteps()) {
      watch.stopped(QueryLimit.STEPS);
      throw new ApiError(
          ErrorType.BAD_DATA,
          ("exceeded maximum resolution of %,d points per timeseries. Try decreasing the query"
                  + " resolution (?step=XX)")
              .formatted(limits.maxSteps()));
    }
  }

  /// What the engine said of a query when it ended.
  private static final class End implements QueryObserver {
    private @Nullable QueryStatistics statistics;
    private Optional<QueryLimit> stoppedBy = Optional.empty();
    private Runnable giveBack = () -> {};

    @Override
    public void ended(QueryStatistics taken, Optional<QueryLimit> limit) {
      statistics = taken;
      stoppedBy = limit;
    }

    @Override
    public void answered(Runnable whenWritten) {
      // A query may be evaluated in two parts.
      Runnable before = giveBack;
      giveBack =
          () -> {
            before.run();
            whenWritten.run();
          };
    }
  }

  /// A result, for as long as it is being written.
  ///
  /// @param giveBack the memory that it takes, to be run when it has been written
  record Held(QueryResult result, Runnable giveBack) {}

  /// Evaluates a query.
  ///
  /// @param times a step of 0 asks for the value at the start
  Held query(HttpRequest request, Question question, Wishes wishes, QueryTimes times) {
    Cancellation cancellation = new Cancellation();
    End end = new End();
    QueryDetail detail = wishes.detail();
    boolean samples = detail.samples() || watch.wantsSamples();
    TimedSource timed =
        new TimedSource(
            sources.upTo(wishes.maxWindowMillis()), patience, cancellation, wishes.timeout());
    QueryContext context =
        new QueryContext(
            question.tenant(),
            timed,
            limits.withTimeout(wishes.timeout()),
            wishes.lookback(),
            cancellation,
            new QueryDetail(samples, detail.samplesPerStep(), detail.plan()),
            end);
    boolean held = false;
    try {
      QueryResult result =
          watched(
              request,
              question,
              asked -> evaluator.evaluate(question.query(), times, asked, timed::over),
              context,
              end);
      held = true;
      return new Held(result, end.giveBack);
    } finally {
      if (!held) {
        end.giveBack.run();
      }
    }
  }

  private QueryResult watched(
      HttpRequest request,
      Question question,
      Function<QueryContext, QueryResult> evaluation,
      QueryContext context,
      End end) {
    RuntimeException failure = null;
    try (ClientPresence _ = request.whenClientGoes(context.cancellation()::cancel);
        ActiveQueries.Registration _ = watch.begin(question)) {
      return evaluation.apply(context);
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    } finally {
      if (end.statistics != null) {
        watch.ended(question, end.statistics, end.stoppedBy, Optional.ofNullable(failure));
      }
    }
  }

  /// Asks the sources for something that is no query but as heavy, in the place of a query.
  <T> T list(HttpRequest request, Function<SeriesSource, T> question) {
    Cancellation cancellation = new Cancellation();
    SeriesSource timed = new TimedSource(sources.all(), patience, cancellation, limits.timeout());
    boolean[] begun = {false};
    try (ClientPresence _ = request.whenClientGoes(cancellation::cancel)) {
      return engine.inPlaceOfQuery(
          limits.timeout(),
          cancellation,
          () -> {
            begun[0] = true;
            return question.apply(timed);
          });
    } catch (WeirException.TimedOut e) {
      watch.stopped(begun[0] ? QueryLimit.TIME : QueryLimit.CONCURRENCY);
      throw e;
    } catch (WeirException.Canceled e) {
      watch.canceled();
      throw e;
    }
  }
}
