package dev.weir.service.http;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jetty's side of the router: has the handler that fits run where its route says and turns what it
/// throws into an answer.
///
/// Jetty calls it with the thread that reads from connections, which only looks the route up and
/// hands the request over: one change of threads on the way to an answer.
final class RoutingHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(RoutingHandler.class);

  private static final String NO_ROUTE = "unknown";
  private static final HttpResponse STOPPING = HttpResponse.text(503, "the server is stopping\n");

  private final Router router;
  private final HttpServerSettings settings;
  private final HttpMetrics metrics;
  private final ClientWatch clients;
  private final Executor threads;
  private final Semaphore permits;

  /// @param threads of routes that name none
  RoutingHandler(
      Router router,
      HttpServerSettings settings,
      HttpMetrics metrics,
      ClientWatch clients,
      Executor threads) {
    super(InvocationType.NON_BLOCKING);
    this.router = router;
    this.settings = settings;
    this.metrics = metrics;
    this.clients = clients;
    this.threads = threads;
    this.permits = new Semaphore(settings.maxConcurrentRequests());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long startNanos = System.nanoTime();
    metrics.started();
    boolean admitted = permits.tryAcquire();
    Work work = admitted ? work(request) : refused();
    Runnable answering =
        () -> {
          Outcome outcome = new Outcome(work.pattern(), work.answer().get());
          finish(new Exchange(request, response, callback), outcome, admitted, startNanos);
        };
    try {
      work.threads().execute(answering);
    } catch (RejectedExecutionException _) {
      Outcome stopping = new Outcome(work.pattern(), STOPPING);
      threads.execute(
          () -> finish(new Exchange(request, response, callback), stopping, admitted, startNanos));
    }
    return true;
  }

  /// What is to be done for a request, and where.
  private record Work(String pattern, Executor threads, Supplier<HttpResponse> answer) {}

  private record Outcome(String pattern, HttpResponse response) {}

  private record Exchange(Request request, Response response, Callback callback) {}

  private void finish(Exchange exchange, Outcome outcome, boolean admitted, long startNanos) {
    Request request = exchange.request();
    Callback callback = exchange.callback();
    try {
      send(request, outcome.response(), exchange.response());
      callback.succeeded();
    } catch (IOException e) {
      // The client went away, or the body could not be finished: the connection tells it so.
      log.debug("{} {} was not answered in full", request.getMethod(), request.getHttpURI(), e);
      callback.failed(e);
    } catch (RuntimeException | Error e) {
      log.error("{} {} failed while answering", request.getMethod(), request.getHttpURI(), e);
      callback.failed(e);
    } finally {
      end(outcome.response());
      if (admitted) {
        permits.release();
      }
      metrics.finished(
          outcome.pattern(), outcome.response().status(), System.nanoTime() - startNanos);
    }
  }

  private static void end(HttpResponse answer) {
    try {
      answer.ended().run();
    } catch (RuntimeException e) {
      log.error("what comes after an answer failed", e);
    }
  }

  private Work refused() {
    metrics.refused();
    String text =
        "%d requests are in work, as many as http.max_concurrent_requests allows; try again\n"
            .formatted(settings.maxConcurrentRequests());
    return new Work(NO_ROUTE, threads, () -> HttpResponse.text(503, text));
  }

  private Work work(Request request) {
    RouteTable.Match match;
    try {
      match = router.match(request.getMethod(), request.getHttpURI().getPath());
    } catch (HttpError e) {
      return new Work(
          NO_ROUTE, threads, () -> HttpResponse.text(e.status(), e.getMessage() + "\n"));
    }
    HttpRequest view =
        new HttpRequest(request, match.pathParameters(), settings.maxBodyBytes(), clients);
    HttpHandler handler = match.target().handler();
    return new Work(
        match.pattern(), match.target().threads().orElse(threads), () -> handle(handler, view));
  }

  private static HttpResponse handle(HttpHandler handler, HttpRequest request) {
    try {
      return handler.handle(request);
    } catch (HttpError e) {
      return HttpResponse.text(e.status(), e.getMessage() + "\n");
    } catch (WeirException e) {
      int status = status(e);
      if (status == 500) {
        log.error("{} {} failed", request.method(), request.target(), e);
      }
      return HttpResponse.text(status, e.getMessage() + "\n");
    } catch (IOException | RuntimeException | Error e) {
      // Whatever it is, the client is told and the request has an end.
      log.error("{} {} failed", request.method(), request.target(), e);
      return HttpResponse.text(500, "internal error: " + e + "\n");
    }
  }

  private static int status(WeirException e) {
    return switch (e) {
      case WeirException.BadData _ -> 400;
      case WeirException.LimitExceeded _, WeirException.Unprocessable _ -> 422;
      case WeirException.TimedOut _, WeirException.Canceled _, WeirException.Unavailable _ -> 503;
      case WeirException.Corrupt _, WeirException.Internal _ -> 500;
    };
  }

  private static void send(Request request, HttpResponse answer, Response response)
      throws IOException {
    response.setStatus(answer.status());
    answer.headers().forEach((name, value) -> response.getHeaders().put(name, value));
    if (request.getMethod().equals("HEAD")) {
      return;
    }
    try (ResponseStream out = new ResponseStream(response)) {
      answer.body().writeTo(out);
      out.finish();
    }
  }
}
