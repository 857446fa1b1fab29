package dev.weir.query.api;

import dev.weir.model.Matcher;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.Completeness;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.parser.PromqlParser;
import dev.weir.service.http.HttpHandler;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `/api/v1/admin/tsdb/…`: changes what is stored, where somebody allowed that.
final class AdminHandlers {
  private static final String DISABLED = "admin APIs disabled";

  private final Optional<? extends TsdbAdmin> admin;
  private final PromqlParser parser;

  /// @param admin absent: every request is refused
  AdminHandlers(Optional<? extends TsdbAdmin> admin, ParserOptions language) {
    this.admin = admin;
    this.parser = new PromqlParser(language);
  }

  void addRoutes(Router router) {
    add(router, "delete_series", this::deleteSeries);
    add(router, "clean_tombstones", this::cleanTombstones);
    add(router, "snapshot", this::snapshot);
  }

  private static void add(Router router, String name, HttpHandler handler) {
    HttpHandler enveloped = Envelope.handling(handler);
    String path = "/api/v1/admin/tsdb/" + name;
    router.post(path, enveloped).put(path, enveloped);
  }

  private TsdbAdmin allowed() {
    if (admin.isEmpty()) {
      throw new ApiError(ErrorType.UNAVAILABLE, DISABLED);
    }
    return admin.get();
  }

  private HttpResponse deleteSeries(HttpRequest request) {
    TsdbAdmin tsdb = allowed();
    List<String> texts = request.parameters("match[]");
    if (texts.isEmpty()) {
      throw new ApiError(ErrorType.BAD_DATA, "no match[] parameter provided");
    }
    long start = Parameters.timeMillis(request, "start", Long.MIN_VALUE);
    long end = Parameters.timeMillis(request, "end", Long.MAX_VALUE);
    if (start > end) {
      // Prometheus answers 204 and deletes nothing, which nobody notices who mixed them up.
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"end\": end timestamp must not be before start time");
    }
    List<List<Matcher>> selectors = new ArrayList<>();
    for (String text : texts) {
      selectors.add(selector(text));
    }
    tsdb.deleteSeries(request.tenant(), selectors, new TimeRange(start, end));
    return HttpResponse.empty(204);
  }

  private List<Matcher> selector(String text) {
    try {
      return parser.parseSelector(text);
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, "invalid parameter \"match[]\": " + e.getMessage(), e);
    }
  }

  private HttpResponse snapshot(HttpRequest request) {
    TsdbAdmin tsdb = allowed();
    TsdbAdmin.Snapshot snapshot = tsdb.snapshot(skipHead(request));
    return Envelope.success(
        json -> {
          json.writeStartObject();
          json.writeStringField("name", snapshot.name());
          json.writeEndObject();
        },
        new Envelope.Notices(snapshot.warnings(), List.of(), Completeness.FULL));
  }

  private static boolean skipHead(HttpRequest request) {
    String text = request.parameter("skip_head").orElse("");
    return switch (text) {
      case "", "0", "f", "F", "false", "FALSE", "False" -> false;
      case "1", "t", "T", "true", "TRUE", "True" -> true;
      default ->
          throw new ApiError(
              ErrorType.BAD_DATA,
              "invalid parameter \"skip_head\": unable to parse boolean skip_head argument:"
                  + " strconv.ParseBool: parsing \"%s\": invalid syntax".formatted(text));
    };
  }

  private HttpResponse cleanTombstones(HttpRequest request) {
    allowed().cleanTombstones(request.tenant());
    return HttpResponse.empty(204);
  }
}
