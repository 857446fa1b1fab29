package dev.weir.schemas.wire;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;

/// A schema registry that speaks as much of Confluent's API as Weir uses, in memory.
final class FakeRegistry implements AutoCloseable {
  private static final String SCHEMAS = "/schemas/ids/";

  private final HttpServer server;
  private final List<String> schemas = new ArrayList<>();
  private final List<String> requests = new ArrayList<>();
  private int failWith;

  FakeRegistry() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /// Puts a schema in, under the next number.
  synchronized int add(Schema schema) {
    schemas.add(schema.toString());
    return schemas.size();
  }

  /// Lets all requests from now on fail with a status; 0 lets them through again.
  synchronized void failWith(int status) {
    failWith = status;
  }

  synchronized List<String> requests() {
    return List.copyOf(requests);
  }

  private synchronized void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    requests.add(exchange.getRequestMethod() + " " + path);
    if (failWith != 0) {
      answer(exchange, failWith, "{\"error_code\":%d,\"message\":\"as told\"}".formatted(failWith));
    } else if (path.startsWith("/subjects/")) {
      schemas.add(unquote(body));
      answer(exchange, 200, "{\"id\":%d}".formatted(schemas.size()));
    } else if (path.startsWith("/config/")) {
      requests.set(requests.size() - 1, requests.getLast() + " " + body);
      answer(exchange, 200, body);
    } else if (path.startsWith(SCHEMAS)) {
      int id = Integer.parseInt(path.substring(SCHEMAS.length()));
      if (id > schemas.size()) {
        answer(exchange, 404, "{\"error_code\":40403,\"message\":\"Schema not found\"}");
      } else {
        answer(exchange, 200, "{\"schema\":%s}".formatted(quote(schemas.get(id - 1))));
      }
    } else {
      answer(exchange, 404, "{\"error_code\":404,\"message\":\"no such path\"}");
    }
  }

  /// The schema out of `{"schema":"…"}`, whose text is quoted.
  private static String unquote(String body) {
    int start = body.indexOf("\"schema\":\"") + "\"schema\":\"".length();
    StringBuilder text = new StringBuilder();
    for (int i = start; body.charAt(i) != '"'; i++) {
      if (body.charAt(i) == '\\') {
        i++;
      }
      text.append(body.charAt(i));
    }
    return text.toString();
  }

  private static String quote(String text) {
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/vnd.schemaregistry.v1+json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
