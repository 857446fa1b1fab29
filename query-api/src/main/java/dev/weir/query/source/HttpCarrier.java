package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.node.RemoteStorageNode;
import dev.weir.service.http.StorageNodeRoute;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;

/// Carries questions to a storage node over HTTP: the question is the body of a POST, the answer
/// the body of what comes back.
final class HttpCarrier implements RemoteStorageNode.Carrier {
  private static final int MAX_ERROR_CHARS = 300;

  private final HttpClient client;
  private final URI uri;
  private final Duration timeout;
  private final ScheduledExecutorService timer;

  /// @param address base URL of the node
  /// @param timeout until the answer starts, and between its parts
  /// @param timer breaks off answers that stall
  HttpCarrier(HttpClient client, URI address, Duration timeout, ScheduledExecutorService timer) {
    this.client = requireNonNull(client, "client");
    this.uri = address.resolve(StorageNodeRoute.PATH);
    this.timeout = requireNonNull(timeout, "timeout");
    this.timer = requireNonNull(timer, "timer");
  }

  @Override
  public InputStream ask(byte[] request) throws IOException {
    HttpRequest post =
        HttpRequest.newBuilder(uri)
            .timeout(timeout)
            .header("Content-Type", StorageNodeRoute.CONTENT_TYPE)
            .POST(HttpRequest.BodyPublishers.ofByteArray(request))
            .build();
    try {
      HttpResponse<InputStream> response =
          client.send(post, HttpResponse.BodyHandlers.ofInputStream());
      InputStream body =
          new BoundedStream(response.body(), uri.toString(), timeout.toMillis(), timer);
      if (response.statusCode() != 200) {
        throw new IOException(
            "%s answers %d: %s".formatted(uri, response.statusCode(), start(body)));
      }
      return body;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for " + uri, e);
    }
  }

  private static String start(InputStream body) throws IOException {
    try (body) {
      return new String(body.readNBytes(MAX_ERROR_CHARS), StandardCharsets.UTF_8).strip();
    }
  }
}
