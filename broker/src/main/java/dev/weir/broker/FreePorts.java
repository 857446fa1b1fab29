package dev.weir.broker;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/// Ports for listeners whose port must be known before they are bound: a controller quorum, which
/// names its members by port, or a process that is given its port on the command line.
///
/// A port is handed out once in the life of a JVM, so that two users in it never race for one. All
/// ports are below 32768, where Linux starts to take ports for outgoing connections: none is taken
/// between being handed out and being bound, and a listener that stops finds its port again when it
/// restarts. JVMs that run side by side start at different places of the range; where they meet all
/// the same, the port is seen to be in use and passed over.
public final class FreePorts {

  private static final int FIRST = 20_000;
  private static final int COUNT = 12_000;

  // Neighbouring process ids start far apart: 7919 is prime and no divisor of COUNT.
  private static final AtomicInteger NEXT =
      new AtomicInteger((int) (ProcessHandle.current().pid() * 7919 % COUNT));

  private FreePorts() {}

  /// A port that was free on every address of this machine when it was looked at, and that no
  /// earlier call in this JVM returned.
  ///
  /// @throws IllegalStateException when the range has been used up
  public static int next() {
    return next(FreePorts::isFree);
  }

  static int next(IntPredicate isFree) {
    for (int tried = 0; tried < COUNT; tried++) {
      int port = FIRST + Math.floorMod(NEXT.getAndIncrement(), COUNT);
      if (isFree.test(port)) {
        return port;
      }
    }
    throw new IllegalStateException(
        "no port from " + FIRST + " to " + (FIRST + COUNT - 1) + " is free on this machine");
  }

  private static boolean isFree(int port) {
    return canBind(new InetSocketAddress(port))
        && canBind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static boolean canBind(InetSocketAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(address);
      return true;
    } catch (IOException _) {
      return false;
    }
  }
}
