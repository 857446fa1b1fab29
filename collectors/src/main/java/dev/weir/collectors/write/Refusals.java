package dev.weir.collectors.write;

import dev.weir.collectors.series.ShortText;
import dev.weir.model.CountText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What of a request was refused: the first few reasons in words, all by number. Exemplars and
/// metadata are only counted: as in Prometheus, they do not fail a request whose samples are taken.
final class Refusals {
  /// The reason of series beyond the tenant's limit.
  static final String LIMIT = "limit";

  static final String INVALID_LABELS = "invalid_labels";
  static final String INVALID_HISTOGRAM = "invalid_histogram";
  static final String INVALID_EXEMPLAR = "invalid_exemplar";
  static final String INVALID_METADATA = "invalid_metadata";
  static final String TOO_OLD = "too_old";
  static final String TOO_FAR_AHEAD = "too_far_ahead";

  /// All that there are.
  static final List<String> REASONS =
      List.of(
          LIMIT,
          INVALID_LABELS,
          INVALID_HISTOGRAM,
          INVALID_EXEMPLAR,
          INVALID_METADATA,
          TOO_OLD,
          TOO_FAR_AHEAD);

  private static final int SHOWN = 3;
  private static final int SHOWN_CHARACTERS = 500;

  private final Map<String, Integer> byReason = new TreeMap<>();
  private final List<String> shown = new ArrayList<>();
  private final Map<String, Integer> aside = new TreeMap<>();
  private int series;
  private int samples;

  void addSeries(String reason, String message) {
    series++;
    add(reason, message);
  }

  void addSample(String reason, String message) {
    samples++;
    add(reason, message);
  }

  /// A sample of a series that was refused.
  void countSample() {
    samples++;
  }

  /// An exemplar or an entry of metadata.
  void countAside(String reason) {
    aside.merge(reason, 1, Integer::sum);
  }

  private void add(String reason, String message) {
    byReason.merge(reason, 1, Integer::sum);
    if (shown.size() < SHOWN) {
      shown.add(ShortText.cut(message, SHOWN_CHARACTERS));
    }
  }

  /// Whether all series and samples were taken.
  boolean isEmpty() {
    return byReason.isEmpty();
  }

  /// Whether all of it may be taken when the tenant has fewer series.
  boolean mayBeTakenLater() {
    return byReason.keySet().equals(Set.of(LIMIT));
  }

  /// Of everything that was refused.
  Map<String, Integer> byReason() {
    Map<String, Integer> all = new TreeMap<>(byReason);
    all.putAll(aside);
    return all;
  }

  /// For the sender.
  String message() {
    int more = byReason.values().stream().mapToInt(Integer::intValue).sum() - shown.size();
    return "%d series and %s were refused, the rest was taken: %s%s"
        .formatted(
            series,
            CountText.of(samples, "sample"),
            String.join("; ", shown),
            more > 0 ? "; and %d more".formatted(more) : "");
  }
}
