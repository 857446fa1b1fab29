package dev.weir.service.lifecycle;

import dev.weir.model.WeirException;
import dev.weir.service.http.Router;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

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
  /// @throws WeirException if the role cannot work
  void start();

  /// Whether the role does its work: what `/-/ready` asks.
  boolean isReady();

  /// Completes when the role cannot go on and its process has to end. Most never do.
  default CompletionStage<WeirException> failure() {
    return new CompletableFuture<WeirException>().minimalCompletionStage();
  }

  /// Stops in order: finishes what is in hand, gives up what it owns, and releases everything.
  /// Calling it again does nothing.
  @Override
  void close();
}
