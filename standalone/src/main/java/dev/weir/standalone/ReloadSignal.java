package dev.weir.standalone;

import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes SIGHUP a wish to read the configuration again, as it is for Prometheus and Alertmanager
/// and as `systemctl reload` sends it. Left to the JVM it would end the process.
///
/// The JDK has no class for signals but `sun.misc.Signal`, which its compiler warns of however it
/// is used; so it is found by its name. Where there is none, or no SIGHUP (Windows), nothing is
/// changed.
final class ReloadSignal {
  private static final Logger log = LoggerFactory.getLogger(ReloadSignal.class);

  private ReloadSignal() {}

  /// From now on the signal runs something, on a thread of the JVM's.
  static void runs(Runnable reload) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object handling =
          Proxy.newProxyInstance(
              handler.getClassLoader(),
              new Class<?>[] {handler},
              (_, method, _) -> {
                if (method.getName().equals("handle")) {
                  reload.run();
                }
                return null;
              });
      var _ =
          signal
              .getMethod("handle", signal, handler)
              .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), handling);
    } catch (ReflectiveOperationException e) {
      log.warn("SIGHUP does not reload the configuration here; use POST /-/reload", e);
    }
  }
}
