package dev.weir.collectors.write;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// What of a request was refused: the first few reasons in words, all by number.
final class Refusals {
  /// The reason of series beyond the tenant's limit.
  static final String LIMIT = "limit";

  private static final int SHOWN = 3;

  private final Map<String, Integer> byReason = new TreeMap<>();
  private final List<String> shown = new ArrayList<>();
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

  private void add(String reason, String message) {
    byReason.merge(reason, 1, Integer::sum);
    if (shown.size() < SHOWN) {
      shown.add(message);
    }
  }

  boolean isEmpty() {
    return byReason.isEmpty();
  }

  /// Whether all of it may be taken when the tenant has fewer series.
  boolean mayBeTakenLater() {
    return byReason.keySet().equals(Set.of(LIMIT));
  }

  Map<String, Integer> byReason() {
    return byReason;
  }

  /// For the sender.
  String message() {
    int more = byReason.values().stream().mapToInt(Integer::intValue).sum() - shown.size();
    return "%d series and %d samples were refused, the rest was taken: %s%s"
        .formatted(
            series,
            samples,
            String.join("; ", shown),
            more > 0 ? "; and %d more".formatted(more) : "");
  }
}
