package dev.weir.standalone.pipeline;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// Asks the query API of this process, as a user would, until a scraped sample is found, and says
/// so once. A user who has just started Weir wants to know when to look.
final class FirstSample implements AutoCloseable {

  private static final URI UP = URI.create("/api/v1/query?query=up");
  private static final Duration OFTEN = Duration.ofMillis(100);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final URI server;
  private final Consumer<String> announce;
  private final long startNanos;
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread;

  private FirstSample(URI server, long startNanos, Consumer<String> announce) {
    this.server = server;
    this.startNanos = startNanos;
    this.announce = announce;
    this.thread = Thread.ofVirtual().name("first-sample").unstarted(this::watch);
  }

  /// @param server the query API's address
  /// @param startNanos when the process began to start, by [System#nanoTime]
  static FirstSample watch(URI server, long startNanos, Consumer<String> announce) {
    FirstSample watch = new FirstSample(server, startNanos, announce);
    watch.thread.start();
    return watch;
  }

  private void watch() {
    boolean impatient = false;
    try (HttpClient http = HttpClient.newHttpClient()) {
      do {
        if (isQueryable(http)) {
          announce.accept("first sample queryable after " + Elapsed.since(startNanos));
          return;
        }
        if (!impatient && System.nanoTime() - startNanos > PATIENCE.toNanos()) {
          impatient = true;
          announce.accept(
              "no scraped sample is queryable after %s: is a target configured, and is it up? %s"
                  .formatted(Elapsed.since(startNanos), server.resolve("/api/v1/targets")));
        }
      } while (!closed.await(OFTEN.toMillis(), TimeUnit.MILLISECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// A query that fails is no news here: the query API counts and logs its own failures.
  private boolean isQueryable(HttpClient http) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(server.resolve(UP)).timeout(REQUEST_TIMEOUT).build();
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
