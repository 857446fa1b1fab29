package dev.weir.benchmarks.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.HttpServer;
import dev.weir.service.http.HttpServerSettings;
import dev.weir.service.http.ListenAddress;
import dev.weir.service.http.Router;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/// A target with a signal that rises anew in every scrape, under a label of its own, and falls a
/// few scrapes later; and a webhook that is told of it. So every scrape raises one alert, in a
/// group of its own.
final class Episodes implements AutoCloseable {
  /// Scrapes that a signal lasts.
  private static final int LASTS = 3;

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final AtomicInteger scrapes = new AtomicInteger();
  private final Map<String, Long> risenMillis = new ConcurrentHashMap<>();
  private final Map<String, Long> toldMillis = new ConcurrentHashMap<>();

  Episodes() {
    Router router = new Router();
    router.get(
        "/metrics",
        _ -> HttpResponse.of(200, "text/plain; version=0.0.4", out -> out.write(page())));
    router.post("/hook", this::told);
    this.server =
        new HttpServer(
            HttpServerSettings.defaults(new ListenAddress("127.0.0.1", 0)),
            router,
            new PrometheusRegistry());
    server.start();
  }

  private byte[] page() {
    int scrape = scrapes.incrementAndGet();
    risenMillis.put(Integer.toString(scrape), System.currentTimeMillis());
    StringBuilder page = new StringBuilder("# TYPE signal gauge\n");
    for (int episode = Math.max(1, scrape - LASTS + 1); episode <= scrape; episode++) {
      page.append("signal{episode=\"").append(episode).append("\"} 1\n");
    }
    return page.toString().getBytes(StandardCharsets.UTF_8);
  }

  private HttpResponse told(HttpRequest request) {
    long nowMillis = System.currentTimeMillis();
    try {
      for (JsonNode alert : JSON.readTree(request.body()).path("alerts")) {
        if (alert.path("status").asText().equals("firing")) {
          toldMillis.putIfAbsent(alert.path("labels").path("episode").asText(), nowMillis);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the webhook was told no JSON", e);
    }
    return HttpResponse.empty(200);
  }

  String address() {
    return "127.0.0.1:" + server.port();
  }

  /// The episode of the latest scrape.
  int latest() {
    return scrapes.get();
  }

  /// How long after the scrape that raised it the webhook was told of each episode.
  ///
  /// @param first episode that counts
  /// @param last episode that counts; every one up to it has been told of, or is missing
  /// @return durations in milliseconds, and `Long.MAX_VALUE` where the webhook was not told
  long[] delays(int first, int last) {
    return LongStream.rangeClosed(first, last)
        .map(episode -> delay(Long.toString(episode)))
        .toArray();
  }

  private long delay(String episode) {
    Long risen = risenMillis.get(episode);
    Long told = toldMillis.get(episode);
    return risen == null || told == null ? Long.MAX_VALUE : told - risen;
  }

  @Override
  public void close() {
    server.close();
  }
}
