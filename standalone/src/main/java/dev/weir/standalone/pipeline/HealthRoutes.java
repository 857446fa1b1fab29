package dev.weir.standalone.pipeline;

import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// `/-/healthy`: the process answers, and no part of it waits for a restart to work again.
/// `/-/ready`: every part of the process does its work.
final class HealthRoutes {

  /// Something that may not be ready.
  record Part(String name, BooleanSupplier ready) {}

  private final List<Part> parts;

  HealthRoutes(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /// Adds what a process answers from the moment that it listens.
  ///
  /// @param broken what only a restart mends, if anything
  static void addHealthy(Router router, Supplier<Optional<String>> broken) {
    router.get(
        "/-/healthy",
        _ ->
            broken
                .get()
                .map(why -> HttpResponse.text(503, "Weir is not healthy: %s\n".formatted(why)))
                .orElseGet(() -> HttpResponse.text(200, "Weir is healthy.\n")));
  }

  void addReady(Router router) {
    router.get("/-/ready", this::ready);
  }

  private HttpResponse ready(HttpRequest request) {
    String missing =
        parts.stream()
            .filter(part -> !part.ready().getAsBoolean())
            .map(Part::name)
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? HttpResponse.text(200, "Weir is ready.\n")
        : HttpResponse.text(503, "Weir is not ready: %s\n".formatted(missing));
  }
}
