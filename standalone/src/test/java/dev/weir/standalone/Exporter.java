package dev.weir.standalone;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpServer;
import dev.weir.broker.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/// A target that can be stopped, so that nobody answers at its address, and started again.
final class Exporter implements AutoCloseable {
  private static final byte[] EXPOSITION =
      """
      # HELP node_load1 1m load average.
      # TYPE node_load1 gauge
      node_load1 0.5
      """
          .getBytes(UTF_8);

  private final int port = FreePorts.next();
  private @Nullable HttpServer server;

  String address() {
    return "127.0.0.1:" + port;
  }

  void start() {
    try {
      HttpServer started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10);
      started.createContext(
          "/metrics",
          exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4");
            exchange.sendResponseHeaders(200, EXPOSITION.length);
            exchange.getResponseBody().write(EXPOSITION);
            exchange.close();
          });
      started.start();
      server = started;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void stop() {
    HttpServer running = server;
    if (running != null) {
      running.stop(0);
      server = null;
    }
  }

  @Override
  public void close() {
    stop();
  }
}
