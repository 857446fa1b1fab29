package dev.weir.service.http;

import dev.weir.model.WeirException;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/// One port for every role of a process. Requests are handled by virtual threads, or by those that
/// their route names; gzip is applied in both directions where the client asks for it.
public final class HttpServer implements AutoCloseable {
  private static final int MAX_THREADS = 16;

  /// Of the first line and the headers: a long query in a URL.
  private static final int MAX_HEADER_BYTES = 128 << 10;

  private static final long STOP_TIMEOUT_MILLIS = 5_000;

  /// How long an idle connection is kept once the server stops.
  private static final long SHUTDOWN_IDLE_MILLIS = 50;

  private final HttpServerSettings settings;
  private final Server server;
  private final ServerConnector connector;
  private final ClientWatch clients;

  public HttpServer(HttpServerSettings settings, Router router, PrometheusRegistry registry) {
    this.settings = settings;
    QueuedThreadPool threads = new QueuedThreadPool(MAX_THREADS);
    threads.setName("http");
    Executor virtual =
        Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("http-", 0).factory());
    threads.setVirtualThreadsExecutor(virtual);
    this.server = new Server(threads);
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    configuration.setSendXPoweredBy(false);
    configuration.setRequestHeaderSize(MAX_HEADER_BYTES);
    // A label's name in a path may hold an encoded slash or percent sign; the router decodes a
    // segment
    // after it has cut the path.
    configuration.setUriCompliance(
        UriCompliance.DEFAULT.with(
            "encoded names",
            UriCompliance.Violation.AMBIGUOUS_PATH_SEPARATOR,
            UriCompliance.Violation.AMBIGUOUS_PATH_ENCODING));
    this.connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
    connector.setHost(settings.listen().host().isEmpty() ? null : settings.listen().host());
    connector.setPort(settings.listen().port());
    connector.setIdleTimeout(settings.idleTimeout().toMillis());
    connector.setReuseAddress(true);
    connector.setShutdownIdleTimeout(SHUTDOWN_IDLE_MILLIS);
    server.addConnector(connector);
    HttpMetrics metrics = new HttpMetrics(registry);
    this.clients = new ClientWatch(metrics);
    server.setHandler(compressing(new RoutingHandler(router, settings, metrics, clients, virtual)));
    server.setErrorHandler(new TextErrors());
    server.setStopTimeout(STOP_TIMEOUT_MILLIS);
  }

  private static CompressionHandler compressing(RoutingHandler handler) {
    CompressionHandler compression = new CompressionHandler(handler);
    compression.putCompression(new GzipCompression());
    compression.putConfiguration(
        "/*",
        CompressionConfig.builder()
            .compressIncludeMethod("GET")
            .compressIncludeMethod("POST")
            .decompressIncludeMethod("POST")
            .build());
    return compression;
  }

  /// @throws WeirException.Unavailable if the address cannot be listened on
  public void start() {
    try {
      server.start();
    } catch (IOException e) {
      stopQuietly();
      throw new WeirException.Unavailable(
          "cannot listen on %s: %s; choose another address with --listen"
              .formatted(settings.listen(), rootMessage(e)),
          e);
    } catch (Exception e) {
      stopQuietly();
      throw new WeirException.Internal("the HTTP server did not start: " + e.getMessage(), e);
    }
  }

  private void stopQuietly() {
    try {
      server.stop();
    } catch (Exception e) {
      // It never ran; the reason why is on its way to the caller.
      server.destroy();
    }
  }

  private static String rootMessage(Throwable error) {
    Throwable root = error;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /// The port that is listened on, also where port 0 asked for any.
  public int port() {
    return connector.getLocalPort();
  }

  /// Stops taking requests, waits for those in work for some seconds, and closes the port.
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new WeirException.Internal("the HTTP server did not stop: " + e.getMessage(), e);
    } finally {
      clients.close();
    }
  }
}
