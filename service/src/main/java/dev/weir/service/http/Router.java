package dev.weir.service.http;

import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/// Finds the handler of a path. A pattern is a path whose segments may be parameters: `{name}` is
/// one segment, `{name...}` at the end is all that remain (also none). Literal segments win over
/// parameters. Routes may be added while the server runs; [#hold] has it answer only some of them
/// until all are there.
public final class Router {
  private final RouteTable table;
  private final Optional<Executor> threads;

  public Router() {
    this(new RouteTable(), Optional.empty());
  }

  private Router(RouteTable table, Optional<Executor> threads) {
    this.table = table;
    this.threads = threads;
  }

  /// Adds routes to the same table, whose requests are handled by threads of their own: read,
  /// answered and written there, without waking another thread in between.
  ///
  /// @param threads run each request at once, and so have to be as many as there are requests; a
  ///   request that they reject is answered with 503
  public Router on(Executor threads) {
    return new Router(table, Optional.of(threads));
  }

  /// From now on, only the routes that are there already are answered. Whoever asks for anything
  /// else gets 503, until the router is opened.
  ///
  /// @param why one line, for those who ask too early
  public void hold(Supplier<String> why) {
    table.hold(why);
  }

  /// Answers all routes.
  public void open() {
    table.open();
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

  private Router add(String method, String pattern, HttpHandler handler) {
    table.add(method, pattern, new RouteTable.Target(handler, threads));
    return this;
  }

  /// @throws HttpError 404 or 405, or 503 while it is held
  RouteTable.Match match(String method, String path) {
    return table.match(method, path);
  }
}
