package dev.weir.query.api;

import static java.util.Objects.requireNonNull;

import dev.weir.model.LabelText;
import dev.weir.model.WeirException;
import dev.weir.promql.ast.QueryTimes;
import dev.weir.promql.query.QueryDetail;
import dev.weir.promql.query.QueryResult;
import dev.weir.promql.query.QueryStatistics;
import dev.weir.promql.query.QueryValue;
import dev.weir.query.watch.Question;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `/api/v1/query` and `/api/v1/query_range`.
final class QueryHandlers {
  /// Warnings, and remarks, that an answer shows.
  private static final int MAX_ANNOTATIONS = 10;

  /// What `stats` asks for statistics with; as in Prometheus, other values do, too.
  private static final List<String> STATISTICS = List.of("true", "all");

  private static final String TRUNCATED = "results truncated due to limit";

  private final ClientQueries queries;
  private final boolean perStepStatistics;
  private final Clock clock;

  /// @param perStepStatistics whether `stats=all` counts samples for each step
  QueryHandlers(ClientQueries queries, boolean perStepStatistics, Clock clock) {
    this.queries = requireNonNull(queries, "queries");
    this.perStepStatistics = perStepStatistics;
    this.clock = requireNonNull(clock, "clock");
  }

  void addRoutes(Router router) {
    router
        .get("/api/v1/query", Envelope.handling(this::instant))
        .post("/api/v1/query", Envelope.handling(this::instant))
        .get("/api/v1/query_range", Envelope.handling(this::range))
        .post("/api/v1/query_range", Envelope.handling(this::range));
  }

  private HttpResponse instant(HttpRequest request) {
    int limit = Parameters.limit(request);
    long time = Parameters.timeMillis(request, "time", clock.millis());
    Question question = question(request, time, time, 0);
    return answer(request, limit, run(request, question, QueryTimes.instant(time)));
  }

  private HttpResponse range(HttpRequest request) {
    int limit = Parameters.limit(request);
    long start = Parameters.requiredTimeMillis(request, "start");
    long end = Parameters.requiredTimeMillis(request, "end");
    if (end < start) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"end\": end timestamp must not be before start time");
    }
    long step = Parameters.requiredDuration(request, "step").toMillis();
    if (step <= 0) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"step\": zero or negative query resolution step widths are not"
              + " accepted. Try a positive integer");
    }
    queries.checkSteps(start, end, step);
    Question question = question(request, start, end, step);
    return answer(request, limit, run(request, question, new QueryTimes(start, end, step)));
  }

  private static Question question(HttpRequest request, long start, long end, long step) {
    return new Question(
        request.tenant(),
        request.parameter("query").orElse(""),
        start,
        end,
        step,
        request.remoteAddress(),
        request.method(),
        request.path());
  }

  /// What is wrong with the text of a query is said of the parameter that holds it.
  private ClientQueries.Held run(HttpRequest request, Question question, QueryTimes times) {
    ClientQueries.Wishes wishes = wishes(request);
    try {
      return queries.query(request, question, wishes, times);
    } catch (WeirException.BadData e) {
      throw new ApiError(ErrorType.BAD_DATA, "invalid parameter \"query\": " + e.getMessage(), e);
    }
  }

  private ClientQueries.Wishes wishes(HttpRequest request) {
    Duration longest = queries.limits().timeout();
    Duration timeout =
        Parameters.duration(request, "timeout")
            .filter(asked -> asked.isPositive() && asked.compareTo(longest) < 0)
            .orElse(longest);
    // As in Prometheus, none and less than none ask for the default.
    Optional<Duration> lookback =
        Parameters.duration(request, "lookback_delta").filter(Duration::isPositive);
    Optional<String> statistics = request.parameter("stats");
    return new ClientQueries.Wishes(
        timeout,
        lookback,
        maxWindowMillis(request),
        new QueryDetail(
            statistics.isPresent(),
            perStepStatistics && statistics.equals(Optional.of("all")),
            request.parameter("explain").isPresent()));
  }

  /// Thanos's parameter: samples alone at 0, windows of 5 minutes at 5m, and so on. Without it, or
  /// as `auto`, the longest windows are read that give the same answer.
  private static long maxWindowMillis(HttpRequest request) {
    if (request.parameter("max_source_resolution").orElse("auto").equals("auto")) {
      return Long.MAX_VALUE;
    }
    long millis = Parameters.requiredDuration(request, "max_source_resolution").toMillis();
    if (millis < 0) {
      throw new ApiError(
          ErrorType.BAD_DATA,
          "invalid parameter \"max_source_resolution\": negative; use 0s for samples, 5m, 1h or auto");
    }
    return millis;
  }

  private static HttpResponse answer(HttpRequest request, int limit, ClientQueries.Held held) {
    try {
      return answer(request, held.result(), limit).whenEnded(held.giveBack());
    } catch (RuntimeException | Error e) {
      held.giveBack().run();
      throw e;
    }
  }

  private static HttpResponse answer(HttpRequest request, QueryResult result, int limit) {
    boolean truncated = limit > 0 && size(result.value()) > limit;
    QueryValue value = truncated ? cut(result.value(), limit) : result.value();
    String ofStatistics = request.parameter("stats").orElse("");
    QueryStatistics statistics = ofStatistics.isEmpty() ? null : result.statistics();
    List<String> warnings = new ArrayList<>(result.completeness().warnings());
    if (truncated) {
      warnings.add(TRUNCATED);
    }
    if (!ofStatistics.isEmpty() && !STATISTICS.contains(ofStatistics)) {
      warnings.add(
          "value %s for parameter \"stats\" is deprecated and will be rejected in the next major release, use \"true\" or \"all\""
              .formatted(LabelText.quote(ofStatistics)));
    }
    warnings.addAll(result.warnings());
    return Envelope.success(
        json -> QueryValueJson.write(json, value, statistics, result.plan().orElse(null)),
        new Envelope.Notices(
            shown(warnings, "warning"), shown(result.infos(), "info"), result.completeness()));
  }

  private static List<String> shown(List<String> annotations, String kind) {
    if (annotations.size() <= MAX_ANNOTATIONS) {
      return annotations;
    }
    List<String> shown = new ArrayList<>(annotations.subList(0, MAX_ANNOTATIONS));
    shown.add(
        "%d more %s annotations omitted".formatted(annotations.size() - MAX_ANNOTATIONS, kind));
    return shown;
  }

  private static int size(QueryValue value) {
    return switch (value) {
      case QueryValue.Vector(_, var samples) -> samples.size();
      case QueryValue.Matrix(var series) -> series.size();
      case QueryValue.Scalar _, QueryValue.Text _ -> 1;
    };
  }

  private static QueryValue cut(QueryValue value, int limit) {
    return switch (value) {
      case QueryValue.Vector(long time, var samples) ->
          new QueryValue.Vector(time, samples.subList(0, limit));
      case QueryValue.Matrix(var series) -> new QueryValue.Matrix(series.subList(0, limit));
      case QueryValue.Scalar _, QueryValue.Text _ -> value;
    };
  }
}
