package dev.weir.service.http;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/// What a handler answers. The body is written while it is sent, so a large one needs no buffer.
///
/// @param ended run once when the answer was sent, or could not be
public record HttpResponse(int status, Map<String, String> headers, Body body, Runnable ended) {
  /// Writes a body; for HEAD requests, so that it is measured.
  @FunctionalInterface
  public interface Body {
    void writeTo(OutputStream out) throws IOException;
  }

  private static final String CONTENT_TYPE = "Content-Type";

  public HttpResponse {
    headers = Map.copyOf(headers);
    requireNonNull(body, "body");
    requireNonNull(ended, "ended");
  }

  public static HttpResponse of(int status, String contentType, Body body) {
    return new HttpResponse(status, Map.of(CONTENT_TYPE, contentType), body, () -> {});
  }

  public static HttpResponse of(int status, String contentType, byte[] body) {
    return of(status, contentType, out -> out.write(body));
  }

  public static HttpResponse text(int status, String text) {
    return of(status, "text/plain; charset=utf-8", text.getBytes(StandardCharsets.UTF_8));
  }

  /// An answer without a body, such as 204.
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), out -> {}, () -> {});
  }

  public HttpResponse withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, body, ended);
  }

  /// The same; when it was sent, or could not be, something else is to be done.
  public HttpResponse whenEnded(Runnable action) {
    return new HttpResponse(
        status,
        headers,
        body,
        () -> {
          ended.run();
          action.run();
        });
  }
}
