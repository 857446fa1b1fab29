package dev.weir.alerting;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An alert of `POST /api/v2/alerts`, as it was sent.
record PostedAlert(
    Labels labels,
    Labels annotations,
    Optional<Instant> startsAt,
    Optional<Instant> endsAt,
    String generatorUrl) {
  private static final JsonFactory JSON = new JsonFactory();

  /// What Go writes for a time that was not set.
  private static final Instant NEVER = Instant.parse("0001-01-01T00:00:00Z");

  PostedAlert {
    requireNonNull(labels, "labels");
    requireNonNull(annotations, "annotations");
    requireNonNull(generatorUrl, "generatorUrl");
  }

  /// Reads a request's body.
  ///
  /// @throws WeirException.BadData if it is no list of alerts
  static List<PostedAlert> read(byte[] body) {
    try (JsonParser parser = JSON.createParser(body)) {
      List<PostedAlert> alerts = new ArrayList<>();
      expect(parser.nextToken(), JsonToken.START_ARRAY, parser, "a list of alerts");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        expect(parser.currentToken(), JsonToken.START_OBJECT, parser, "an alert");
        alerts.add(alert(parser));
      }
      return alerts;
    } catch (JsonParseException e) {
      throw new WeirException.BadData(
          "alerts, line %d: not JSON: %s"
              .formatted(e.getLocation().getLineNr(), e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new WeirException.BadData("alerts cannot be read: " + e.getMessage(), e);
    }
  }

  private static void expect(JsonToken found, JsonToken expected, JsonParser parser, String what) {
    if (found != expected) {
      throw new WeirException.BadData(
          "alerts, line %d: found %s where %s is expected"
              .formatted(parser.currentLocation().getLineNr(), found, what));
    }
  }

  private static PostedAlert alert(JsonParser parser) throws IOException {
    Labels labels = Labels.EMPTY;
    Labels annotations = Labels.EMPTY;
    Optional<Instant> startsAt = Optional.empty();
    Optional<Instant> endsAt = Optional.empty();
    String generatorUrl = "";
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String key = parser.currentName();
      parser.nextToken();
      if (parser.currentToken() == JsonToken.VALUE_NULL) {
        continue;
      }
      switch (key) {
        case "labels" -> labels = labels(parser, key);
        case "annotations" -> annotations = labels(parser, key);
        case "startsAt" -> startsAt = time(text(parser, key), key);
        case "endsAt" -> endsAt = time(text(parser, key), key);
        case "generatorURL" -> generatorUrl = text(parser, key);
        default -> parser.skipChildren();
      }
    }
    return new PostedAlert(labels, annotations, startsAt, endsAt, generatorUrl);
  }

  private static Labels labels(JsonParser parser, String what) throws IOException {
    expect(parser.currentToken(), JsonToken.START_OBJECT, parser, "an object of " + what);
    Labels.Builder labels = Labels.builder();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      if (name.isEmpty()) {
        throw new WeirException.BadData("alerts: a name in %s is empty".formatted(what));
      }
      parser.nextToken();
      labels.set(name, text(parser, name));
    }
    return labels.build();
  }

  private static String text(JsonParser parser, String what) throws IOException {
    expect(parser.currentToken(), JsonToken.VALUE_STRING, parser, "the text of \"" + what + "\"");
    return parser.getText();
  }

  private static Optional<Instant> time(String text, String key) {
    try {
      Instant time = OffsetDateTime.parse(text).toInstant();
      return time.equals(NEVER) ? Optional.empty() : Optional.of(time);
    } catch (DateTimeException e) {
      throw new WeirException.BadData(
          "alerts: %s \"%s\" is no time; write it as 2026-03-01T12:00:00Z".formatted(key, text), e);
    }
  }
}
