package dev.weir.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/// A receiver on this machine that keeps what it is sent. It answers 200, or what the test has
/// lined up.
public final class WebhookServer implements AutoCloseable {
  /// @param path where it was posted to
  /// @param at when it came
  public record Posted(String path, String body, Instant at) {}

  private final HttpServer server;
  private final List<Posted> posted = new CopyOnWriteArrayList<>();
  private final ConcurrentLinkedQueue<Integer> answers = new ConcurrentLinkedQueue<>();

  /// Listens on a free port.
  public WebhookServer() {
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
    Instant at = Instant.now();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    Integer answer = answers.poll();
    int status = answer == null ? 200 : answer;
    if (status == 200) {
      posted.add(new Posted(exchange.getRequestURI().getPath(), body, at));
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  /// The next requests get these answers. What is answered otherwise than with 200 is not kept.
  public void answer(Integer... statuses) {
    answers.addAll(List.of(statuses));
  }

  /// Whether all answers that were lined up have been given.
  public boolean hasAnswered() {
    return answers.isEmpty();
  }

  /// The address of a path.
  public String url(String path) {
    return "http://%s%s".formatted(address(), path);
  }

  /// `host:port`.
  public String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /// What was posted to a path, in order.
  public List<Posted> posted(String path) {
    return posted.stream().filter(each -> each.path().equals(path)).toList();
  }

  /// The bodies of what was posted to a path, in order.
  public List<String> bodies(String path) {
    return posted(path).stream().map(Posted::body).toList();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
