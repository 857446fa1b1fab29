package dev.weir.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.weir.model.WeirException;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Locale;

/// Prints how a query was evaluated: a tree of its parts, each with what came out and what it took,
/// and below it what the query took as a whole.
///
/// ```
/// sum(rate(http_requests_total[5m]))   1 series, 0.02 ms   added up block by block, groups held
/// └─ rate(http_requests_total[5m])   336 series, 1.31 ms   windows of groups, one after another
///      reads {__name__="http_requests_total"} 2024-05-01T10:00:00Z to 2024-05-01T15:00:00Z: …
/// ```
final class PlanPrinter {

  private static final int LONGEST_EXPRESSION = 100;

  private PlanPrinter() {}

  static void print(JsonNode data, PrintWriter out) {
    JsonNode plan = data.path("explain");
    if (plan.isMissingNode()) {
      throw new WeirException.Unavailable(
          "the server does not say how it evaluates: it is no Weir, an older one, or the query is a"
              + " text");
    }
    print(plan, "", "", out);
    out.println();
    JsonNode timings = data.path("stats").path("timings");
    JsonNode samples = data.path("stats").path("samples");
    out.println(
        "in line %s, reading the query %s, evaluating it %s, of which sorting %s"
            .formatted(
                millis(timings.path("execQueueTime")),
                millis(timings.path("queryPreparationTime")),
                millis(
                    timings.path("innerEvalTime").asDouble()
                        + timings.path("resultSortTime").asDouble()),
                millis(timings.path("resultSortTime"))));
    out.println(
        "looked at %s samples, held %s at once; times in the tree are of all threads together"
            .formatted(
                count(samples.path("totalQueryableSamples")), count(samples.path("peakSamples"))));
  }

  private static void print(JsonNode node, String first, String further, PrintWriter out) {
    out.println(
        "%s%s   %s series, %s%s   %s"
            .formatted(
                first,
                shortened(node.path("expression").asText()),
                count(node.path("series")),
                millis(node.path("seconds")),
                steps(node.path("steps").asLong()),
                node.path("action").asText()));
    boolean hasParts = !node.path("parts").isEmpty();
    for (JsonNode reading : node.path("reads")) {
      out.println(further + (hasParts ? "│    " : "     ") + reading(reading));
    }
    int left = node.path("parts").size();
    for (JsonNode part : node.path("parts")) {
      left--;
      print(
          part, further + (left == 0 ? "└─ " : "├─ "), further + (left == 0 ? "   " : "│  "), out);
    }
  }

  private static String shortened(String expression) {
    return expression.length() <= LONGEST_EXPRESSION
        ? expression
        : expression.substring(0, LONGEST_EXPRESSION) + "…";
  }

  private static String steps(long steps) {
    return steps == 1 ? "" : String.format(Locale.ROOT, ", %,d steps", steps);
  }

  private static String reading(JsonNode reading) {
    String hint = reading.path("hint").asText();
    return "reads %s %s to %s%s: %s groups, %s series, %s samples; found in %s, read in %s"
        .formatted(
            reading.path("matchers").asText(),
            time(reading.path("start")),
            time(reading.path("end")),
            hint.isEmpty() ? "" : " for " + hint,
            count(reading.path("groups")),
            count(reading.path("series")),
            count(reading.path("samples")),
            millis(reading.path("findSeconds")),
            millis(reading.path("readSeconds")));
  }

  private static String time(JsonNode seconds) {
    return Instant.ofEpochMilli(Math.round(seconds.asDouble() * 1000)).toString();
  }

  private static String count(JsonNode number) {
    return String.format(Locale.ROOT, "%,d", number.asLong());
  }

  private static String millis(JsonNode seconds) {
    return millis(seconds.asDouble());
  }

  private static String millis(double seconds) {
    return String.format(Locale.ROOT, "%.2f ms", seconds * 1000);
  }
}
