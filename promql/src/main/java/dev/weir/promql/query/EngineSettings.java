package dev.weir.promql.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import java.time.Duration;

/// What holds for every query of an engine.
///
/// @param lookback how far before an evaluation the latest sample still counts
/// @param defaultSubqueryStep step of subqueries that name none (`[1h:]`); Prometheus takes the
///   global evaluation interval
/// @param maxConcurrentQueries queries that run at once; more wait
/// @param timeSlice how long a query runs before it steps aside for others that wait
/// @param maxMemoryBytes what all queries together may hold, as estimated
/// @param groupsInFlight groups of one query that are read and computed at once
/// @param delayedNameRemoval whether metric names are dropped at the end of a query instead of by
///   each function (`promql-delayed-name-removal`)
/// @param typeAndUnitLabels whether `__type__` is believed where functions care whether a metric is
///   a counter (`type-and-unit-labels`)
/// @param startTimestamps whether rates mind the start timestamps of samples, and
///   `start_timestamp()` shows them (`use-start-timestamps`)
/// @param slidingSums whether sums over windows that overlap much slide, which may cost their last
///   digit (docs/decisions/0037); if not, a range query gives what its steps by themselves give
public record EngineSettings(
    Duration lookback,
    Duration defaultSubqueryStep,
    int maxConcurrentQueries,
    Duration timeSlice,
    long maxMemoryBytes,
    int groupsInFlight,
    boolean delayedNameRemoval,
    boolean typeAndUnitLabels,
    boolean startTimestamps,
    boolean slidingSums) {
  public static final EngineSettings DEFAULT =
      new EngineSettings(
          Duration.ofMinutes(5),
          Duration.ofMinutes(1),
          20,
          Duration.ofSeconds(1),
          Long.MAX_VALUE,
          4 * Runtime.getRuntime().availableProcessors(),
          false,
          false,
          false,
          true);

  public EngineSettings {
    requireNonNull(lookback, "lookback");
    requireNonNull(defaultSubqueryStep, "defaultSubqueryStep");
    if (lookback.toMillis() <= 0) {
      throw new WeirException.BadData("lookback of " + lookback + ": it has to be above zero");
    }
    if (defaultSubqueryStep.toMillis() <= 0) {
      throw new WeirException.BadData(
          "subquery step of " + defaultSubqueryStep + ": it has to be above zero");
    }
    requireNonNull(timeSlice, "timeSlice");
    if (timeSlice.isNegative() || maxMemoryBytes < 1) {
      throw new WeirException.BadData(
          "time slice of %s, and %d bytes for all queries; use 0 or more, and 1 or more"
              .formatted(timeSlice, maxMemoryBytes));
    }
    if (maxConcurrentQueries < 1 || groupsInFlight < 1) {
      throw new WeirException.BadData(
          "%d queries at once with %d groups each; there has to be one of each"
              .formatted(maxConcurrentQueries, groupsInFlight));
    }
  }

  public EngineSettings withLookback(Duration changed) {
    return new EngineSettings(
        changed,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withDefaultSubqueryStep(Duration changed) {
    return new EngineSettings(
        lookback,
        changed,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withMaxConcurrentQueries(int changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        changed,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withTimeSlice(Duration changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        changed,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withMaxMemoryBytes(long changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        changed,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withDelayedNameRemoval(boolean changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        changed,
        typeAndUnitLabels,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withTypeAndUnitLabels(boolean changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        changed,
        startTimestamps,
        slidingSums);
  }

  public EngineSettings withStartTimestamps(boolean changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        changed,
        slidingSums);
  }

  public EngineSettings withSlidingSums(boolean changed) {
    return new EngineSettings(
        lookback,
        defaultSubqueryStep,
        maxConcurrentQueries,
        timeSlice,
        maxMemoryBytes,
        groupsInFlight,
        delayedNameRemoval,
        typeAndUnitLabels,
        startTimestamps,
        changed);
  }
}
