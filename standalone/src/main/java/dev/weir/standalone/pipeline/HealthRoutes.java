package dev.weir.standalone.pipeline;

import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/// `/-/healthy`: the process answers. `/-/ready`: every part of the process does its work.
final class HealthRoutes {

  /// Something that may not be ready.
  record Part(String name, BooleanSupplier ready) {}

  private final List<Part> parts;

  HealthRoutes(List<Part> parts) {
    this.parts = List.copyOf(parts);
  }

  /// Adds what a process answers from the moment that it listens.
  static void addHealthy(Router router) {
    router.get("/-/healthy", _ -> HttpResponse.text(200, "Weir is healthy.\n"));
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
