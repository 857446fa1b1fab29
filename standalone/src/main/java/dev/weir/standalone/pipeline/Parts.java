package dev.weir.standalone.pipeline;

import dev.weir.model.WeirException;
import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The running parts of a process, in the order in which they were started. They are stopped in
/// reverse, each one even if another fails to.
///
/// Threads: any; a stop waits for the start of the part that is being started.
final class Parts implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Parts.class);

  /// Starts a part. What it has opened when it fails, it has closed.
  @FunctionalInterface
  interface Start<T extends AutoCloseable> {
    T start();
  }

  private record Part(String name, AutoCloseable running) {}

  private final Deque<Part> started = new ArrayDeque<>();
  private boolean closed;

  /// Starts a part, to be stopped before all that were started earlier.
  ///
  /// @throws WeirException.Canceled if the process is stopping
  synchronized <T extends AutoCloseable> T start(String name, Start<T> start) {
    if (closed) {
      throw new WeirException.Canceled("stopped before %s was started".formatted(name));
    }
    T part = start.start();
    started.push(new Part(name, part));
    return part;
  }

  /// Does something more with a part that was started, unless the process is stopping.
  ///
  /// @throws WeirException.Canceled if it is
  synchronized void run(String name, Runnable step) {
    if (closed) {
      throw new WeirException.Canceled("stopped before %s was started".formatted(name));
    }
    step.run();
  }

  /// Stops all parts. Calling it again does nothing.
  ///
  /// @throws WeirException.Internal if a part could not stop; the log says which and why
  @Override
  public synchronized void close() {
    closed = true;
    int failures = 0;
    while (!started.isEmpty()) {
      Part part = started.pop();
      try {
        part.running().close();
      } catch (Exception e) {
        failures++;
        log.error("{} did not stop as it should", part.name(), e);
      }
    }
    if (failures > 0) {
      throw new WeirException.Internal(
          failures + " part(s) did not stop as they should; see the log");
    }
  }
}
