package dev.weir.query.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.promql.query.PlanNode;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import dev.weir.query.watch.StatisticsJson;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Query results as Prometheus's API writes them: times in seconds with up to three decimals,
/// values as text.
final class QueryValueJson {
  private QueryValueJson() {}

  /// `{"resultType":"vector","result":[…]}`, with statistics and plan where they are asked for.
  static void write(
      JsonGenerator json,
      QueryValue value,
      @Nullable QueryStatistics statistics,
      @Nullable PlanNode plan)
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
      json.writeFieldName("stats");
      StatisticsJson.write(json, statistics);
    }
    if (plan != null) {
      json.writeFieldName("explain");
      PlanJson.write(json, plan);
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
    long[] timestamps = series.timestampsMillis();
    // Answers are mostly these: they are written as text, without a call for each token.
    StringBuilder samples = new StringBuilder(32 * timestamps.length + 2);
    for (int i = 0; i < timestamps.length; i++) {
      if (series.hasSample(i) && series.histogram(i) == null) {
        samples.append(samples.isEmpty() ? "[" : ",");
        appendSample(samples, timestamps[i], series.values()[i]);
      }
    }
    if (!samples.isEmpty()) {
      json.writeFieldName("values");
      json.writeRawValue(samples.append(']').toString());
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
    StringBuilder sample = new StringBuilder();
    appendSample(sample, millis, value);
    json.writeRawValue(sample.toString());
  }

  /// `[1435781451.781,"0.5"]`; neither number has a character that JSON escapes.
  private static void appendSample(StringBuilder out, long millis, double value) {
    out.append('[');
    appendSeconds(out, millis);
    out.append(",\"");
    FloatText.appendJson(value, out);
    out.append("\"]");
  }

  /// A number as text: `"0.5"`.
  static void writeNumber(JsonGenerator json, double value) throws IOException {
    StringBuilder text = new StringBuilder();
    FloatText.appendJson(value, text);
    json.writeString(text.toString());
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
    StringBuilder out = new StringBuilder();
    appendSeconds(out, millis);
    return out.toString();
  }

  private static void appendSeconds(StringBuilder out, long millis) {
    int fraction = (int) Math.abs(millis % 1_000);
    if (millis < 0) {
      out.append('-');
    }
    out.append(Math.abs(millis / 1_000));
    if (fraction != 0) {
      out.append('.')
          .append((char) ('0' + fraction / 100))
          .append((char) ('0' + fraction / 10 % 10))
          .append((char) ('0' + fraction % 10));
    }
  }
}
