package dev.weir.benchmarks.comparison;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/// What a server answered.
sealed interface Answer {
  /// An error; `bad_data` for what is wrong with the query, `execution` for what is with the data.
  record Refusal(String type, String message) implements Answer {}

  /// A result.
  ///
  /// @param type as the API names it: `vector`, `matrix`, `scalar`, `string`
  /// @param series in the order of the answer
  /// @param text of a string; empty otherwise
  record Result(String type, List<Samples> series, String text) implements Answer {
    public Result {
      series = List.copyOf(series);
    }

    Map<Labels, Samples> byLabels() {
      return series.stream()
          .collect(
              Collectors.toMap(
                  Samples::labels,
                  samples -> samples,
                  (first, _) -> {
                    throw new IllegalStateException("twice in one answer: " + first.labels());
                  },
                  TreeMap::new));
    }
  }

  /// A series of a result.
  ///
  /// @param values by timestamp in milliseconds
  record Samples(Labels labels, Map<Long, Double> values) {}

  /// Reads an answer of Prometheus's API.
  static Answer of(JsonNode answer) {
    if (!answer.path("status").asText().equals("success")) {
      return new Refusal(answer.path("errorType").asText(), answer.path("error").asText());
    }
    JsonNode data = answer.path("data");
    String type = data.path("resultType").asText();
    JsonNode result = data.path("result");
    List<Samples> series = new ArrayList<>();
    switch (type) {
      case "scalar" -> series.add(samples(Labels.EMPTY, List.of(result)));
      case "string" -> {
        return new Result(type, List.of(), result.path(1).asText());
      }
      case "vector", "matrix" -> {
        for (JsonNode one : result) {
          Labels.Builder labels = Labels.builder();
          one.path("metric")
              .properties()
              .forEach(label -> labels.set(label.getKey(), label.getValue().asText()));
          List<JsonNode> points = new ArrayList<>();
          if (type.equals("vector")) {
            points.add(one.path("value"));
          } else {
            one.path("values").forEach(points::add);
          }
          series.add(samples(labels.build(), points));
        }
      }
      default -> throw new IllegalArgumentException("no such type of a result: " + answer);
    }
    return new Result(type, series, "");
  }

  private static Samples samples(Labels labels, List<JsonNode> points) {
    Map<Long, Double> values = new TreeMap<>();
    for (JsonNode point : points) {
      String text = point.path(1).asText().replace("Inf", "Infinity");
      values.put(Math.round(point.path(0).asDouble() * 1000), Double.valueOf(text));
    }
    return new Samples(labels, values);
  }
}
