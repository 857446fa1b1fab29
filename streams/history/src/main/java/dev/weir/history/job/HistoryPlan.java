package dev.weir.history.job;

import static java.util.Objects.requireNonNull;

import dev.weir.history.plan.RuleUnit;
import dev.weir.history.plan.RuleUnits;
import dev.weir.history.plan.TimeSlice;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.TimeRange;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFile;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a job is to do, as it travels to the machines that do it. Each of them works out the same
/// units and slices from it.
///
/// @param fromMillis the first evaluation time that results are wanted of
/// @param toMillis the last
/// @param tail directory of links that stand behind the blocks of the store, on the machine that
///   submits the job; null if there are none
/// @param bufferBytes of results that wait for earlier ones, in memory at each place where they do
public record HistoryPlan(
    Purpose purpose,
    HistoryStore store,
    HistorySettings settings,
    List<GroupText> groups,
    long fromMillis,
    long toMillis,
    @Nullable String tail,
    long bufferBytes)
    implements Serializable {

  private static final long DEFAULT_BUFFER_BYTES = 64 << 20;

  /// A rule group as text.
  public record GroupText(String file, String name, String text) implements Serializable {}

  public HistoryPlan {
    requireNonNull(purpose, "purpose");
    requireNonNull(store, "store");
    requireNonNull(settings, "settings");
    groups = List.copyOf(groups);
  }

  /// @param range of evaluation times
  public static HistoryPlan of(
      Purpose purpose,
      HistoryStore store,
      HistorySettings settings,
      List<RuleGroup> groups,
      TimeRange range) {
    return new HistoryPlan(
        purpose,
        store,
        settings,
        groups.stream()
            .map(group -> new GroupText(group.file(), group.name(), group.text()))
            .toList(),
        range.startMillis(),
        range.endMillis(),
        null,
        DEFAULT_BUFFER_BYTES);
  }

  /// The same over what topics have besides.
  ///
  /// @param directory that [dev.weir.history.tail.LogTail] has filled
  public HistoryPlan withTail(Path directory) {
    return new HistoryPlan(
        purpose, store, settings, groups, fromMillis, toMillis, directory.toString(), bufferBytes);
  }

  public HistoryPlan withBuffer(long bytes) {
    return new HistoryPlan(purpose, store, settings, groups, fromMillis, toMillis, tail, bytes);
  }

  /// The groups as rules again.
  public List<RuleGroup> ruleGroups() {
    return groups.stream()
        .map(group -> RuleFile.published(group.file(), group.name(), group.text()))
        .toList();
  }

  public TimeRange range() {
    return new TimeRange(fromMillis, toMillis);
  }

  /// The units that have something to do.
  List<RuleUnit> units() {
    return switch (purpose) {
      case BACKTEST -> RuleUnits.ofAlerts(ruleGroups(), settings.lookbackMillis());
      case BACKFILL ->
          RuleUnits.of(ruleGroups(), settings.lookbackMillis()).stream()
              .filter(unit ->
                  unit.rules().stream().anyMatch(rule -> rule.rule() instanceof Rule.Recording))
              .toList();
    };
  }

  /// The slices of a unit. Alerts begin as long before the results as `for` and `keep_firing_for`
  /// need, so that their clocks are right when results begin. A unit that goes step by step does so
  /// by itself.
  List<TimeSlice> slices(RuleUnit unit) {
    long clocksMillis =
        switch (purpose) {
          case BACKFILL -> 0;
          case BACKTEST -> unit.stepwise() ? 0 : unit.clocksMillis();
        };
    return TimeSlice.of(unit, new TimeRange(fromMillis - clocksMillis, toMillis));
  }

  /// All tasks, those of the same time together, so that what waits for its turn is little. Units
  /// begin with another one in each slice, because tasks are dealt out in turn.
  List<HistoryTask> tasks() {
    List<RuleUnit> units = units();
    List<HistoryTask> tasks = new ArrayList<>();
    int longest = 0;
    for (int unit = 0; unit < units.size(); unit++) {
      if (units.get(unit).stepwise()) {
        tasks.add(new HistoryTask(unit, HistoryTask.ALL_SLICES));
      } else {
        longest = Math.max(longest, slices(units.get(unit)).size());
      }
    }
    List<Integer> counts = units.stream().map(unit -> slices(unit).size()).toList();
    for (int slice = 0; slice < longest; slice++) {
      for (int i = 0; i < units.size(); i++) {
        int unit = (i + slice) % units.size();
        if (!units.get(unit).stepwise() && slice < counts.get(unit)) {
          tasks.add(new HistoryTask(unit, slice));
        }
      }
    }
    return tasks;
  }

  /// How many slices all tasks have together.
  int sliceCount() {
    return units().stream().mapToInt(unit -> slices(unit).size()).sum();
  }
}
