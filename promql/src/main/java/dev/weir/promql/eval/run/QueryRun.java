package dev.weir.promql.eval.run;

import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.EngineSettings;
import dev.weir.promql.query.QueryContext;
import dev.weir.promql.query.QueryStatistics;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One query that runs. Safe for many threads; made by the one that it belongs to.
public final class QueryRun implements AutoCloseable {
  private final EngineSettings settings;
  private final QueryContext context;
  private final QueryTimes times;
  private final Executor executor;
  private final LongSupplier nanoClock;
  private final long deadlineNanos;
  private final Places.Turn turn;
  private final Thread owner = Thread.currentThread();
  private final long lookbackMillis;
  private final Budget budget;
  private final Annotations annotations;
  private final SampleTally.@Nullable OfQuery tally;
  private final AtomicLong sortNanos = new AtomicLong();
  private final KeptSelections kept;
  private Completeness completeness = Completeness.FULL;

  /// @param query the query's text, for positions in annotations; empty if there is none
  /// @param executor for the groups of a selector; may run tasks in the calling thread
  /// @param nanoClock as [System#nanoTime]
  /// @param deadlineNanos when on that clock the query has to stop
  /// @param turn the query's place among those that run
  /// @param memory of all queries
  public QueryRun(
      EngineSettings settings,
      QueryContext context,
      String query,
      QueryTimes times,
      Executor executor,
      LongSupplier nanoClock,
      long deadlineNanos,
      Places.Turn turn,
      SharedMemory memory) {
    this.settings = settings;
    this.context = context;
    this.times = times;
    this.executor = executor;
    this.nanoClock = nanoClock;
    this.deadlineNanos = deadlineNanos;
    this.lookbackMillis = context.lookback().map(Duration::toMillis).orElse(lookback(settings));
    this.turn = turn;
    this.tally = context.detail().samples() ? new SampleTally.OfQuery(times) : null;
    this.budget = new Budget(context.limits(), memory);
    this.annotations = new Annotations(query);
    this.kept = new KeptSelections(context.source(), budget);
  }

  private static long lookback(EngineSettings settings) {
    return settings.lookback().toMillis();
  }

  /// Called wherever a query spends time: before each group, and in loops over series. Here the
  /// query's own thread lets other queries run.
  ///
  /// @throws WeirException.Canceled if the caller wants no answer any more
  /// @throws WeirException.TimedOut if time is up
  public void checkpoint() {
    if (context.cancellation().isCanceled()) {
      throw new WeirException.Canceled("query was canceled in expression evaluation");
    }
    long now = nanoClock.getAsLong();
    if (now - deadlineNanos > 0) {
      throw new WeirException.TimedOut("query timed out in expression evaluation");
    }
    if (Thread.currentThread().equals(owner)) {
      turn.giveWay(now);
    }
  }

  /// Selects from the query's source, for its tenant.
  ///
  /// @param repeated whether the query asks for the same again
  public GroupCursor select(
      List<Matcher> matchers, TimeRange range, SelectHints hints, boolean repeated) {
    return repeated
        ? kept.select(context.tenant(), matchers, range, hints)
        : context.source().select(context.tenant(), matchers, range, hints);
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

  /// Where the samples are counted that selectors look at.
  public SampleTally tally() {
    return tally == null ? SampleTally.NONE : tally;
  }

  /// Does something that only puts the result in order, which has a time of its own in statistics.
  public void sort(Runnable sorting) {
    long begun = nanoClock.getAsLong();
    sorting.run();
    sortNanos.addAndGet(nanoClock.getAsLong() - begun);
  }

  /// What the query has taken so far.
  public QueryStatistics statistics(long queueNanos, long parseNanos, long evalNanos) {
    boolean perStep = context.detail().samplesPerStep();
    return new QueryStatistics(
        budget.samplesRead(),
        budget.peakSamples(),
        budget.seriesRead(),
        budget.groupsRead(),
        tally == null ? 0 : tally.total(),
        tally == null || !perStep ? List.of() : tally.perStep(),
        queueNanos,
        parseNanos,
        evalNanos,
        sortNanos.get());
  }

  /// The query has a result, which counts as memory beyond its end.
  ///
  /// @return gives it back
  public Runnable handOver() {
    kept.release();
    return budget.handOver();
  }

  /// The query has ended.
  @Override
  public void close() {
    budget.close();
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
