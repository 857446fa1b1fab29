package dev.weir.schemas.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.Exemplar;
import dev.weir.model.FloatText;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.Tenant;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/// How a sample is printed: one line, without its end.
public enum SampleFormat {
  /// As in an exposition, with the time in milliseconds. Tenants other than the default stand in
  /// front; exemplars and the time of start behind, as OpenMetrics has them.
  ///
  /// ```
  /// node_load1{instance="db-1:9100", job="node"} 0.52 1700000000123
  /// up{instance="db-2:9100", job="node"} stale 1700000000123
  /// [team-a] http_requests_total{code="200"} 17 1700000000123 # {trace_id="8e1a"} 0.67
  /// ```
  TEXT {
    @Override
    public String format(Sample sample) {
      StringBuilder out = new StringBuilder();
      if (!sample.tenant().equals(Tenant.DEFAULT)) {
        out.append('[').append(sample.tenant()).append("] ");
      }
      out.append(sample.series().labels()).append(' ');
      switch (sample.value()) {
        case Sample.Value.Plain(double value) -> out.append(FloatText.json(value));
        case Sample.Value.Histogram(NativeHistogram histogram) -> append(histogram, out);
        case Sample.Value.Stale() -> out.append("stale");
      }
      out.append(' ').append(sample.timestampMillis());
      sample.startMillis().ifPresent(start -> out.append(" st@").append(start));
      for (Exemplar exemplar : sample.exemplars()) {
        out.append(" # ").append(exemplarLabels(exemplar.labels())).append(' ');
        out.append(FloatText.json(exemplar.value()));
        exemplar.timestampMillis().ifPresent(time -> out.append(' ').append(time));
      }
      return out.toString();
    }
  },

  /// An object. Values are strings, as in Prometheus's API, for JSON has no NaN; a sample has one
  /// of `value`, `histogram` and `stale`.
  ///
  /// ```
  /// {"tenant":"default","metric":{"__name__":"up","job":"node"},"type":"gauge","timestampMillis":1700000000123,"value":"1"}
  /// ```
  JSON {
    @Override
    public String format(Sample sample) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
      try (JsonGenerator json = FACTORY.createGenerator(bytes)) {
        json.writeStartObject();
        json.writeStringField("tenant", sample.tenant().name());
        write("metric", sample.series().labels(), json);
        json.writeStringField("type", sample.series().type().text());
        json.writeNumberField("timestampMillis", sample.timestampMillis());
        switch (sample.value()) {
          case Sample.Value.Plain(double value) ->
              json.writeStringField("value", FloatText.json(value));
          case Sample.Value.Histogram(NativeHistogram histogram) -> write(histogram, json);
          case Sample.Value.Stale() -> json.writeBooleanField("stale", true);
        }
        if (sample.startMillis().isPresent()) {
          json.writeNumberField("startMillis", sample.startMillis().getAsLong());
        }
        if (!sample.exemplars().isEmpty()) {
          json.writeArrayFieldStart("exemplars");
          for (Exemplar exemplar : sample.exemplars()) {
            write(exemplar, json);
          }
          json.writeEndArray();
        }
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory", e);
      }
      return bytes.toString(UTF_8);
    }
  };

  private static final JsonFactory FACTORY = new JsonFactory();

  /// One sample as one line.
  public abstract String format(Sample sample);

  private static String exemplarLabels(Labels labels) {
    return labels.isEmpty() ? "{}" : labels.toString();
  }

  private static void append(NativeHistogram histogram, StringBuilder out) {
    out.append("{count:").append(FloatText.json(histogram.count()));
    out.append(", sum:").append(FloatText.json(histogram.sum()));
    out.append(", schema:").append(histogram.schema());
    if (histogram.hasCustomBuckets()) {
      out.append(", bounds:").append(numbers(histogram.customBounds()));
    } else {
      out.append(", zero:").append(FloatText.json(histogram.zeroCount()));
      out.append('@').append(FloatText.json(histogram.zeroThreshold()));
    }
    append(", positive:", histogram.positive(), out);
    append(", negative:", histogram.negative(), out);
    out.append('}');
  }

  /// Buckets as `[index:count index:count …]`.
  private static void append(String name, Buckets buckets, StringBuilder out) {
    if (buckets.counts().length == 0) {
      return;
    }
    out.append(name).append('[');
    int index = 0;
    int at = 0;
    for (int span = 0; span < buckets.offsets().length; span++) {
      index += buckets.offsets()[span];
      for (int i = 0; i < buckets.lengths()[span]; i++) {
        out.append(at == 0 ? "" : " ").append(index++).append(':');
        out.append(FloatText.json(buckets.counts()[at++]));
      }
    }
    out.append(']');
  }

  private static String numbers(double[] values) {
    StringBuilder out = new StringBuilder("[");
    for (int i = 0; i < values.length; i++) {
      out.append(i == 0 ? "" : " ").append(FloatText.json(values[i]));
    }
    return out.append(']').toString();
  }

  private static void write(String field, Labels labels, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    for (int i = 0; i < labels.size(); i++) {
      json.writeStringField(labels.name(i), labels.value(i));
    }
    json.writeEndObject();
  }

  private static void write(Exemplar exemplar, JsonGenerator json) throws IOException {
    json.writeStartObject();
    write("labels", exemplar.labels(), json);
    json.writeStringField("value", FloatText.json(exemplar.value()));
    if (exemplar.timestampMillis().isPresent()) {
      json.writeNumberField("timestampMillis", exemplar.timestampMillis().getAsLong());
    }
    json.writeEndObject();
  }

  private static void write(NativeHistogram histogram, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart("histogram");
    json.writeStringField("count", FloatText.json(histogram.count()));
    json.writeStringField("sum", FloatText.json(histogram.sum()));
    json.writeNumberField("schema", histogram.schema());
    json.writeStringField("zeroThreshold", FloatText.json(histogram.zeroThreshold()));
    json.writeStringField("zeroCount", FloatText.json(histogram.zeroCount()));
    write("positive", histogram.positive(), json);
    write("negative", histogram.negative(), json);
    write("customBounds", histogram.customBounds(), json);
    json.writeEndObject();
  }

  private static void write(String field, Buckets buckets, JsonGenerator json) throws IOException {
    json.writeObjectFieldStart(field);
    json.writeArrayFieldStart("spans");
    for (int span = 0; span < buckets.offsets().length; span++) {
      json.writeStartObject();
      json.writeNumberField("offset", buckets.offsets()[span]);
      json.writeNumberField("length", buckets.lengths()[span]);
      json.writeEndObject();
    }
    json.writeEndArray();
    write("counts", buckets.counts(), json);
    json.writeEndObject();
  }

  private static void write(String field, double[] values, JsonGenerator json) throws IOException {
    json.writeArrayFieldStart(field);
    for (double value : values) {
      json.writeString(FloatText.json(value));
    }
    json.writeEndArray();
  }
}
