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
  private static final HttpResponse NO_THREAD =
      HttpResponse.text(503, "the server has no thread for this; try again\n");

  /// Stands for an answer that there is none of.
  private static final HttpResponse BROKEN = HttpResponse.empty(500);

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
    Exchange exchange = new Exchange(request, response, callback, permits.tryAcquire(), startNanos);
    Work work = exchange.admitted() ? work(request) : refused();
    try {
      work.threads().execute(() -> finish(exchange, work));
    } catch (RejectedExecutionException _) {
      threads.execute(() -> finish(exchange, work.instead(STOPPING)));
    } catch (RuntimeException | Error e) {
      // There is no thread to be had. The one that reads connections says so itself.
      log.error("{} {} has no thread", request.getMethod(), request.getHttpURI(), e);
      finish(exchange, work.instead(NO_THREAD));
    }
    return true;
  }

  /// What is to be done for a request, and where.
  private record Work(String pattern, Executor threads, Supplier<HttpResponse> answer) {
    Work instead(HttpResponse other) {
      return new Work(pattern, threads, () -> other);
    }
  }

  /// @param admitted whether it holds a permit
  private record Exchange(
      Request request, Response response, Callback callback, boolean admitted, long startNanos) {}

  /// Answers. What the request held is free before its client can know that it is answered.
  private void finish(Exchange exchange, Work work) {
    HttpResponse answer = BROKEN;
    Throwable failure = null;
    try {
      answer = work.answer().get();
      send(exchange.request(), answer, exchange.response());
    } catch (IOException | RuntimeException | Error e) {
      failure = e;
    }
    end(answer);
    if (exchange.admitted()) {
      permits.release();
    }
    metrics.finished(work.pattern(), answer.status(), System.nanoTime() - exchange.startNanos());
    if (failure == null) {
      exchange.callback().succeeded();
    } else {
      failed(exchange, failure);
    }
  }

  private static void failed(Exchange exchange, Throwable failure) {
    String method = exchange.request().getMethod();
    if (failure instanceof IOException) {
      // The client went away, or the body could not be finished: the connection tells it so.
      log.debug("{} {} was not answered in full", method, exchange.request().getHttpURI(), failure);
    } else {
      log.error("{} {} failed while answering", method, exchange.request().getHttpURI(), failure);
    }
    exchange.callback().failed(failure);
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
    } catch (RuntimeException e) {
      log.error("{} {} has no route", request.getMethod(), request.getHttpURI(), e);
      return new Work(
          NO_ROUTE, threads, () -> HttpResponse.text(500, "internal error: " + e + "\n"));
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
      CountingStream counted = new CountingStream();
      answer.body().writeTo(counted);
      response.getHeaders().put("Content-Length", counted.count());
      return;
    }
    try (ResponseStream out = new ResponseStream(response)) {
      answer.body().writeTo(out);
      out.finish();
    }
  }
}
