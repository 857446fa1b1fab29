package dev.weir.promql.plan;

import dev.weir.model.Labels;
import dev.weir.promql.ast.VectorMatching;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// What an expression says of the labels that its series have, the name aside.
///
/// @param only whether they have none but these; else they have none of these
record KnownLabels(boolean only, Set<String> names) {
  static final KnownLabels NOTHING = new KnownLabels(false, Set.of());

  KnownLabels {
    names = Set.copyOf(names);
  }

  /// After all but some labels are gone: `by`, `on`.
  KnownLabels keeping(List<String> labels) {
    Set<String> kept = new HashSet<>(labels);
    kept.remove(Labels.NAME);
    if (only) {
      kept.retainAll(names);
    } else {
      kept.removeAll(names);
    }
    return new KnownLabels(true, kept);
  }

  /// After some labels are gone: `without`, `ignoring`.
  KnownLabels without(Collection<String> labels) {
    return changed(labels, !only);
  }

  /// After some labels may have been added.
  KnownLabels with(Collection<String> labels) {
    return changed(labels, only);
  }

  private KnownLabels changed(Collection<String> labels, boolean add) {
    Set<String> changed = new HashSet<>(names);
    if (add) {
      changed.addAll(labels);
    } else {
      changed.removeAll(labels);
    }
    return new KnownLabels(only, changed);
  }

  /// Of series that are of one of two expressions.
  KnownLabels or(KnownLabels other) {
    if (only != other.only) {
      return only ? other.with(names) : with(other.names);
    }
    if (only) {
      return with(other.names);
    }
    Set<String> both = new HashSet<>(names);
    both.retainAll(other.names);
    return new KnownLabels(false, both);
  }

  /// Whether series that match the same series have all labels in common.
  boolean allMatch(VectorMatching matching) {
    if (matching.on()) {
      return only && matching.labels().containsAll(names);
    }
    return only
        ? Collections.disjoint(names, matching.labels())
        : names.containsAll(matching.labels());
  }
}
