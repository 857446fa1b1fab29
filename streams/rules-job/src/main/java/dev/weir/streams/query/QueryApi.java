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
import java.util.LinkedHashSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Prometheus's API for queries at one time, over HTTP. Some questions are under way at once, the
/// others wait in line.
public final class QueryApi implements InstantQueries, AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final String COMPLETE_TO = "Weir-Complete-To";
  private static final String MISSING_PARTS = "Weir-Missing-Parts";

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
  private final LinkedHashSet<Waiting> line = new LinkedHashSet<>();
  private int underWay;

  /// @param server under which `/api/v1` lies
  /// @param timeout of one question, from its turn until all of its answer is there
  /// @param concurrency questions that are under way at once
  public QueryApi(URI server, Duration timeout, int concurrency, QueryMetrics metrics) {
    this.address = URI.create(server.toString().replaceFirst("/+$", "") + "/api/v1/query");
    this.timeout = requireNonNull(timeout, "timeout");
    this.concurrency = concurrency;
    this.metrics = requireNonNull(metrics, "metrics");
  }

  @Override
  public Duration timeout() {
    return timeout;
  }

  @Override
  public CompletableFuture<Reply> ask(Tenant tenant, Question question) {
    Waiting waiting = new Waiting(tenant, question, new CompletableFuture<>());
    var _ = waiting.reply.whenComplete((_, _) -> leave(waiting));
    synchronized (this) {
      line.add(waiting);
      startNext();
    }
    return waiting.reply;
  }

  /// A question whose turn has not come. Equal to nothing but itself.
  private static final class Waiting {
    private final Tenant tenant;
    private final Question question;
    private final CompletableFuture<Reply> reply;

    Waiting(Tenant tenant, Question question, CompletableFuture<Reply> reply) {
      this.tenant = tenant;
      this.question = question;
      this.reply = reply;
    }
  }

  private synchronized void leave(Waiting waiting) {
    line.remove(waiting);
    metrics.waiting(line.size());
  }

  private synchronized void startNext() {
    while (underWay < concurrency && !line.isEmpty()) {
      Waiting next = line.removeFirst();
      underWay++;
      var _ =
          send(next)
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

  /// Sends a question. The time that an answer may take is that of all of it: the client's own
  /// timeout ends when the headers are there.
  ///
  /// @return completed when the connection is free again
  private CompletableFuture<?> send(Waiting waiting) {
    long startNanos = System.nanoTime();
    String form =
        "query=%s&time=%s"
            .formatted(
                URLEncoder.encode(waiting.question.query(), UTF_8),
                BigDecimal.valueOf(waiting.question.timestampMillis(), 3).toPlainString());
    HttpRequest request =
        HttpRequest.newBuilder(address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("X-Scope-OrgID", waiting.tenant.name())
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build();
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), MAX_BYTES));
    CompletableFuture<HttpResponse<byte[]>> whole = new CompletableFuture<>();
    var _ =
        sent.whenComplete((response, failure) -> {
          if (failure == null) {
            whole.complete(response);
          } else {
            whole.completeExceptionally(failure);
          }
        });
    var _ = waiting.reply.whenComplete((_, _) -> whole.cancel(true));
    return whole
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle((response, failure) -> {
          sent.cancel(true);
          answer(waiting.reply, response, failure, startNanos);
          return null;
        });
  }

  private void answer(
      CompletableFuture<Reply> reply,
      @Nullable HttpResponse<byte[]> response,
      @Nullable Throwable failure,
      long startNanos) {
    boolean answered = false;
    try {
      Reply read = read(response, failure);
      answered = true;
      reply.complete(read);
    } catch (RuntimeException e) {
      reply.completeExceptionally(e);
    } finally {
      metrics.asked(System.nanoTime() - startNanos, answered);
    }
  }

  private Reply read(@Nullable HttpResponse<byte[]> response, @Nullable Throwable failure) {
    if (failure instanceof TimeoutException) {
      throw new WeirException.Unavailable(
          "%s has not answered after %s; rules.query_timeout is how long it may take"
              .formatted(address, timeout),
          failure);
    }
    if (response == null) {
      Throwable cause =
          failure instanceof CompletionException && failure.getCause() != null
              ? failure.getCause()
              : requireNonNull(failure, "a failure, where there is no response");
      throw new WeirException.Unavailable(
          "%s does not answer (%s); rules.query_url says where queries are asked"
              .formatted(address, cause),
          cause);
    }
    try {
      if (response.statusCode() != 200) {
        throw refused(response);
      }
      return new Reply(
          InstantAnswerReader.read(response.body()),
          completeTo(response),
          response.headers().firstValue(MISSING_PARTS).isPresent());
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
