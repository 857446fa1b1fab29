package dev.weir.query.api;

import dev.weir.model.source.SeriesSource;
import dev.weir.promql.eval.QueryEngine;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.QueryLimits;
import dev.weir.query.rules.RuleEntry;
import dev.weir.query.watch.ActiveQueries;
import dev.weir.query.watch.QueryCounters;
import dev.weir.query.watch.QueryLog;
import dev.weir.query.watch.QueryWatch;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.TargetState;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The API over some source, on a port of its own.
final class ApiFixture implements AutoCloseable {
  final List<TargetState> targets = new ArrayList<>();
  final List<MetricMetadata> metadata = new ArrayList<>();
  final List<RuleEntry> rules = new ArrayList<>();
  final PrometheusRegistry registry = new PrometheusRegistry();
  final QueryLog queryLog;
  private final Patience patience = new Patience();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final HttpClient client = HttpClient.newHttpClient();

  ApiFixture(SeriesSource source, QueryEngine engine, QueryLimits limits, Clock clock) {
    this(source, engine, limits, 100_000, clock);
  }

  ApiFixture(
      SeriesSource source, QueryEngine engine, QueryLimits limits, int maxListed, Clock clock) {
    this(source, engine, limits, maxListed, Optional.empty(), clock);
  }

  ApiFixture(
      SeriesSource source,
      QueryEngine engine,
      QueryLimits limits,
      int maxListed,
      Optional<TsdbAdmin> admin,
      Clock clock) {
    ServerStatus status =
        new ServerStatus(
            "3.14.0",
            "0.1.0",
            "",
            "host-1",
            "15d",
            Map.of("listen", "localhost:9090"),
            () -> new ServerStatus.ConfigStatus("scrape_configs: []\n", true, 1_700_000_000_000L),
            clock);
    Router router = new Router();
    queryLog = new QueryLog(registry);
    QueryWatch watch =
        new QueryWatch(
            new QueryCounters(registry),
            queryLog,
            new ActiveQueries(System::nanoTime),
            Duration.ZERO,
            clock);
    new PrometheusApi(
            new ClientQueries(
                engine,
                ClientQueries.Sources.of(source),
                patience,
                limits,
                watch,
                ClientQueries.Evaluator.of(engine)),
            true,
            maxListed,
            () -> targets,
            () -> metadata,
            () -> rules,
            ParserOptions.EXPERIMENTAL,
            status,
            admin,
            clock)
        .addRoutes(router, threads);
    this.server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("localhost", 0)), router, registry);
    server.start();
  }

  /// `GET` of a path with parameters given as name, value, name, value.
  HttpResponse<String> get(String path, String... parameters) {
    return send(HttpRequest.newBuilder(uri(path + "?" + form(parameters))));
  }

  /// The same as a form in the body of a `POST`.
  HttpResponse<String> post(String path, String... parameters) {
    return postForm(path, form(parameters));
  }

  /// A form as it is, encoded or not.
  HttpResponse<String> postForm(String path, String form) {
    return send(
        HttpRequest.newBuilder(uri(path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(form)));
  }

  HttpResponse<String> getAs(String tenant, String path, String... parameters) {
    return send(
        HttpRequest.newBuilder(uri(path + "?" + form(parameters))).header("X-Scope-OrgID", tenant));
  }

  int port() {
    return server.port();
  }

  private URI uri(String path) {
    return URI.create("http://localhost:" + server.port() + path);
  }

  private static String form(String... parameters) {
    StringBuilder form = new StringBuilder();
    for (int i = 0; i < parameters.length; i += 2) {
      form.append(i == 0 ? "" : "&")
          .append(parameters[i])
          .append('=')
          .append(URLEncoder.encode(parameters[i + 1], StandardCharsets.UTF_8));
    }
    return form.toString();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) {
    try {
      return client.send(
          request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while asking the API", e);
    }
  }

  @Override
  public void close() {
    client.close();
    server.close();
    threads.shutdownNow();
    patience.close();
    queryLog.close();
  }
}
