package dev.weir.promql.eval;

import static java.util.Objects.requireNonNull;

import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// Answers queries. For use by any number of threads; a bounded number of queries runs at once, the
/// others wait.
///
/// It never asks what time it is: callers say when a query is evaluated. Its clock only measures.
public final class QueryEngine {
  private static final long LONGEST_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final EngineSettings settings;
  private final PromqlParser parser;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final Semaphore places;

  /// @param executor evaluates groups of series. Its threads are the parallelism of all queries
  ///   together; the thread of a query works as well. May be `Runnable::run`
  /// @param nanoClock measures time as [System#nanoTime] does
  public QueryEngine(
      EngineSettings settings, ParserOptions options, Executor executor, LongSupplier nanoClock) {
    this.settings = requireNonNull(settings, "settings");
    this.parser = new PromqlParser(options);
    this.executor = requireNonNull(executor, "executor");
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
    this.places = new Semaphore(settings.maxConcurrentQueries(), true);
  }

  /// With default settings, nothing experimental, and no thread but the caller's.
  public static QueryEngine inCallersThread() {
    return new QueryEngine(
        EngineSettings.DEFAULT, ParserOptions.DEFAULT, Runnable::run, System::nanoTime);
  }

  public EngineSettings settings() {
    return settings;
  }

  /// Queries that run now.
  public int running() {
    return settings.maxConcurrentQueries() - places.availablePermits();
  }

  /// The value of a query at one time.
  ///
  /// @throws WeirException.BadData if the query is no PromQL
  /// @throws WeirException.Unprocessable if it cannot be computed from the data that it met
  /// @throws WeirException.LimitExceeded if it needs more than it may use
  /// @throws WeirException.TimedOut if it takes too long
  /// @throws WeirException.Canceled if the caller wants no answer any more
  public QueryResult instant(String query, long timestampMillis, QueryContext context) {
    return run(query, QueryTimes.instant(timestampMillis), context);
  }

  /// The values of a query at `start`, and every step from there up to `end`.
  ///
  /// @throws WeirException as [#instant]
  public QueryResult range(
      String query, long startMillis, long endMillis, long stepMillis, QueryContext context) {
    checkRange(startMillis, endMillis, stepMillis, context);
    return run(query, new QueryTimes(startMillis, endMillis, stepMillis), context);
  }

  private static void checkRange(long start, long end, long step, QueryContext context) {
    if (end < start) {
      throw new WeirException.BadData("end timestamp must not be before start time");
    }
    if (step <= 0) {
      throw new WeirException.BadData(
          "zero or negative query resolution step widths are not accepted. Try a positive integer");
    }
    if (TimeRange.between(start, end) / step >= context.limits().maxSteps()) {
      throw new WeirException.BadData(
          ("exceeded maximum resolution of %,d points per timeseries. Try decreasing the query"
                  + " resolution (?step=XX)")
              .formatted(context.limits().maxSteps()));
    }
  }

  private QueryResult run(String query, QueryTimes times, QueryContext context) {
    long begun = nanoClock.getAsLong();
    Expr expr = parser.parse(query);
    return run(query, expr, times, context, begun);
  }

  /// The value of an expression that was parsed before.
  ///
  /// @param query the text that it was parsed from, which annotations refer to; empty if there is
  ///   none
  /// @param times a step of 0 asks for the value at the start
  /// @throws WeirException as [#instant]
  public QueryResult evaluate(String query, Expr expr, QueryTimes times, QueryContext context) {
    if (times.stepMillis() > 0) {
      checkRange(times.startMillis(), times.endMillis(), times.stepMillis(), context);
    }
    return run(query, expr, times, context, nanoClock.getAsLong());
  }

  private QueryResult run(
      String query, Expr expr, QueryTimes times, QueryContext context, long begunNanos) {
    long parsedNanos = nanoClock.getAsLong();
    long deadlineNanos = begunNanos + context.limits().timeout().toNanos();
    awaitPlace(context.cancellation(), deadlineNanos);
    try {
      long admittedNanos = nanoClock.getAsLong();
      QueryRun run =
          new QueryRun(settings, context, query, times, executor, nanoClock, deadlineNanos);
      run.checkpoint();
      QueryValue value = value(run, expr, times);
      long endNanos = nanoClock.getAsLong();
      return new QueryResult(
          value,
          run.annotations().collected(expr),
          new QueryStatistics(
              run.budget().samplesRead(),
              run.budget().peakSamples(),
              run.budget().seriesRead(),
              run.budget().groupsRead(),
              admittedNanos - parsedNanos,
              parsedNanos - begunNanos,
              endNanos - admittedNanos),
          run.completeness());
    } finally {
      places.release();
    }
  }

  private static QueryValue value(QueryRun run, Expr expr, QueryTimes times) {
    Results results = new Results(run, expr);
    if (times.stepMillis() == 0) {
      return results.instant(expr, times.startMillis());
    }
    int steps = (int) (times.rangeMillis() / times.stepMillis()) + 1;
    return results.range(expr, new Steps(times.startMillis(), times.stepMillis(), steps));
  }

  /// Does something that is no query but as heavy, such as listing series, in the place of a query.
  ///
  /// @param timeLimit until there is a place
  /// @throws WeirException.TimedOut if no place becomes free in time
  /// @throws WeirException.Canceled if the thread is interrupted meanwhile
  public <T> T inPlaceOfQuery(Duration timeLimit, Supplier<? extends T> work) {
    awaitPlace(new Cancellation(), nanoClock.getAsLong() + timeLimit.toNanos());
    try {
      return work.get();
    } finally {
      places.release();
    }
  }

  private void awaitPlace(Cancellation cancellation, long deadlineNanos) {
    try {
      while (true) {
        long left = deadlineNanos - nanoClock.getAsLong();
        if (left <= 0) {
          throw new WeirException.TimedOut("query timed out in query queue");
        }
        if (places.tryAcquire(Math.min(left, LONGEST_WAIT_NANOS), TimeUnit.NANOSECONDS)) {
          return;
        }
        if (cancellation.isCanceled()) {
          throw new WeirException.Canceled("query was canceled in query queue");
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("query was canceled in query queue");
    }
  }
}
