package dev.weir.streams.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Reads what `/api/v1/query` answers.
///
/// A native histogram is refused: the API gives bounds and counts of its buckets, of which the
/// histogram itself cannot be made again.
final class InstantAnswerReader {
  private static final JsonFactory JSON = new JsonFactory();

  private String type = "";
  private final List<Sample> samples = new ArrayList<>();
  private boolean isSuccess;

  private InstantAnswerReader() {}

  /// @throws IOException if the bytes are no such answer
  /// @throws WeirException.Unprocessable if the value is no vector and no scalar, or has histograms
  static List<Sample> read(byte[] bytes) throws IOException {
    InstantAnswerReader reader = new InstantAnswerReader();
    try (JsonParser json = JSON.createParser(bytes)) {
      reader.readEnvelope(json);
    }
    if (!reader.isSuccess) {
      throw new IOException("status is not success");
    }
    return reader.samples;
  }

  /// The message of an answer that is an error.
  ///
  /// @throws IOException if the bytes are no such answer
  static String error(byte[] bytes) throws IOException {
    try (JsonParser json = JSON.createParser(bytes)) {
      expect(JsonToken.START_OBJECT, json.nextToken());
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean wanted = json.currentName().equals("error");
        json.nextToken();
        if (wanted) {
          return json.getText();
        }
        json.skipChildren();
      }
    }
    throw new IOException("there is no error");
  }

  private void readEnvelope(JsonParser json) throws IOException {
    expect(JsonToken.START_OBJECT, json.nextToken());
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      JsonToken value = json.nextToken();
      if (field.equals("status")) {
        isSuccess = json.getText().equals("success");
      } else if (field.equals("data") && value == JsonToken.START_OBJECT) {
        readData(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void readData(JsonParser json) throws IOException {
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      if (field.equals("resultType")) {
        type = json.getText();
      } else if (field.equals("result")) {
        readResult(json);
      } else {
        json.skipChildren();
      }
    }
  }

  private void readResult(JsonParser json) throws IOException {
    switch (type) {
      case "scalar" -> samples.add(new Sample(Labels.EMPTY, readPoint(json), null));
      case "vector" -> {
        expect(JsonToken.START_ARRAY, json.currentToken());
        while (json.nextToken() == JsonToken.START_OBJECT) {
          samples.add(readSample(json));
        }
      }
      case "string", "matrix" ->
          throw new WeirException.Unprocessable("rule result is not a vector or scalar");
      default -> throw new IOException("result type " + type);
    }
  }

  private static Sample readSample(JsonParser json) throws IOException {
    Labels.Builder labels = Labels.builder();
    double value = 0;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String field = json.currentName();
      json.nextToken();
      switch (field) {
        case "metric" -> {
          while (json.nextToken() == JsonToken.FIELD_NAME) {
            String name = json.currentName();
            json.nextToken();
            labels.set(name, json.getText());
          }
        }
        case "value" -> value = readPoint(json);
        case "histogram" ->
            throw new WeirException.Unprocessable(
                "the value has native histograms, which answers of the query API cannot carry; use"
                    + " histogram_sum, histogram_quantile and the like");
        default -> json.skipChildren();
      }
    }
    return new Sample(labels.build(), value, null);
  }

  /// `[seconds, "value"]`
  private static double readPoint(JsonParser json) throws IOException {
    expect(JsonToken.START_ARRAY, json.currentToken());
    json.nextToken();
    expect(JsonToken.VALUE_STRING, json.nextToken());
    double value = value(json.getText());
    expect(JsonToken.END_ARRAY, json.nextToken());
    return value;
  }

  private static double value(String text) throws IOException {
    return switch (text) {
      case "+Inf", "Inf" -> Double.POSITIVE_INFINITY;
      case "-Inf" -> Double.NEGATIVE_INFINITY;
      default -> {
        try {
          yield Double.parseDouble(text);
        } catch (NumberFormatException e) {
          throw new IOException(text + " is no number", e);
        }
      }
    };
  }

  private static void expect(JsonToken expected, JsonToken found) throws IOException {
    if (found != expected) {
      throw new IOException("found %s, where %s is expected".formatted(found, expected));
    }
  }
}
