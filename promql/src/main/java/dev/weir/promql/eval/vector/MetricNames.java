package dev.weir.promql.eval.vector;

import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/// The labels that say what a metric is, and that a function takes away because its result is
/// something else: name, type and unit.
public final class MetricNames {
  public static final String TYPE = Labels.TYPE;
  public static final String UNIT = Labels.UNIT;

  private static final Set<String> METADATA = Set.of(Labels.NAME, TYPE, UNIT);

  private MetricNames() {}

  public static Labels drop(Labels labels) {
    for (int i = 0; i < labels.size(); i++) {
      if (isMetadata(labels.name(i))) {
        return labels.keep(name -> !isMetadata(name));
      }
    }
    return labels;
  }

  private static boolean isMetadata(String label) {
    // Label names rarely start so: most are decided by their first character.
    return label.startsWith("__") && METADATA.contains(label);
  }

  /// Whether dropping could make two series of one name equal.
  public static boolean hasTypeOrUnit(Labels labels) {
    return labels.has(TYPE) || labels.has(UNIT);
  }

  /// The series after a function that makes something else of it: at once without its name, or
  /// marked to lose it.
  ///
  /// @param delayed whether names are dropped at the end of the query
  public static VectorSeries dropName(VectorSeries series, boolean delayed) {
    return delayed ? series.withDropName(true) : series.withLabels(drop(series.labels()));
  }

  /// Labels as Prometheus's messages show them: the name is a label like all others.
  public static String inBraces(Labels labels) {
    StringBuilder out = new StringBuilder("{");
    for (int i = 0; i < labels.size(); i++) {
      if (i > 0) {
        out.append(", ");
      }
      LabelText.appendName(out, labels.name(i));
      out.append('=');
      LabelText.appendQuoted(out, labels.value(i));
    }
    return out.append('}').toString();
  }

  /// The labels that series match or are grouped by.
  public static Labels signature(Labels labels, boolean on, Collection<String> names) {
    if (on) {
      return names.isEmpty() ? Labels.EMPTY : labels.keep(names::contains);
    }
    return labels.keep(name -> !name.equals(Labels.NAME) && !names.contains(name));
  }

  /// Names for [#signature], as a collection that is fast to look into.
  public static Collection<String> lookup(List<String> names) {
    return names.size() < 4 ? List.copyOf(names) : Set.copyOf(names);
  }
}
