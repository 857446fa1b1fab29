package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Query results as Prometheus's API writes them: times in seconds with up to three decimals,
/// values as text.
final class QueryValueJson {
  private static final double NANOS = 1e9;

  private QueryValueJson() {}

  /// `{"resultType":"vector","result":[…]}`, with statistics where they are asked for.
  static void write(JsonGenerator json, QueryValue value, @Nullable QueryStatistics statistics)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("resultType", value.type().apiName());
    json.writeFieldName("result");
    switch (value) {
      // A scalar never has an exponent, a sample may.
      case QueryValue.Scalar(long time, double number) ->
          writeText(json, time, FloatText.plain(number));
      case QueryValue.Text(long time, String text) -> writeText(json, time, text);
      case QueryValue.Vector vector -> writeVector(json, vector);
      case QueryValue.Matrix matrix -> writeMatrix(json, matrix);
    }
    if (statistics != null) {
      writeStatistics(json, statistics);
    }
    json.writeEndObject();
  }

  private static void writeVector(JsonGenerator json, QueryValue.Vector vector) throws IOException {
    json.writeStartArray();
    for (QueryValue.Sample sample : vector.samples()) {
      json.writeStartObject();
      writeLabels(json, sample.labels());
      NativeHistogram histogram = sample.histogram();
      if (histogram == null) {
        json.writeFieldName("value");
        writeSample(json, vector.timestampMillis(), sample.value());
      } else {
        json.writeFieldName("histogram");
        writeHistogram(json, vector.timestampMillis(), histogram);
      }
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeMatrix(JsonGenerator json, QueryValue.Matrix matrix) throws IOException {
    json.writeStartArray();
    for (QueryValue.Series series : matrix.series()) {
      json.writeStartObject();
      writeLabels(json, series.labels());
      writeFloats(json, series);
      writeHistograms(json, series);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private static void writeFloats(JsonGenerator json, QueryValue.Series series) throws IOException {
    boolean any = false;
    for (int i = 0; i < series.timestampsMillis().length; i++) {
      if (series.hasSample(i) && series.histogram(i) == null) {
        if (!any) {
          json.writeFieldName("values");
          json.writeStartArray();
          any = true;
        }
        writeSample(json, series.timestampsMillis()[i], series.values()[i]);
      }
    }
    if (any) {
      json.writeEndArray();
    }
  }

  private static void writeHistograms(JsonGenerator json, QueryValue.Series series)
      throws IOException {
    boolean any = false;
    for (int i = 0; i < series.timestampsMillis().length; i++) {
      NativeHistogram histogram = series.histogram(i);
      if (histogram != null) {
        if (!any) {
          json.writeFieldName("histograms");
          json.writeStartArray();
          any = true;
        }
        writeHistogram(json, series.timestampsMillis()[i], histogram);
      }
    }
    if (any) {
      json.writeEndArray();
    }
  }

  static void writeLabels(JsonGenerator json, Labels labels) throws IOException {
    json.writeFieldName("metric");
    writeLabelSet(json, labels);
  }

  /// `{"__name__":"up","job":"node"}`
  static void writeLabelSet(JsonGenerator json, Labels labels) throws IOException {
    json.writeStartObject();
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringField(labels.name(i), labels.value(i));
    }
    json.writeEndObject();
  }

  private static void writeSample(JsonGenerator json, long millis, double value)
      throws IOException {
    json.writeStartArray();
    json.writeNumber(seconds(millis));
    json.writeString(FloatText.json(value));
    json.writeEndArray();
  }

  private static void writeText(JsonGenerator json, long millis, String text) throws IOException {
    json.writeStartArray();
    json.writeNumber(seconds(millis));
    json.writeString(text);
    json.writeEndArray();
  }

  private static void writeHistogram(JsonGenerator json, long millis, NativeHistogram histogram)
      throws IOException {
    json.writeStartArray();
    json.writeNumber(seconds(millis));
    HistogramJson.write(json, histogram);
    json.writeEndArray();
  }

  /// Milliseconds as seconds: `1435781451.781`, `15`, `-0.500`.
  static String seconds(long millis) {
    long fraction = Math.abs(millis % 1_000);
    String sign = millis < 0 ? "-" : "";
    String whole = sign + Math.abs(millis / 1_000);
    return fraction == 0 ? whole : whole + "." + Long.toString(1_000 + fraction).substring(1);
  }

  private static void writeStatistics(JsonGenerator json, QueryStatistics statistics)
      throws IOException {
    json.writeFieldName("stats");
    json.writeStartObject();
    json.writeFieldName("timings");
    json.writeStartObject();
    json.writeNumberField("evalTotalTime", statistics.evalNanos() / NANOS);
    // Results are put in order while they are computed.
    json.writeNumberField("resultSortTime", 0);
    json.writeNumberField("queryPreparationTime", statistics.parseNanos() / NANOS);
    json.writeNumberField("innerEvalTime", statistics.evalNanos() / NANOS);
    json.writeNumberField("execQueueTime", statistics.queueNanos() / NANOS);
    json.writeNumberField("execTotalTime", statistics.totalNanos() / NANOS);
    json.writeEndObject();
    json.writeFieldName("samples");
    json.writeStartObject();
    json.writeNumberField("totalQueryableSamples", statistics.samplesRead());
    json.writeNumberField("peakSamples", statistics.peakSamples());
    json.writeEndObject();
    json.writeEndObject();
  }
}
