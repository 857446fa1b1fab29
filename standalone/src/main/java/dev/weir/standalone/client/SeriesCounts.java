package dev.weir.standalone.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// How many series a server has of an expression, now.
public final class SeriesCounts implements AutoCloseable {
  private final @Nullable ApiClient server;
  private final Map<String, OptionalLong> known = new HashMap<>();

  /// @param server null if nobody is to be asked
  SeriesCounts(@Nullable ApiClient server) {
    this.server = server;
  }

  /// Empty if nobody is asked.
  ///
  /// @throws dev.weir.model.WeirException if the server does not answer
  public OptionalLong of(String expression) {
    return known.computeIfAbsent(expression, this::ask);
  }

  private OptionalLong ask(String expression) {
    if (server == null) {
      return OptionalLong.empty();
    }
    JsonNode result =
        server
            .post("/api/v1/query", Map.of("query", "count(" + expression + ")"))
            .data()
            .path("result");
    return OptionalLong.of(result.isEmpty() ? 0 : result.path(0).path("value").path(1).asLong());
  }

  @Override
  public void close() {
    if (server != null) {
      server.close();
    }
  }
}
