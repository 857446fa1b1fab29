package dev.weir.service.http;

import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Jetty's side of the router: runs the handler that fits and turns what it throws into an answer.
final class RoutingHandler extends Handler.Abstract {
  private static final Logger log = LoggerFactory.getLogger(RoutingHandler.class);

  private static final String NO_ROUTE = "unknown";

  private final Router router;
  private final HttpServerSettings settings;
  private final HttpMetrics metrics;
  private final ClientWatch clients;
  private final Semaphore permits;

  RoutingHandler(
      Router router, HttpServerSettings settings, HttpMetrics metrics, ClientWatch clients) {
    super(InvocationType.BLOCKING);
    this.router = router;
    this.settings = settings;
    this.metrics = metrics;
    this.clients = clients;
    this.permits = new Semaphore(settings.maxConcurrentRequests());
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    long startNanos = System.nanoTime();
    metrics.started();
    boolean admitted = permits.tryAcquire();
    Outcome outcome = admitted ? answer(request) : refuse();
    try {
      send(request, outcome.response(), response);
      callback.succeeded();
    } catch (IOException e) {
      // The client went away, or the body could not be finished: the connection tells it so.
      log.debug("{} {} was not answered in full", request.getMethod(), request.getHttpURI(), e);
      callback.failed(e);
    } catch (RuntimeException | Error e) {
      log.error("{} {} failed while answering", request.getMethod(), request.getHttpURI(), e);
      callback.failed(e);
    } finally {
      if (admitted) {
        permits.release();
      }
      metrics.finished(
          outcome.pattern(), outcome.response().status(), System.nanoTime() - startNanos);
    }
    return true;
  }

  private record Outcome(String pattern, HttpResponse response) {}

  private Outcome refuse() {
    metrics.refused();
    return new Outcome(
        NO_ROUTE,
        HttpResponse.text(
            503,
            "%d requests are in work, as many as http.max_concurrent_requests allows; try again\n"
                .formatted(settings.maxConcurrentRequests())));
  }

  private Outcome answer(Request request) {
    Router.Match match;
    try {
      match = router.match(request.getMethod(), request.getHttpURI().getPath());
    } catch (HttpError e) {
      return new Outcome(NO_ROUTE, HttpResponse.text(e.status(), e.getMessage() + "\n"));
    }
    HttpRequest view =
        new HttpRequest(request, match.pathParameters(), settings.maxBodyBytes(), clients);
    return new Outcome(match.pattern(), handle(match, view));
  }

  private static HttpResponse handle(Router.Match match, HttpRequest request) {
    try {
      return match.handler().handle(request);
    } catch (HttpError e) {
      return HttpResponse.text(e.status(), e.getMessage() + "\n");
    } catch (WeirException e) {
      int status = status(e);
      if (status == 500) {
        log.error("{} {} failed", request.method(), request.target(), e);
      }
      return HttpResponse.text(status, e.getMessage() + "\n");
    } catch (IOException | RuntimeException e) {
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
    try (OutputStream out = Content.Sink.asOutputStream(response)) {
      answer.body().writeTo(out);
    }
  }
}
