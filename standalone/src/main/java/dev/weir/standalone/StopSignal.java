package dev.weir.standalone;

import dev.weir.standalone.pipeline.Pipeline;
import java.io.PrintWriter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Turns SIGTERM and Ctrl-C into an orderly stop with exit code 0.
///
/// The JVM answers both signals by running its shutdown hooks and exiting with 128 plus the
/// signal's number, whatever the hooks did. The hook here stops the pipeline and then halts with
/// the code that says how that went. A second signal changes nothing, SIGKILL ends the wait.
final class StopSignal implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(StopSignal.class);

  private final Thread hook;

  private StopSignal(Thread hook) {
    this.hook = hook;
  }

  /// Until it is closed, a signal stops the pipeline and ends the process.
  static StopSignal stops(Pipeline pipeline, PrintWriter out) {
    Thread hook = new Thread(() -> stop(pipeline, out), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
    return new StopSignal(hook);
  }

  private static void stop(Pipeline pipeline, PrintWriter out) {
    long startNanos = System.nanoTime();
    out.println("stopping");
    out.flush();
    int exitCode = 0;
    try {
      pipeline.close();
      out.println("stopped after %d ms".formatted((System.nanoTime() - startNanos) / 1_000_000));
    } catch (RuntimeException e) {
      log.error("the pipeline did not stop as it should", e);
      exitCode = Failures.FAILED;
    }
    out.flush();
    Runtime.getRuntime().halt(exitCode);
  }

  /// Leaves signals to the JVM again.
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      awaitEnd();
    }
  }

  /// The signal has come: the hook is at work and ends the process, so this does not return.
  private void awaitEnd() {
    try {
      hook.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
