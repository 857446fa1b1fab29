package dev.weir.service.http;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Finds the handler of a path. A pattern is a path whose segments may be parameters: `{name}` is
/// one segment, `{name...}` at the end is all that remain (also none). Literal segments win over
/// parameters. Routes may be added while the server runs; [#hold] has it answer only some of them
/// until all are there.
public final class Router {
  /// A route that a request took.
  record Match(String pattern, HttpHandler handler, Map<String, String> pathParameters) {}

  private record Route(String pattern, String[] segments, Map<String, HttpHandler> byMethod) {
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

  /// From now on, only the routes that are there already are answered. Whoever asks for anything
  /// else gets 503, until the router is opened.
  ///
  /// @param why one line, for those who ask too early
  public synchronized void hold(Supplier<String> why) {
    answered = routes.stream().map(Route::pattern).collect(Collectors.toUnmodifiableSet());
    awaited = why;
  }

  /// Answers all routes.
  public synchronized void open() {
    awaited = null;
  }

  public Router get(String pattern, HttpHandler handler) {
    return add("GET", pattern, handler);
  }

  public Router post(String pattern, HttpHandler handler) {
    return add("POST", pattern, handler);
  }

  public Router put(String pattern, HttpHandler handler) {
    return add("PUT", pattern, handler);
  }

  public Router delete(String pattern, HttpHandler handler) {
    return add("DELETE", pattern, handler);
  }

  private synchronized Router add(String method, String pattern, HttpHandler handler) {
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
    if (route.byMethod().putIfAbsent(method, handler) != null) {
      throw new IllegalStateException("%s %s has a handler already".formatted(method, pattern));
    }
    return this;
  }

  /// @throws HttpError 404 or 405, or 503 while it is held
  synchronized Match match(String method, String path) {
    String[] segments = segments(path);
    Set<String> allowed = new TreeSet<>();
    for (Route route : routes) {
      Map<String, String> parameters = parameters(route, segments);
      if (parameters != null && (awaited == null || answered.contains(route.pattern()))) {
        HttpHandler handler = route.byMethod().get(method);
        if (handler == null && method.equals("HEAD")) {
          handler = route.byMethod().get("GET");
        }
        if (handler != null) {
          return new Match(route.pattern(), handler, parameters);
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
