package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Listing;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// `/api/v1/status/tsdb`: how many series a tenant has, and which labels make them so many.
///
/// What Prometheus says of its head is said here of the tenant's series with a sample in the last
/// two hours, which is about what a head of Prometheus has, wherever they are: the time of the head
/// is that of these hours, and it has no chunks, as Weir's has none. The series are listed as
/// `/api/v1/series` lists them, in the place of a query and no more than it may list; of more, the
/// counts are of those listed, and a warning says so.
final class TsdbStatusHandler {
  private static final Duration WINDOW = Duration.ofHours(2);
  private static final int DEFAULT_LIMIT = 10;
  private static final int MAX_LIMIT = 10_000;

  private final ClientQueries queries;
  private final int maxListed;
  private final Clock clock;

  /// @param maxListed series that are looked at
  TsdbStatusHandler(ClientQueries queries, int maxListed, Clock clock) {
    this.queries = requireNonNull(queries, "queries");
    this.maxListed = maxListed;
    this.clock = requireNonNull(clock, "clock");
  }

  void addRoutes(Router router) {
    router.get("/api/v1/status/tsdb", Envelope.handling(this::status));
  }

  private record Counted(Cardinality cardinality, Envelope.Notices notices) {}

  private HttpResponse status(HttpRequest request) {
    int limit = limit(request);
    Tenant tenant = request.tenant();
    long now = clock.millis();
    TimeRange range = new TimeRange(now - WINDOW.toMillis(), now);
    Counted counted =
        queries.list(
            request, source -> count(source.series(tenant, List.of(), range, maxListed), limit));
    return Envelope.success(json -> write(json, range, counted.cardinality()), counted.notices());
  }

  private static Counted count(Listing<Labels> series, int limit) {
    List<String> warnings = new ArrayList<>(series.completeness().warnings());
    if (series.truncated()) {
      warnings.add(
          "counts are of %d series, there are more: %s"
              .formatted(series.items().size(), SeriesHandlers.TRUNCATED));
    }
    return new Counted(
        Cardinality.of(series.items(), limit),
        new Envelope.Notices(warnings, List.of(), series.completeness()));
  }

  private static int limit(HttpRequest request) {
    String text = request.parameter("limit").orElse(Integer.toString(DEFAULT_LIMIT));
    int limit;
    try {
      limit = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new ApiError(ErrorType.BAD_DATA, "limit must be a positive number", e);
    }
    if (limit < 1) {
      throw new ApiError(ErrorType.BAD_DATA, "limit must be a positive number");
    }
    if (limit > MAX_LIMIT) {
      throw new ApiError(ErrorType.BAD_DATA, "limit must not exceed " + MAX_LIMIT);
    }
    return limit;
  }

  private static void write(JsonGenerator json, TimeRange range, Cardinality cardinality)
      throws IOException {
    json.writeStartObject();
    json.writeObjectFieldStart("headStats");
    json.writeNumberField("numSeries", cardinality.series());
    json.writeNumberField("numLabelPairs", cardinality.labelPairs());
    json.writeNumberField("chunkCount", 0);
    json.writeNumberField("minTime", range.startMillis());
    json.writeNumberField("maxTime", range.endMillis());
    json.writeEndObject();
    write(json, "seriesCountByMetricName", cardinality.seriesByMetric());
    write(json, "labelValueCountByLabelName", cardinality.valuesByLabel());
    write(json, "memoryInBytesByLabelName", cardinality.bytesByLabel());
    write(json, "seriesCountByLabelValuePair", cardinality.seriesByPair());
    json.writeEndObject();
  }

  private static void write(JsonGenerator json, String field, List<Cardinality.Count> counts)
      throws IOException {
    json.writeArrayFieldStart(field);
    for (Cardinality.Count count : counts) {
      json.writeStartObject();
      json.writeStringField("name", count.name());
      json.writeNumberField("value", count.count());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
