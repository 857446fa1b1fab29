package dev.weir.query.watch;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryStatistics.StepSamples;
import java.io.IOException;

/// Statistics as Prometheus writes them, in answers and in the query log. Times are in seconds.
///
/// Its phases nest: `execTotalTime` is `execQueueTime` and `evalTotalTime`, which is
/// `queryPreparationTime` (here: reading the query), `innerEvalTime` and `resultSortTime`.
public final class StatisticsJson {
  private static final double NANOS = 1e9;
  private static final double MILLIS = 1e3;

  private StatisticsJson() {}

  /// `{"timings":{…},"samples":{…}}`
  public static void write(JsonGenerator json, QueryStatistics statistics) throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("timings");
    json.writeNumberField(
        "evalTotalTime", (statistics.parseNanos() + statistics.evalNanos()) / NANOS);
    json.writeNumberField("resultSortTime", statistics.sortNanos() / NANOS);
    json.writeNumberField("queryPreparationTime", statistics.parseNanos() / NANOS);
    json.writeNumberField(
        "innerEvalTime", (statistics.evalNanos() - statistics.sortNanos()) / NANOS);
    json.writeNumberField("execQueueTime", statistics.queueNanos() / NANOS);
    json.writeNumberField("execTotalTime", statistics.totalNanos() / NANOS);
    json.writeEndObject();
    json.writeObjectFieldStart("samples");
    if (!statistics.queryableSamplesPerStep().isEmpty()) {
      json.writeArrayFieldStart("totalQueryableSamplesPerStep");
      for (StepSamples step : statistics.queryableSamplesPerStep()) {
        json.writeStartArray();
        writeSeconds(json, step.timestampMillis());
        json.writeNumber(step.samples());
        json.writeEndArray();
      }
      json.writeEndArray();
    }
    json.writeNumberField("totalQueryableSamples", statistics.queryableSamples());
    json.writeNumberField("peakSamples", statistics.peakSamples());
    json.writeEndObject();
    json.writeEndObject();
  }

  private static void writeSeconds(JsonGenerator json, long millis) throws IOException {
    if (millis % 1_000 == 0) {
      json.writeNumber(millis / 1_000);
    } else {
      json.writeNumber(millis / MILLIS);
    }
  }
}
