package dev.weir.rules.alert;

import dev.weir.model.Labels;
import java.util.Collection;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/// Targets whose rows were due and have stopped coming, though nothing has said that they ended:
/// whoever scrapes them is away, and what they would say is not known.
///
/// @param named at most [#MAX_NAMED] of them
/// @param more whether there are others, which are not named
public record SilentTargets(SortedSet<Target> named, boolean more) {
  /// A target, by the labels that all of its series have.
  public record Target(String job, String instance) implements Comparable<Target> {
    @Override
    public int compareTo(Target other) {
      int byJob = Labels.compareText(job, other.job);
      return byJob != 0 ? byJob : Labels.compareText(instance, other.instance);
    }
  }

  /// Beyond so many a name more makes no difference to who reads it.
  public static final int MAX_NAMED = 100;

  public static final SilentTargets NONE = new SilentTargets(Collections.emptySortedSet(), false);

  public SilentTargets {
    named = Collections.unmodifiableSortedSet(new TreeSet<>(named));
  }

  public static SilentTargets of(Collection<Target> targets) {
    return targets.isEmpty() ? NONE : bounded(new TreeSet<>(targets), false);
  }

  private static SilentTargets bounded(TreeSet<Target> targets, boolean more) {
    boolean tooMany = false;
    while (targets.size() > MAX_NAMED) {
      targets.removeLast();
      tooMany = true;
    }
    return new SilentTargets(targets, more || tooMany);
  }

  /// Those of both.
  public SilentTargets and(SilentTargets other) {
    if (other.isEmpty()) {
      return this;
    }
    TreeSet<Target> all = new TreeSet<>(named);
    all.addAll(other.named);
    return bounded(all, more || other.more);
  }

  public boolean isEmpty() {
    return named.isEmpty() && !more;
  }

  /// Whether an element with these labels may be missing because one of them is silent: because
  /// they do not name another job or another instance.
  public boolean mayHide(Labels labels) {
    String job = labels.get("job");
    String instance = labels.get("instance");
    return more
        || named.stream()
            .anyMatch(target ->
                (job.isEmpty() || job.equals(target.job))
                    && (instance.isEmpty() || instance.equals(target.instance)));
  }
}
