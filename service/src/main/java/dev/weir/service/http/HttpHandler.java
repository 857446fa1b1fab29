package dev.weir.service.http;

import java.io.IOException;

/// Answers requests. Called by one virtual thread each request, and may block.
@FunctionalInterface
public interface HttpHandler {
  /// @throws HttpError to answer with a status and a line of text
  /// @throws dev.weir.model.WeirException which is answered with the status that fits its type
  /// @throws IOException if the client went away
  HttpResponse handle(HttpRequest request) throws IOException;
}
