package dev.weir.promql.eval.run;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;

/// One query that runs. Safe for many threads.
public final class QueryRun {
  private final EngineSettings settings;
  private final QueryContext context;
  private final QueryTimes times;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final long deadlineNanos;
  private final long lookbackMillis;
  private final Budget budget;
  private final Annotations annotations;
  private Completeness completeness = Completeness.FULL;

  /// @param query the query's text, for positions in annotations; empty if there is none
  /// @param executor for the groups of a selector; may run tasks in the calling thread
  /// @param nanoClock as [System#nanoTime]
  /// @param deadlineNanos when on that clock the query has to stop
  public QueryRun(
      EngineSettings settings,
      QueryContext context,
      String query,
      QueryTimes times,
      Executor executor,
      LongSupplier nanoClock,
      long deadlineNanos) {
    this.settings = settings;
    this.context = context;
    this.times = times;
    this.executor = executor;
    this.nanoClock = nanoClock;
    this.deadlineNanos = deadlineNanos;
    this.lookbackMillis = context.lookback().map(Duration::toMillis).orElse(lookback(settings));
    this.budget = new Budget(context.limits());
    this.annotations = new Annotations(query);
  }

  private static long lookback(EngineSettings settings) {
    return settings.lookback().toMillis();
  }

  /// Called wherever a query spends time: before each group, and in loops over series.
  ///
  /// @throws WeirException.Canceled if the caller wants no answer any more
  /// @throws WeirException.TimedOut if time is up
  public void checkpoint() {
    if (context.cancellation().isCanceled()) {
      throw new WeirException.Canceled("query was canceled in expression evaluation");
    }
    if (nanoClock.getAsLong() - deadlineNanos > 0) {
      throw new WeirException.TimedOut("query timed out in expression evaluation");
    }
  }

  public Tenant tenant() {
    return context.tenant();
  }

  public SeriesSource source() {
    return context.source();
  }

  /// Start, end and step of the whole query, whatever the steps of a subquery inside it.
  public QueryTimes times() {
    return times;
  }

  public EngineSettings settings() {
    return settings;
  }

  public boolean delayedNameRemoval() {
    return settings.delayedNameRemoval();
  }

  public long lookbackMillis() {
    return lookbackMillis;
  }

  public Executor executor() {
    return executor;
  }

  public Budget budget() {
    return budget;
  }

  public Annotations annotations() {
    return annotations;
  }

  /// A selection came to its end.
  public synchronized void selected(Completeness selection) {
    completeness = completeness.and(selection);
  }

  public synchronized Completeness completeness() {
    return completeness;
  }
}
