package dev.weir.service.http;

import java.io.IOException;

/// Answers requests. Called by a thread of its own for each request, a virtual one unless the route
/// says which, and may block.
@FunctionalInterface
public interface HttpHandler {
  /// @throws HttpError to answer with a status and a line of text
  /// @throws dev.weir.model.WeirException which is answered with the status that fits its type
  /// @throws IOException if the client went away
  HttpResponse handle(HttpRequest request) throws IOException;
}
