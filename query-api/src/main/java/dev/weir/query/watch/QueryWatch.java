package dev.weir.query.watch;

import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryLimit;
import dev.weir.promql.query.QueryStatistics;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whoever wants to know of the queries of clients: the counters, the query log, the list of those
/// that run, and for slow ones the log of the process.
///
/// @param slowerThan from when on a query is slow; zero if none is
public record QueryWatch(
    QueryCounters counters,
    QueryLog queryLog,
    ActiveQueries active,
    Duration slowerThan,
    Clock clock) {
  private static final Logger log = LoggerFactory.getLogger(QueryWatch.class);

  /// Longest part of a query that is named in the log of the process.
  private static final int LOGGED_LENGTH = 1_000;

  /// Whether it will be told of samples that were looked at.
  public boolean wantsSamples() {
    return queryLog.isEnabled();
  }

  /// A query has come.
  public ActiveQueries.Registration begin(Question question) {
    return active.add(question);
  }

  /// A query that could be read has ended.
  ///
  /// @param stoppedBy the limit that ended it, if one did
  /// @param failure why it has no answer, if it has none
  public void ended(
      Question question,
      QueryStatistics statistics,
      Optional<QueryLimit> stoppedBy,
      Optional<RuntimeException> failure) {
    counters.ended(statistics);
    stoppedBy.ifPresent(counters::stopped);
    if (failure.isPresent() && failure.get() instanceof WeirException.Canceled) {
      counters.canceled();
    }
    Optional<String> error = failure.map(e -> String.valueOf(e.getMessage()));
    queryLog.add(question, statistics, error, clock.instant());
    if (slowerThan.isPositive() && statistics.totalNanos() >= slowerThan.toNanos()) {
      logSlow(question, statistics, error);
    }
  }

  /// Something was refused or stopped that has no statistics.
  public void stopped(QueryLimit limit) {
    counters.stopped(limit);
  }

  /// The client of something that has no statistics went away.
  public void canceled() {
    counters.canceled();
  }

  private static void logSlow(
      Question question, QueryStatistics statistics, Optional<String> error) {
    String query = question.query();
    log.warn(
        "slow query of tenant {}, {} ms and {} ms in line{}: {} series, {} samples; {} to {}, step"
            + " {} ms: {}",
        question.tenant().name(),
        (statistics.parseNanos() + statistics.evalNanos()) / 1_000_000,
        statistics.queueNanos() / 1_000_000,
        error.map(text -> ", " + text).orElse(""),
        statistics.seriesRead(),
        statistics.samplesRead(),
        question.startMillis(),
        question.endMillis(),
        question.stepMillis(),
        query.length() > LOGGED_LENGTH ? query.substring(0, LOGGED_LENGTH) + "…" : query);
  }
}
