package dev.weir.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.model.Tenant;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks the query API of this process, as a user would, until a sample is found that was scraped
/// since the process started, and says so once. A user who has just started Weir wants to know when
/// to look. The longer it takes, the less often it asks.
final class FirstSample implements AutoCloseable {

  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final Duration SELDOM = Duration.ofSeconds(10);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final URI server;
  private final Tenant tenant;
  private final URI question;
  private final Consumer<String> announce;
  private final long startNanos;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private FirstSample(
      URI server, Tenant tenant, Instant start, long startNanos, Consumer<String> announce) {
    this.server = server;
    this.tenant = tenant;
    this.question = server.resolve("/api/v1/query?query=" + encoded(sampleSince(start)));
    this.startNanos = startNanos;
    this.announce = announce;
    this.thread = Thread.ofVirtual().name("first-sample").unstarted(this::watch);
  }

  /// @param server the query API's address
  /// @param tenant who owns what is scraped
  /// @param start when the process began to start
  /// @param startNanos the same by [System#nanoTime]
  static FirstSample watch(
      URI server, Tenant tenant, Instant start, long startNanos, Consumer<String> announce) {
    FirstSample watch = new FirstSample(server, tenant, start, startNanos, announce);
    watch.thread.start();
    return watch;
  }

  /// After a restart there are samples of the process before within the lookback.
  private static String sampleSince(Instant start) {
    return "timestamp(up) >= " + BigDecimal.valueOf(start.toEpochMilli(), 3).toPlainString();
  }

  private static String encoded(String query) {
    return URLEncoder.encode(query, UTF_8);
  }

  /// How long to wait before asking again: a fiftieth of the wait so far, within bounds.
  static Duration pauseAfter(Duration waited) {
    Duration pause = waited.dividedBy(50);
    return pause.compareTo(OFTEN) < 0 ? OFTEN : pause.compareTo(SELDOM) > 0 ? SELDOM : pause;
  }

  private void watch() {
    boolean impatient = false;
    Duration waited;
    try (HttpClient http = HttpClient.newHttpClient()) {
      do {
        if (isQueryable(http)) {
          announce.accept("first sample queryable after " + Elapsed.since(startNanos));
          return;
        }
        waited = Duration.ofNanos(System.nanoTime() - startNanos);
        if (!impatient && waited.compareTo(PATIENCE) > 0) {
          impatient = true;
          announce.accept(
              "no scraped sample is queryable after %s: is a target configured, and is it up? %s"
                  .formatted(Elapsed.since(startNanos), server.resolve("/api/v1/targets")));
        }
      } while (!closed.await(pauseAfter(waited).toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A query that fails is no news here: the query API counts and logs its own failures.
  private boolean isQueryable(HttpClient http) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(question)
            .header("X-Scope-OrgID", tenant.name())
            .timeout(REQUEST_TIMEOUT)
            .build();
    try {
      HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString(UTF_8));
      return response.statusCode() == 200 && response.body().contains("\"value\"");
    } catch (IOException _) {
      return false;
    }
  }

  @Override
  public void close() {
    closed.countDown();
    thread.interrupt();
  }
}
