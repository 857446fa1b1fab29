package dev.weir.broker;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.common.internals.FatalExitError;
import org.apache.kafka.common.utils.Exit;
import org.jspecify.annotations.Nullable;

/// Where Kafka's wish to end the process goes.
///
/// A Kafka server that can write none of its directories any more, or whose metadata log is broken,
/// halts the JVM on the spot. That is right for a process that is a broker and nothing else. One
/// that also serves queries has more to lose: here the wish becomes a failure of the running
/// brokers, and whoever started them decides.
///
/// The procedures that Kafka calls are global to the JVM, so the listeners are too. With several
/// brokers in one JVM (only tests have that) all of them are told, as Kafka does not say which one
/// it was.
final class FatalFaults {

  private static final Set<Consumer<String>> LISTENERS = ConcurrentHashMap.newKeySet();

  private FatalFaults() {}

  /// Calls a listener, on Kafka's thread, with what Kafka said, if anything.
  static void listen(Consumer<String> listener) {
    if (LISTENERS.add(listener)) {
      Exit.setHaltProcedure(FatalFaults::halt);
      Exit.setExitProcedure(FatalFaults::exit);
    }
  }

  static void stopListening(Consumer<String> listener) {
    LISTENERS.remove(listener);
  }

  // The procedures stay once they are set: a thread of a stopped broker must not end the process
  // either. A thread that wanted to halt the process ends alone, by the error that Kafka has for
  // that; Kafka's threads answer this error by a call of the exit procedure, which therefore
  // returns.

  private static void halt(int status, @Nullable String message) {
    tell(message);
    throw new FatalExitError(status == 0 ? 1 : status);
  }

  private static void exit(int status, @Nullable String message) {
    tell(message);
  }

  private static void tell(@Nullable String message) {
    String said = message == null ? "" : message;
    LISTENERS.forEach(listener -> listener.accept(said));
  }
}
