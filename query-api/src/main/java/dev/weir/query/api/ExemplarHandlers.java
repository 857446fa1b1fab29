package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.Exemplar;
import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.util.List;

/// `/api/v1/query_exemplars`: the exemplars of all series that an expression selects.
///
/// An expression is not evaluated, so a selector's offset and range say nothing here; `start` and
/// `end` do. One that selects nothing, such as `1`, is answered with 204, as Prometheus does.
final class ExemplarHandlers {
  private static final int NO_CONTENT = 204;

  private final ClientQueries queries;
  private final PromqlParser parser;
  private final int maxExemplars;

  /// @param maxExemplars that one answer has
  ExemplarHandlers(ClientQueries queries, ParserOptions language, int maxExemplars) {
    this.queries = requireNonNull(queries, "queries");
    this.parser = new PromqlParser(language);
    this.maxExemplars = maxExemplars;
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/query_exemplars", Envelope.handling(this::exemplars))
        .post("/api/v1/query_exemplars", Envelope.handling(this::exemplars));
  }

  private HttpResponse exemplars(HttpRequest request) {
    long start = Parameters.timeMillis(request, "start", Long.MIN_VALUE);
    long end = Parameters.timeMillis(request, "end", Long.MAX_VALUE);
    if (end < start) {
      throw new ApiError(ErrorType.BAD_DATA, "end timestamp must not be before start timestamp");
    }
    List<List<Matcher>> selectors = selectors(request);
    if (selectors.isEmpty()) {
      return HttpResponse.empty(NO_CONTENT);
    }
    Listing<SeriesExemplars> found =
        queries.list(
            request,
            source ->
                source.exemplars(
                    request.tenant(), selectors, new TimeRange(start, end), maxExemplars));
    return Envelope.success(
        json -> {
          json.writeStartArray();
          for (SeriesExemplars series : found.items()) {
            write(json, series);
          }
          json.writeEndArray();
        },
        Envelope.Notices.of(found.completeness()));
  }

  private List<List<Matcher>> selectors(HttpRequest request) {
    try {
      return SelectorMatchers.of(parser.parse(request.parameter("query").orElse("")));
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, String.valueOf(e.getMessage()), e);
    }
  }

  private static void write(JsonGenerator json, SeriesExemplars series) throws IOException {
    json.writeStartObject();
    json.writeFieldName("seriesLabels");
    QueryValueJson.writeLabelSet(json, series.labels());
    json.writeFieldName("exemplars");
    json.writeStartArray();
    for (Exemplar exemplar : series.exemplars()) {
      json.writeStartObject();
      json.writeFieldName("labels");
      QueryValueJson.writeLabelSet(json, exemplar.labels());
      json.writeFieldName("value");
      QueryValueJson.writeNumber(json, exemplar.value());
      json.writeFieldName("timestamp");
      json.writeNumber(QueryValueJson.seconds(exemplar.timestampMillis().orElseThrow()));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
