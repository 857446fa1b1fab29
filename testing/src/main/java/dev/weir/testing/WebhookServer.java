package dev.weir.alerting;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A receiver on this machine that keeps what it is sent. It answers 200, or what the test has
/// lined up.
final class WebhookServer implements AutoCloseable {
  /// @param path where it was posted to
  record Posted(String path, String body) {}

  private final HttpServer server;
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();

  WebhookServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Integer answer = answers.poll();
    int status = answer == null ? 200 : answer;
    if (status == 200) {
      posted.add(new Posted(exchange.getRequestURI().getPath(), body));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /// The next requests get these answers. What is answered otherwise than with 200 is not kept.
  void answer(Integer... statuses) {
    answers.addAll(List.of(statuses));
  }

  boolean hasAnswered() {
    return answers.isEmpty();
  }

  String url(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  List<String> bodies(String path) {
    return posted.stream().filter(each -> each.path().equals(path)).map(Posted::body).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
