package dev.weir.promql.eval;

import static java.util.Objects.requireNonNull;

import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.Expr;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.eval.explain.PlanRecorder;
import dev.weir.promql.eval.run.Places;
import dev.weir.promql.eval.run.QueryRun;
import dev.weir.promql.eval.run.SharedMemory;
import dev.weir.promql.eval.vector.Steps;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.promql.query.Cancellation;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Answers queries, in the thread that asks and those of its executor. For use by any number of
/// threads; a bounded number of queries runs at once, the others wait.
///
/// It never asks what time it is: callers say when a query is evaluated. Its clock only measures.
public final class QueryEngine {
  private final EngineSettings settings;
  private final PromqlParser parser;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final Places places;
  private final SharedMemory memory;

  /// @param executor evaluates groups of series. Its threads are the parallelism of all queries
  ///   together; the thread of a query works as well. May be `Runnable::run`
  /// @param nanoClock measures time as [System#nanoTime] does
  public QueryEngine(
      EngineSettings settings, ParserOptions options, Executor executor, LongSupplier nanoClock) {
    this.settings = requireNonNull(settings, "settings");
    this.parser = new PromqlParser(options);
    this.executor = requireNonNull(executor, "executor");
    this.nanoClock = requireNonNull(nanoClock, "nanoClock");
    this.places =
        new Places(settings.maxConcurrentQueries(), settings.timeSlice().toNanos(), nanoClock);
    this.memory = new SharedMemory(settings.maxMemoryBytes());
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
    return places.running();
  }

  /// Queries that wait for others to end.
  public int waiting() {
    return places.waiting();
  }

  /// Bytes that queries and their results hold, as estimated.
  public long memoryBytes() {
    return memory.bytes();
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
    if (TimeRange.between(start, end) / step > context.limits().maxSteps()) {
      throw new WeirException.BadData(
          ("exceeded maximum resolution of %,d points per timeseries. Try decreasing the query"
                  + " resolution (?step=XX)")
              .formatted(context.limits().maxSteps()));
    }
  }

  private QueryResult run(String query, QueryTimes times, QueryContext context) {
    long begun = nanoClock.getAsLong();
    Expr expr = parser.parse(query);
    return run(new Work(query, expr, expr, false), times, context, begun);
  }

  /// What there is to evaluate.
  ///
  /// @param whole the query
  /// @param part of it, or itself
  /// @param states whether the states of an aggregation are wanted
  private record Work(String query, Expr whole, Expr part, boolean states) {}

  /// The value of an expression that was parsed before.
  ///
  /// @param query the text that it was parsed from, which annotations refer to; empty if there is
  ///   none
  /// @param times a step of 0 asks for the value at the start
  /// @throws WeirException as [#instant]
  public QueryResult evaluate(String query, Expr expr, QueryTimes times, QueryContext context) {
    return evaluate(new Work(query, expr, expr, false), times, context);
  }

  /// The value of a part of a query, as it is inside of the query: remarks name their place in all
  /// of it.
  ///
  /// @param query as for [#evaluate]
  /// @param states whether what is wanted of an aggregation is not its value but what it has taken
  ///   in, to be merged with that of other shards
  /// @throws WeirException as [#instant]
  public QueryResult evaluatePart(
      String query, Expr whole, Expr part, boolean states, QueryTimes times, QueryContext context) {
    return evaluate(new Work(query, whole, part, states), times, context);
  }

  private QueryResult evaluate(Work work, QueryTimes times, QueryContext context) {
    if (times.stepMillis() > 0) {
      checkRange(times.startMillis(), times.endMillis(), times.stepMillis(), context);
    }
    return run(work, times, context, nanoClock.getAsLong());
  }

  private QueryResult run(Work work, QueryTimes times, QueryContext context, long begunNanos) {
    Ending ending = new Ending(begunNanos, nanoClock.getAsLong());
    long deadlineNanos = begunNanos + context.limits().timeout().toNanos();
    PlanRecorder recorder = PlanRecorder.of(context.detail().plan(), nanoClock);
    try (Places.Turn turn = places.enter(context.cancellation(), deadlineNanos)) {
      ending.admittedNanos = nanoClock.getAsLong();
      try (QueryRun run =
          new QueryRun(
              settings,
              context.withSource(recorder.observing(context.source())),
              work.query,
              times,
              executor,
              nanoClock,
              deadlineNanos,
              turn,
              memory)) {
        ending.run = run;
        run.checkpoint();
        QueryValue value =
            value(new Results(run, work.whole, work.states, recorder), work.part, times);
        QueryResult result =
            new QueryResult(
                value,
                run.annotations().collected(work.whole),
                ending.statistics(nanoClock.getAsLong()),
                run.completeness(),
                recorder.plan());
        context.observer().answered(run.handOver());
        return result;
      }
    } catch (WeirException e) {
      ending.failure = e;
      throw e;
    } finally {
      context.observer().ended(ending.statistics(nanoClock.getAsLong()), ending.stoppedBy());
    }
  }

  /// What is known of a query when it ends, however it does.
  private static final class Ending {
    private final long begunNanos;
    private final long parsedNanos;
    private long admittedNanos;
    private @Nullable QueryRun run;
    private @Nullable WeirException failure;
    private @Nullable QueryStatistics statistics;

    private Ending(long begunNanos, long parsedNanos) {
      this.begunNanos = begunNanos;
      this.parsedNanos = parsedNanos;
    }

    /// The first call settles it.
    private QueryStatistics statistics(long endNanos) {
      if (statistics == null) {
        long queuedTo = run == null ? endNanos : admittedNanos;
        long queueNanos = queuedTo - parsedNanos;
        long parseNanos = parsedNanos - begunNanos;
        statistics =
            run == null
                ? QueryStatistics.ofQueue(queueNanos, parseNanos)
                : run.statistics(queueNanos, parseNanos, endNanos - queuedTo);
      }
      return statistics;
    }

    private Optional<QueryLimit> stoppedBy() {
      return switch (failure) {
        case WeirException.TimedOut _ ->
            Optional.of(run == null ? QueryLimit.CONCURRENCY : QueryLimit.TIME);
        // A source that finds too much has no budget to say so.
        case WeirException.LimitExceeded _ when run != null ->
            run.budget().exceeded().or(() -> Optional.of(QueryLimit.MEMORY));
        case null, default -> Optional.empty();
      };
    }
  }

  private static QueryValue value(Results results, Expr expr, QueryTimes times) {
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
  /// @throws WeirException.Canceled if nobody wants it any more
  public <T> T inPlaceOfQuery(
      Duration timeLimit, Cancellation cancellation, Supplier<? extends T> work) {
    try (Places.Turn _ = places.enter(cancellation, nanoClock.getAsLong() + timeLimit.toNanos())) {
      return work.get();
    }
  }
}
