package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.service.http.HttpError;
import dev.weir.service.http.HttpHandler;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The JSON that every answer of the API is wrapped in.
///
/// ```
/// {"status":"success","data":…,"warnings":[…],"infos":[…]}
/// {"status":"error","errorType":"bad_data","error":"…"}
/// ```
///
/// Header `Weir-Complete-To` says up to which time the answer holds everything that was
/// acknowledged; it is left out where the answer has no such time. Header `Weir-Missing-Parts` says
/// how many parts of what is stored could not be read, and is left out where all could: warnings
/// alone do not tell, as those of PromQL stand among them.
final class Envelope {
  private static final Logger log = LoggerFactory.getLogger(Envelope.class);

  /// Answers are sent in large pieces, not whenever something has been written.
  private static final JsonFactory JSON =
      new JsonFactory().disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);

  private static final String TYPE = "application/json";
  private static final String COMPLETE_TO = "Weir-Complete-To";
  private static final String MISSING_PARTS = "Weir-Missing-Parts";

  /// Writes what stands at `data`.
  @FunctionalInterface
  interface Data {
    void writeTo(JsonGenerator json) throws IOException;
  }

  /// What stands beside the data.
  ///
  /// @param completeness of the data; its warnings are among `warnings`
  record Notices(List<String> warnings, List<String> infos, Completeness completeness) {
    static final Notices NONE = new Notices(List.of(), List.of(), Completeness.FULL);

    Notices {
      requireNonNull(completeness, "completeness");
      warnings = List.copyOf(warnings);
      infos = List.copyOf(infos);
    }

    static Notices of(Completeness completeness) {
      return new Notices(completeness.warnings(), List.of(), completeness);
    }
  }

  private Envelope() {}

  static HttpResponse success(Data data) {
    return success(data, Notices.NONE);
  }

  static HttpResponse success(Data data, Notices notices) {
    HttpResponse response =
        HttpResponse.of(
            200,
            TYPE,
            out -> {
              try (JsonGenerator json = JSON.createGenerator(out)) {
                json.writeStartObject();
                json.writeStringField("status", "success");
                json.writeFieldName("data");
                data.writeTo(json);
                writeTexts(json, "warnings", notices.warnings());
                writeTexts(json, "infos", notices.infos());
                json.writeEndObject();
              }
            });
    long completeToMillis = notices.completeness().completeToMillis();
    if (completeToMillis != Long.MAX_VALUE) {
      response =
          response.withHeader(COMPLETE_TO, Instant.ofEpochMilli(completeToMillis).toString());
    }
    int missing = notices.completeness().warnings().size();
    return missing == 0 ? response : response.withHeader(MISSING_PARTS, Integer.toString(missing));
  }

  private static void writeTexts(JsonGenerator json, String field, List<String> texts)
      throws IOException {
    if (!texts.isEmpty()) {
      json.writeFieldName(field);
      json.writeStartArray();
      for (String text : texts) {
        json.writeString(text);
      }
      json.writeEndArray();
    }
  }

  static HttpResponse error(ErrorType type, int status, String message) {
    return HttpResponse.of(
        status,
        TYPE,
        out -> {
          try (JsonGenerator json = JSON.createGenerator(out)) {
            json.writeStartObject();
            json.writeStringField("status", "error");
            json.writeStringField("errorType", type.text());
            json.writeStringField("error", message);
            json.writeEndObject();
          }
        });
  }

  /// A handler whose failures are answered in the envelope, with the type and status that fit.
  static HttpHandler handling(HttpHandler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (ApiError e) {
        return error(e.type(), e.type().status(), e.getMessage());
      } catch (HttpError e) {
        return error(ErrorType.BAD_DATA, e.status(), e.getMessage());
      } catch (WeirException e) {
        ErrorType type = ErrorType.of(e);
        if (type == ErrorType.INTERNAL) {
          logFailure(request, e);
        }
        return error(type, type.status(), e.getMessage());
      } catch (RuntimeException e) {
        logFailure(request, e);
        return error(ErrorType.INTERNAL, ErrorType.INTERNAL.status(), "unexpected: " + e);
      }
    };
  }

  private static void logFailure(HttpRequest request, RuntimeException e) {
    log.error("{} {} failed", request.method(), request.target(), e);
  }
}
