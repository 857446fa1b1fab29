package dev.weir.service.lifecycle;

import dev.weir.service.http.Router;

/// One of the services of Weir: collector, sink, rules, alerting or query. A process runs one role
/// or several; they share its port and its metrics registry, and nothing else.
///
/// The order of calls is [#addRoutes], [#start], [#close], by one thread.
public interface Role extends AutoCloseable {
  /// As on the command line: `collector`, `sink`, `rules`, `alerting`, `query`.
  String name();

  /// Adds the role's HTTP routes. The server does not listen yet.
  void addRoutes(Router router);

  /// Starts the work and returns; what can fail at once does so here.
  ///
  /// @throws dev.weir.model.WeirException if the role cannot work
  void start();

  /// Whether the role does its work: what `/-/ready` asks.
  boolean isReady();

  /// Stops in order: finishes what is in hand, gives up what it owns, and releases everything.
  /// Calling it again does nothing.
  @Override
  void close();
}
