package dev.weir.history.range;

import dev.weir.model.Labels;
import dev.weir.model.StalenessMarker;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What a recording rule records of its expression's values: the same samples, staleness markers
/// and failures that evaluating it at one time after another gives.
public final class RecordingRange {
  private final RuleGroup group;
  private final Rule.Recording rule;

  public RecordingRange(RuleGroup group, Rule.Recording rule) {
    this.group = group;
    this.rule = rule;
  }

  /// @param values of the expression. What was there before the first step is not known: a series
  ///   that ended with it gets no marker
  public StepValues record(StepValues values) {
    StepValues recorded = new StepValues(values.steps());
    recorded.failed().putAll(values.failed());
    named(values).forEach((labels, columns) -> put(labels, columns, recorded));
    refuseTooMany(recorded);
    mark(recorded);
    return recorded;
  }

  private Map<Labels, List<StepValues.Column>> named(StepValues values) {
    Map<Labels, List<StepValues.Column>> named = new TreeMap<>();
    values
        .series()
        .forEach((labels, column) -> {
          Labels.Builder name = labels.toBuilder().set(Labels.NAME, rule.name());
          rule.labels().forEach(name::set);
          named.computeIfAbsent(name.build(), _ -> new ArrayList<>(1)).add(column);
        });
    return named;
  }

  /// Takes the columns of series that became one: that is an error where two of them have a value.
  private static void put(Labels labels, List<StepValues.Column> columns, StepValues into) {
    BitSet taken = new BitSet();
    List<Integer> twice = new ArrayList<>();
    StepValues.Column recorded = into.column(labels);
    for (StepValues.Column column : columns) {
      for (int step = 0; step < column.values().length; step++) {
        if (column.isThere(step) && !into.failed().containsKey(step)) {
          if (taken.get(step)) {
            twice.add(step);
          }
          taken.set(step);
          recorded.set(step, column.values()[step], column.histogram(step));
        }
      }
    }
    for (int step : twice) {
      into.fail(step, "vector contains metrics with the same labelset after applying rule labels");
    }
  }

  private void refuseTooMany(StepValues recorded) {
    if (group.limit() == 0 || recorded.series().size() <= group.limit()) {
      return;
    }
    int[] counts = new int[recorded.steps().count()];
    for (StepValues.Column column : recorded.series().values()) {
      for (int step = 0; step < counts.length; step++) {
        counts[step] += column.isThere(step) ? 1 : 0;
      }
    }
    for (int step = 0; step < counts.length; step++) {
      if (counts[step] > group.limit()) {
        recorded.fail(
            step, "exceeded limit of %d with %d series".formatted(group.limit(), counts[step]));
      }
    }
  }

  /// Marks where series end. A step that failed ends nothing.
  private static void mark(StepValues recorded) {
    for (StepValues.Column column : recorded.series().values()) {
      boolean before = false;
      for (int step = 0; step < recorded.steps().count(); step++) {
        boolean failed = !recorded.failed().isEmpty() && recorded.failed().containsKey(step);
        if (failed) {
          continue;
        }
        boolean now = column.isThere(step);
        if (before && !now) {
          column.set(step, StalenessMarker.VALUE, null);
        }
        before = now;
      }
    }
  }
}
