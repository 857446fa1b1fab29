package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/// How many series there are, and which labels make them so many. Of equal counts the earlier name
/// comes first.
///
/// @param labelPairs different pairs of label name and value
/// @param seriesByMetric series of each metric
/// @param valuesByLabel different values of each label name
/// @param bytesByLabel bytes of names and values of each label name in all series, with their
///   lengths, were they written one after the other
/// @param seriesByPair series that have a pair, which is written `job=node`
record Cardinality(
    int series,
    int labelPairs,
    List<Count> seriesByMetric,
    List<Count> valuesByLabel,
    List<Count> bytesByLabel,
    List<Count> seriesByPair) {
  private static final int SHORT_TEXT = 255;
  private static final int LONG_LENGTH_BYTES = 4;

  /// @param name of a metric, a label, or a pair
  record Count(String name, long count) {
    private static final Comparator<Count> MOST_FIRST =
        Comparator.comparingLong(Count::count)
            .reversed()
            .thenComparing(Count::name, Labels::compareText);

    Count {
      requireNonNull(name, "name");
    }
  }

  Cardinality {
    seriesByMetric = List.copyOf(seriesByMetric);
    valuesByLabel = List.copyOf(valuesByLabel);
    bytesByLabel = List.copyOf(bytesByLabel);
    seriesByPair = List.copyOf(seriesByPair);
  }

  /// @param series each once
  /// @param limit of each list
  static Cardinality of(List<Labels> series, int limit) {
    Map<String, Map<String, Integer>> counts = new HashMap<>();
    for (Labels labels : series) {
      for (int i = 0; i < labels.size(); i++) {
        counts
            .computeIfAbsent(labels.name(i), _ -> new HashMap<>())
            .merge(labels.value(i), 1, Integer::sum);
      }
    }
    Top metrics = new Top(limit);
    Top labels = new Top(limit);
    Top bytes = new Top(limit);
    Top pairs = new Top(limit);
    int labelPairs = 0;
    for (Map.Entry<String, Map<String, Integer>> label : counts.entrySet()) {
      String name = label.getKey();
      long labelBytes = 0;
      for (Map.Entry<String, Integer> value : label.getValue().entrySet()) {
        int count = value.getValue();
        if (name.equals(Labels.NAME)) {
          metrics.add(value.getKey(), count);
        }
        pairs.add(name, value.getKey(), count);
        labelBytes += count * (bytes(name) + bytes(value.getKey()));
      }
      labels.add(name, label.getValue().size());
      bytes.add(name, labelBytes);
      labelPairs += label.getValue().size();
    }
    return new Cardinality(
        series.size(), labelPairs, metrics.list(), labels.list(), bytes.list(), pairs.list());
  }

  /// As Prometheus keeps texts: behind one byte of length, or four from 255 bytes on.
  private static long bytes(String text) {
    int length = text.getBytes(StandardCharsets.UTF_8).length;
    return length + (length < SHORT_TEXT ? 1L : LONG_LENGTH_BYTES);
  }

  /// The largest of many counts.
  private static final class Top {
    private final int limit;
    private final PriorityQueue<Count> leastFirst =
        new PriorityQueue<>(Count.MOST_FIRST.reversed());

    Top(int limit) {
      this.limit = limit;
    }

    void add(String name, long count) {
      leastFirst.add(new Count(name, count));
      if (leastFirst.size() > limit) {
        leastFirst.poll();
      }
    }

    /// A pair, whose text is only made if its count may be among the largest.
    void add(String name, String value, long count) {
      Count least = leastFirst.peek();
      if (leastFirst.size() < limit || least == null || count >= least.count()) {
        add(name + "=" + value, count);
      }
    }

    List<Count> list() {
      List<Count> list = new ArrayList<>(leastFirst);
      list.sort(Count.MOST_FIRST);
      return list;
    }
  }
}
