package dev.weir.standalone.pipeline;

import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import dev.weir.service.http.Router;
import dev.weir.service.lifecycle.Role;
import java.util.List;
import java.util.stream.Collectors;

/// `/-/healthy`: the process answers. `/-/ready`: every role of the process does its work.
final class HealthRoutes {

  private final List<Role> roles;

  HealthRoutes(List<Role> roles) {
    this.roles = List.copyOf(roles);
  }

  void addRoutes(Router router) {
    router.get("/-/healthy", _ -> HttpResponse.text(200, "Weir is healthy.\n"));
    router.get("/-/ready", this::ready);
  }

  private HttpResponse ready(HttpRequest request) {
    String missing =
        roles.stream()
            .filter(role -> !role.isReady())
            .map(Role::name)
            .collect(Collectors.joining(", "));
    return missing.isEmpty()
        ? HttpResponse.text(200, "Weir is ready.\n")
        : HttpResponse.text(503, "Weir is not ready: %s\n".formatted(missing));
  }
}
