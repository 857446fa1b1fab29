package dev.weir.streams.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/// Prometheus's API for queries at one time, over HTTP. Some questions are under way at once, the
/// others wait in line.
public final class QueryApi implements InstantQueries, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final String COMPLETE_TO = "Weir-Complete-To";

  /// As much as a partial result may have.
  private static final long MAX_BYTES = 32L << 20;

  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int UNPROCESSABLE = 422;

  private final URI address;
  private final Duration timeout;
  private final int concurrency;
  private final QueryMetrics metrics;
  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final Deque<Supplier<CompletionStage<Reply>>> line = new ArrayDeque<>();
  private int underWay;

  /// @param server under which `/api/v1` lies
  /// @param timeout of one question
  /// @param concurrency questions that are under way at once
  public QueryApi(URI server, Duration timeout, int concurrency, QueryMetrics metrics) {
    this.address = URI.create(server.toString().replaceFirst("/+$", "") + "/api/v1/query");
    this.timeout = requireNonNull(timeout, "timeout");
    this.concurrency = concurrency;
    this.metrics = requireNonNull(metrics, "metrics");
  }

  @Override
  public CompletionStage<Reply> ask(Tenant tenant, Question question) {
    CompletableFuture<Reply> reply = new CompletableFuture<>();
    enqueue(() -> {
      CompletionStage<Reply> sent = send(tenant, question);
      var _ =
          sent.whenComplete((answer, failure) -> {
            if (failure == null) {
              reply.complete(answer);
            } else {
              reply.completeExceptionally(failure);
            }
          });
      return sent;
    });
    return reply;
  }

  private synchronized void enqueue(Supplier<CompletionStage<Reply>> question) {
    line.addLast(question);
    startNext();
  }

  private synchronized void startNext() {
    while (underWay < concurrency && !line.isEmpty()) {
      underWay++;
      var _ =
          line.removeFirst()
              .get()
              .whenCompleteAsync((_, _) -> {
                ended();
                startNext();
              });
    }
    metrics.waiting(line.size());
  }

  private synchronized void ended() {
    underWay--;
  }

  private CompletionStage<Reply> send(Tenant tenant, Question question) {
    long startNanos = System.nanoTime();
    String form =
        "query=%s&time=%s"
            .formatted(
                URLEncoder.encode(question.query(), UTF_8),
                BigDecimal.valueOf(question.timestampMillis(), 3).toPlainString());
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .timeout(timeout)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-Scope-OrgID", tenant.name())
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    return client
        .sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES))
        .handle((response, failure) -> {
          boolean answered = false;
          try {
            Reply reply = read(response, failure);
            answered = true;
            return reply;
          } finally {
            metrics.asked(System.nanoTime() - startNanos, answered);
          }
        });
  }

  private Reply read(HttpResponse<byte[]> response, Throwable failure) {
    if (failure != null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : failure;
      throw new WeirException.Unavailable(
          "%s does not answer (%s); rules.query_url says where queries are asked"
              .formatted(address, cause),
          cause);
    }
    try {
      if (response.statusCode() != 200) {
        throw refused(response);
      }
      return new Reply(InstantAnswerReader.read(response.body()), completeTo(response));
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "%s answered with status %d and no answer of Prometheus's API"
              .formatted(address, response.statusCode()),
          e);
    }
  }

  private WeirException refused(HttpResponse<byte[]> response) throws IOException {
    String message = InstantAnswerReader.error(response.body());
    return switch (response.statusCode()) {
      case BAD_REQUEST, NOT_FOUND -> new WeirException.BadData(message);
      case UNPROCESSABLE -> new WeirException.Unprocessable(message);
      default -> new WeirException.Unavailable(message);
    };
  }

  /// A server that says nothing has nothing that it could be waiting for.
  private static long completeTo(HttpResponse<byte[]> response) throws IOException {
    String text = response.headers().firstValue(COMPLETE_TO).orElse("");
    try {
      return text.isEmpty() ? Long.MAX_VALUE : Instant.parse(text).toEpochMilli();
    } catch (DateTimeParseException e) {
      throw new IOException("header %s has %s, which is no time".formatted(COMPLETE_TO, text), e);
    }
  }

  /// Ends questions under way; they fail.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
