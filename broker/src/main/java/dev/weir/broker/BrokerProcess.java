package dev.weir.broker;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;

/// Runs an [EmbeddedBroker] as a process of its own:
///
/// ```
/// java -cp … dev.weir.broker.BrokerProcess --data DIR [--listen HOST:PORT]
///     [--controller HOST:PORT] [--cluster-id ID] [--kafka NAME=VALUE]...
/// ```
///
/// When clients can connect it prints `broker ready HOST:PORT` on standard output. SIGTERM and
/// Ctrl-C stop it cleanly. A wrong argument or a broker that cannot start gives one line on
/// standard error and exit code 2 or 1.
public final class BrokerProcess {

  /// The first words of the line that says that clients can connect.
  public static final String READY = "broker ready";

  private BrokerProcess() {}

  /// Runs until it is told to stop.
  public static void main(String[] arguments) {
    System.exit(run(arguments, System.out, System.err));
  }

  static int run(String[] arguments, PrintStream out, PrintStream err) {
    EmbeddedBrokerSettings settings;
    try {
      settings = parse(arguments);
    } catch (IllegalArgumentException e) {
      err.println(e.getMessage());
      return 2;
    }
    EmbeddedBroker broker;
    try {
      broker = EmbeddedBroker.start(settings);
    } catch (EmbeddedBrokerException e) {
      err.println(e.getMessage());
      return 1;
    }
    CompletableFuture<Integer> end = new CompletableFuture<>();
    broker
        .failure()
        .thenAccept(failure -> {
          err.println(failure.getMessage());
          end.complete(1);
        });
    // The JVM waits for its hooks, so the broker has stopped when the process ends.
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("broker-stop").unstarted(broker::close));
    out.println(READY + " " + broker.bootstrapServers());
    out.flush();
    return end.join();
  }

  static EmbeddedBrokerSettings parse(String[] arguments) {
    EmbeddedBrokerSettings settings = null;
    for (int i = 0; i < arguments.length; i += 2) {
      String name = arguments[i];
      if (i + 1 == arguments.length) {
        throw new IllegalArgumentException("broker: " + name + " has no value");
      }
      String value = arguments[i + 1];
      if (settings == null) {
        if (!name.equals("--data")) {
          throw new IllegalArgumentException(
              "broker: the first argument is --data DIR, found " + name);
        }
        settings = EmbeddedBrokerSettings.in(Path.of(value));
        continue;
      }
      settings = with(settings, name, value);
    }
    if (settings == null) {
      throw new IllegalArgumentException("broker: --data DIR is missing");
    }
    return settings;
  }

  private static EmbeddedBrokerSettings with(
      EmbeddedBrokerSettings settings, String name, String value) {
    return switch (name) {
      case "--listen" -> settings.withListener(ListenAddress.parse(value));
      case "--controller" -> settings.withController(ListenAddress.parse(value));
      case "--cluster-id" -> settings.withClusterId(value);
      case "--kafka" -> {
        int equals = value.indexOf('=');
        if (equals < 1) {
          throw new IllegalArgumentException(
              "broker: --kafka takes NAME=VALUE, found \"" + value + "\"");
        }
        yield settings.withKafka(value.substring(0, equals), value.substring(equals + 1));
      }
      default ->
          throw new IllegalArgumentException(
              "broker: "
                  + name
                  + " is not known; there are --data, --listen, --controller, --cluster-id, --kafka");
    };
  }
}
