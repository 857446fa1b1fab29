package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SeriesSource;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Which series there are, and their labels: `/api/v1/labels`, `/api/v1/label/<name>/values` and
/// `/api/v1/series`. A listing takes the place of a query and has a query's time; one that is
/// longer than it may be is cut, with a warning.
final class SeriesHandlers {
  static final String TRUNCATED = "results truncated due to limit";
  private static final String ESCAPED_NAME = "U__";
  private static final PromqlParser PARSER = new PromqlParser(ParserOptions.DEFAULT);

  private final ClientQueries queries;
  private final int maxItems;

  /// @param maxItems that one listing has
  SeriesHandlers(ClientQueries queries, int maxItems) {
    this.queries = requireNonNull(queries, "queries");
    this.maxItems = maxItems;
  }

  @FunctionalInterface
  private interface Question<T> {
    Listing<T> ask(SeriesSource source, int limit);
  }

  private <T> Listing<T> list(HttpRequest request, Question<T> question) {
    int asked = Parameters.limit(request);
    int limit = asked == 0 ? maxItems : Math.min(asked, maxItems);
    return queries.list(request, source -> question.ask(source, limit));
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/labels", Envelope.handling(this::labelNames))
        .post("/api/v1/labels", Envelope.handling(this::labelNames))
        .get("/api/v1/label/{name}/values", Envelope.handling(this::labelValues))
        .get("/api/v1/series", Envelope.handling(this::series))
        .post("/api/v1/series", Envelope.handling(this::series));
  }

  private HttpResponse labelNames(HttpRequest request) {
    Tenant tenant = request.tenant();
    List<List<Matcher>> selectors = selectors(request, false);
    TimeRange range = Parameters.range(request);
    return answer(
        list(request, (from, limit) -> from.labelNames(tenant, selectors, range, limit)),
        JsonGenerator::writeString);
  }

  private HttpResponse labelValues(HttpRequest request) {
    Tenant tenant = request.tenant();
    String name = labelName(request.pathParameter("name"));
    List<List<Matcher>> selectors = selectors(request, false);
    TimeRange range = Parameters.range(request);
    return answer(
        list(request, (from, limit) -> from.labelValues(tenant, name, selectors, range, limit)),
        JsonGenerator::writeString);
  }

  private HttpResponse series(HttpRequest request) {
    Tenant tenant = request.tenant();
    List<List<Matcher>> selectors = selectors(request, true);
    TimeRange range = Parameters.range(request);
    return answer(
        list(request, (from, limit) -> from.series(tenant, selectors, range, limit)),
        QueryValueJson::writeLabelSet);
  }

  /// A label's name in a path may be escaped: `U__`, and every character outside the classic
  /// alphabet as `_` its hexadecimal code `_`; an underscore is doubled.
  private static String labelName(String name) {
    if (!name.startsWith(ESCAPED_NAME)) {
      if (name.isEmpty()) {
        throw invalidName(name);
      }
      return name;
    }
    StringBuilder out = new StringBuilder();
    int i = ESCAPED_NAME.length();
    while (i < name.length()) {
      char c = name.charAt(i);
      if (c != '_') {
        out.append(c);
        i++;
        continue;
      }
      int end = name.indexOf('_', i + 1);
      if (end < 0) {
        throw invalidName(name);
      }
      if (end == i + 1) {
        out.append('_');
      } else {
        out.appendCodePoint(codePoint(name, i + 1, end));
      }
      i = end + 1;
    }
    return out.toString();
  }

  private static int codePoint(String name, int start, int end) {
    try {
      int point = Integer.parseInt(name, start, end, 16);
      if (Character.isValidCodePoint(point)) {
        return point;
      }
      throw invalidName(name);
    } catch (NumberFormatException e) {
      throw new ApiError(ErrorType.BAD_DATA, String.valueOf(invalidName(name).getMessage()), e);
    }
  }

  private static ApiError invalidName(String name) {
    return new ApiError(ErrorType.BAD_DATA, "invalid label name: \"%s\"".formatted(name));
  }

  /// The matchers of every `match[]`.
  private static List<List<Matcher>> selectors(HttpRequest request, boolean required) {
    List<List<Matcher>> selectors = new ArrayList<>();
    for (String text : request.parameters("match[]")) {
      selectors.add(selector(text));
    }
    if (required && selectors.isEmpty()) {
      throw new ApiError(ErrorType.BAD_DATA, "no match[] parameter provided");
    }
    return selectors;
  }

  private static List<Matcher> selector(String text) {
    try {
      return PARSER.parseSelector(text);
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, "invalid parameter \"match[]\": " + e.getMessage(), e);
    }
  }

  @FunctionalInterface
  private interface ItemWriter<T> {
    void write(JsonGenerator json, T item) throws IOException;
  }

  private static <T> HttpResponse answer(Listing<T> listing, ItemWriter<T> writer) {
    Completeness completeness = listing.completeness();
    List<String> warnings = new ArrayList<>(completeness.warnings());
    if (listing.truncated()) {
      warnings.add(TRUNCATED);
    }
    return Envelope.success(
        json -> {
          json.writeStartArray();
          for (T item : listing.items()) {
            writer.write(json, item);
          }
          json.writeEndArray();
        },
        new Envelope.Notices(warnings, List.of(), completeness));
  }
}
