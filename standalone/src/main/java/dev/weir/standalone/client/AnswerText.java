package dev.weir.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Map;

/// Prints the data of a query's answer as `promtool query` does: a sample is `up{job="node"} =>
/// 1 @[1700000000]`, a series its labels and then a line for each value.
final class AnswerText {

  private AnswerText() {}

  static void print(JsonNode data, PrintWriter out) {
    JsonNode result = data.path("result");
    String type = data.path("resultType").asText();
    switch (type) {
      case "scalar" -> out.println("scalar: " + sample(result));
      case "string" -> out.println(result.path(1).asText());
      case "vector" -> result.forEach(series -> printSample(series, out));
      case "matrix" -> result.forEach(series -> printSeries(series, out));
      default ->
          throw new WeirException.Unavailable(
              "the server answered with a result of type \"%s\", which this version of weir does"
                      .formatted(type)
                  + " not know; --output json prints it as it is");
    }
  }

  private static void printSample(JsonNode series, PrintWriter out) {
    JsonNode value = series.has("histogram") ? series.path("histogram") : series.path("value");
    out.println(metric(series) + " => " + sample(value));
  }

  private static void printSeries(JsonNode series, PrintWriter out) {
    out.println(metric(series) + " =>");
    series.path("values").forEach(value -> out.println(sample(value)));
    series.path("histograms").forEach(value -> out.println(sample(value)));
  }

  /// `[seconds, value]`; a histogram's value is an object and stays JSON.
  private static String sample(JsonNode pair) {
    JsonNode value = pair.path(1);
    return (value.isTextual() ? value.asText() : value.toString())
        + " @["
        + pair.path(0).asText()
        + "]";
  }

  private static String metric(JsonNode series) {
    Map<String, String> labels = new LinkedHashMap<>();
    series
        .path("metric")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return Labels.of(labels).toString();
  }
}
