package dev.weir.model.source;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Exemplar;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.SeriesMeta;
import java.util.List;

/// The exemplars of one series.
///
/// @param group that the series is in, or one of them
/// @param exemplars in the order of [Exemplar#ORDER], each once; all have their time
public record SeriesExemplars(GroupKey group, SeriesMeta series, List<Exemplar> exemplars) {
  public SeriesExemplars {
    requireNonNull(group, "group");
    requireNonNull(series, "series");
    exemplars = List.copyOf(exemplars);
    for (int i = 0; i < exemplars.size(); i++) {
      if (exemplars.get(i).timestampMillis().isEmpty()
          || (i > 0 && Exemplar.ORDER.compare(exemplars.get(i - 1), exemplars.get(i)) >= 0)) {
        throw new IllegalArgumentException(
            "exemplar %d of %s, %s, has no time, or does not come after the one before"
                .formatted(i, series.labels(), exemplars.get(i)));
      }
    }
  }

  public Labels labels() {
    return series.labels();
  }
}
