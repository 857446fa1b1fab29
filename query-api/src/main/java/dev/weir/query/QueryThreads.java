package dev.weir.query;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadFactory;

/// The threads that do the work of queries, apart from those of everything else.
///
/// A virtual thread keeps its processor until it waits, and scrapes, received samples and requests
/// are the work of virtual threads: queries computed there would hold them up for as long as they
/// compute. So queries have platform threads, which the operating system shares the processors out
/// to, and of the lowest priority, so that whatever else has work to do gets them first. Where
/// nobody else has, queries have all of them. The launcher makes priorities count.
///
/// Nothing here queues without bound: there are no more requests than the server takes at once, no
/// more queries run than the engine has places, and each has a bounded number of groups and
/// questions in work.
final class QueryThreads implements AutoCloseable {
  private final ExecutorService requests = Executors.newCachedThreadPool(named("query-"));
  private final ExecutorService workers =
      Executors.newFixedThreadPool(
          Runtime.getRuntime().availableProcessors(), named("query-worker-"));
  private final ExecutorService askers = Executors.newCachedThreadPool(named("query-source-"));

  // Nothing here relies on priorities to be right, only to be fair.
  @SuppressWarnings("ThreadPriorityCheck")
  private static ThreadFactory named(String prefix) {
    return Thread.ofPlatform().name(prefix, 0).daemon().priority(Thread.MIN_PRIORITY).factory();
  }

  /// One thread for each request, from its first byte to its answer's last.
  ExecutorService requests() {
    return requests;
  }

  /// As many as there are processors, for the groups of all queries.
  ExecutorService workers() {
    return workers;
  }

  /// For those who wait for blocks and storage nodes.
  ExecutorService askers() {
    return askers;
  }

  @Override
  public void close() {
    requests.shutdownNow();
    workers.shutdownNow();
    askers.shutdownNow();
  }
}
