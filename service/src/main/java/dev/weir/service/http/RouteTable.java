package dev.weir.service.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the handler of a path: what [Router] promises. Safe for many threads.
final class RouteTable {
  /// A route that a request took.
  record Match(String pattern, Target target, Map<String, String> pathParameters) {}

  /// Who answers.
  ///
  /// @param threads where it is called; absent: by the server's own
  record Target(HttpHandler handler, Optional<Executor> threads) {}

  private record Route(String pattern, String[] segments, Map<String, Target> byMethod) {
    boolean takesRest() {
      return segments.length > 0 && isRest(segments[segments.length - 1]);
    }

    long literals() {
      long count = 0;
      for (String segment : segments) {
        count += segment.startsWith("{") ? 0 : 1;
      }
      return count;
    }
  }

  private final List<Route> routes = new ArrayList<>();
  private Set<String> answered = Set.of();
  private @Nullable Supplier<String> awaited;

  synchronized void hold(Supplier<String> why) {
    answered = routes.stream().map(Route::pattern).collect(Collectors.toUnmodifiableSet());
    awaited = why;
  }

  synchronized void open() {
    awaited = null;
  }

  synchronized void add(String method, String pattern, Target target) {
    Route route = null;
    for (Route existing : routes) {
      if (existing.pattern().equals(pattern)) {
        route = existing;
      }
    }
    if (route == null) {
      route = new Route(pattern, segments(pattern), new HashMap<>());
      routes.add(route);
      routes.sort(
          Comparator.comparing(Route::takesRest)
              .thenComparing(Comparator.comparingLong(Route::literals).reversed()));
    }
    if (route.byMethod().putIfAbsent(method, target) != null) {
      throw new IllegalStateException("%s %s has a handler already".formatted(method, pattern));
    }
  }

  /// @throws HttpError 404 or 405, or 503 while it is held
  synchronized Match match(String method, String path) {
    String[] segments = segments(path);
    Set<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> parameters = parameters(route, segments);
      if (parameters != null && (awaited == null || answered.contains(route.pattern()))) {
        Target target = route.byMethod().get(method);
        if (target == null && method.equals("HEAD")) {
          target = route.byMethod().get("GET");
        }
        if (target != null) {
          return new Match(route.pattern(), target, parameters);
        }
        allowed.addAll(route.byMethod().keySet());
      }
    }
    Supplier<String> why = awaited;
    if (why != null) {
      throw new HttpError(503, why.get());
    }
    if (allowed.isEmpty()) {
      throw new HttpError(404, "404 page not found");
    }
    throw new HttpError(405, "%s is not allowed here; use %s".formatted(method, allowed));
  }

  private static @Nullable Map<String, String> parameters(Route route, String[] path) {
    String[] pattern = route.segments();
    boolean rest = route.takesRest();
    if (rest ? path.length < pattern.length - 1 : path.length != pattern.length) {
      return null;
    }
    Map<String, String> parameters = new HashMap<>();
    for (int i = 0; i < pattern.length; i++) {
      String segment = pattern[i];
      if (isRest(segment)) {
        String name = segment.substring(1, segment.length() - 4);
        parameters.put(name, String.join("/", List.of(path).subList(i, path.length)));
      } else if (segment.startsWith("{")) {
        parameters.put(segment.substring(1, segment.length() - 1), path[i]);
      } else if (!segment.equals(path[i])) {
        return null;
      }
    }
    return parameters;
  }

  private static boolean isRest(String segment) {
    return segment.startsWith("{") && segment.endsWith("...}");
  }

  private static String[] segments(String path) {
    return (path.startsWith("/") ? path.substring(1) : path).split("/", -1);
  }
}
