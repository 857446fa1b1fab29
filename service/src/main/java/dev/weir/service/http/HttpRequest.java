package dev.weir.service.http;

import dev.weir.model.Tenant;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.UrlEncoded;
import org.jspecify.annotations.Nullable;

/// A request as a handler sees it. Belongs to the thread that handles it.
public final class HttpRequest {
  private static final String FORM = "application/x-www-form-urlencoded";
  private static final String TENANT_HEADER = "X-Scope-OrgID";
  private static final byte[] NO_BYTES = {};
  private static final int MAX_LINGER_BYTES = 16 << 20;

  /// What a request may name and no person or client does.
  private static final int MAX_PARAMETERS = 10_000;

  private final Request request;
  private final Map<String, String> pathParameters;
  private final long maxBodyBytes;
  private final ClientWatch clients;
  private @Nullable Fields parameters;

  HttpRequest(
      Request request, Map<String, String> pathParameters, long maxBodyBytes, ClientWatch clients) {
    this.clients = clients;
    this.request = request;
    this.pathParameters = pathParameters;
    this.maxBodyBytes = maxBodyBytes;
  }

  public String method() {
    return request.getMethod();
  }

  /// The path, still percent-encoded.
  public String path() {
    return request.getHttpURI().getPath();
  }

  /// Path and query as they were sent, for logs.
  public String target() {
    return request.getHttpURI().getPathQuery();
  }

  /// A part of the path that the route names, percent-decoded.
  ///
  /// @throws HttpError 400 if it is not percent-encoded UTF-8
  public String pathParameter(String name) {
    String value = pathParameters.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route has no path parameter " + name);
    }
    try {
      return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HttpError(400, "the path is not percent-encoded as it should: " + e.getMessage());
    }
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeaders().get(name));
  }

  /// The tenant that the request is for, as header `X-Scope-OrgID` names it; the default one where
  /// there is none.
  ///
  /// @throws dev.weir.model.WeirException.BadData if that is no tenant's name
  public Tenant tenant() {
    return header(TENANT_HEADER).map(Tenant::new).orElse(Tenant.DEFAULT);
  }

  /// How the body came, before the server decompressed it: `Content-Encoding` as it was sent.
  public Optional<String> contentEncoding() {
    return Optional.ofNullable(Request.unWrap(request).getHeaders().get("Content-Encoding"));
  }

  /// All values of a header that may be repeated.
  public List<String> headers(String name) {
    return request.getHeaders().getFields(name).stream().map(HttpField::getValue).toList();
  }

  /// The first value of a parameter, from a form body before the query string, as Go's `FormValue`
  /// reads it. Empty if it was not sent or has no text.
  ///
  /// @throws HttpError 400 if form or query string are not percent-encoded UTF-8, or have too many
  ///   parameters
  public Optional<String> parameter(String name) {
    return Optional.ofNullable(parameters().getValue(name)).filter(value -> !value.isEmpty());
  }

  /// All values of a parameter: a form body's, then the query string's.
  ///
  /// @throws HttpError as [#parameter]
  public List<String> parameters(String name) {
    List<String> values = parameters().getValues(name);
    return values == null ? List.of() : List.copyOf(values);
  }

  private Fields parameters() {
    if (parameters == null) {
      Fields fields = new Fields(true);
      if (isForm()) {
        decode("form in the body", new String(body(), StandardCharsets.UTF_8), fields);
      }
      String query = request.getHttpURI().getQuery();
      if (query != null) {
        decode("query string", query, fields);
      }
      parameters = fields;
    }
    return parameters;
  }

  private static void decode(String what, String encoded, Fields to) {
    int[] left = {MAX_PARAMETERS};
    try {
      UrlEncoded.decodeTo(
          encoded,
          (name, value) -> {
            if (--left[0] < 0) {
              throw new HttpError(
                  400,
                  "the %s has more than %d parameters; ask in several requests"
                      .formatted(what, MAX_PARAMETERS));
            }
            to.add(name, value);
          },
          StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new HttpError(
          400, "the %s is not percent-encoded UTF-8: %s".formatted(what, e.getMessage()));
    }
  }

  private boolean isForm() {
    String type = request.getHeaders().get("Content-Type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith(FORM);
  }

  /// The whole body, decompressed if it came with gzip.
  ///
  /// @throws HttpError 413 if it is longer than the server takes
  public byte[] body() {
    try (InputStream in = Content.Source.asInputStream(request)) {
      boolean tooLong = request.getLength() > maxBodyBytes;
      byte[] body = tooLong ? NO_BYTES : in.readNBytes((int) maxBodyBytes + 1);
      if (tooLong || body.length > maxBodyBytes) {
        linger(in);
        throw tooLong();
      }
      return body;
    } catch (IOException e) {
      throw new HttpError(400, "cannot read the request body: " + e.getMessage());
    }
  }

  /// Reads on for a while: a connection that is closed while its client still writes is reset, and
  /// the client never sees the answer.
  private static void linger(InputStream in) throws IOException {
    byte[] ignored = new byte[8192];
    int left = MAX_LINGER_BYTES;
    while (left > 0) {
      int read = in.read(ignored);
      if (read < 0) {
        return;
      }
      left -= read;
    }
  }

  private HttpError tooLong() {
    return new HttpError(
        413,
        "request body is longer than %d bytes; send less at once or raise http.max_body_bytes"
            .formatted(maxBodyBytes));
  }

  /// Watches whether the client goes away, for work that nobody wants then. The body is read before
  /// that, and gone where it is no form.
  ///
  /// @param gone is run once, by another thread, within a second of it
  /// @return ends the watch, before the request is answered
  public ClientPresence whenClientGoes(Runnable gone) {
    if (isForm()) {
      var _ = parameters();
    } else {
      var _ = body();
    }
    return clients.watch(request, gone);
  }

  /// Where the request came from, for logs and targets' views.
  public String remoteAddress() {
    return Request.getRemoteAddr(request);
  }
}
