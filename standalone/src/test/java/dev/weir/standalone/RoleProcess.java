package dev.weir.standalone;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/// A process of the release that plays one role, and what it is started with again. Its files of
/// configuration lie in the test's folder.
final class RoleProcess {
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /// Where processes of a test run.
  ///
  /// @param folder has `prometheus.yml`, `alertmanager.yml` and `weir.yml`; takes data and output
  /// @param processes takes each process that is started, for the test to end
  record Surroundings(Path folder, int kafkaPort, HttpClient http, List<ServerProcess> processes) {}

  private final Surroundings surroundings;
  private final String role;
  private final int port = FreePorts.next();
  private String data;
  private ServerProcess process;

  /// Starts it.
  RoleProcess(Surroundings surroundings, String role) {
    this.surroundings = surroundings;
    this.role = role;
    this.data = unused();
    this.process = started();
  }

  private String unused() {
    return role + "-" + surroundings.processes().size();
  }

  private ServerProcess started() {
    Path folder = surroundings.folder();
    ServerProcess started =
        Release.start(
            role,
            folder.resolve("%s-%d.log".formatted(role, surroundings.processes().size())),
            "run",
            role,
            "--config.file=" + folder.resolve("prometheus.yml"),
            "--alertmanager.config=" + folder.resolve("alertmanager.yml"),
            "--weir.config=" + folder.resolve("weir.yml"),
            "--data=" + folder.resolve(data),
            "--kafka=127.0.0.1:" + surroundings.kafkaPort(),
            "--listen=127.0.0.1:" + port);
    surroundings.processes().add(started);
    return started;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void kill() {
    process.kill();
  }

  /// Asks it to stop, and waits until it has.
  ///
  /// @return its exit code
  int stop() {
    return process.stop();
  }

  /// @param forgets whether it comes back without what it had on disk, as on another machine
  void start(boolean forgets) {
    if (forgets) {
      data = unused();
    }
    process = started();
  }

  void killAndStart(boolean forgets) {
    kill();
    start(forgets);
  }

  void awaitReady() {
    Await.until(
        () -> {
          assertTrue(process.isAlive(), this::printed);
          return isReady();
        },
        DEADLINE,
        () -> role + " to be ready; it printed\n" + printed());
  }

  /// What it has printed since it was started last.
  String printed() {
    return String.join("\n", process.lines());
  }

  private boolean isReady() throws InterruptedException {
    try {
      URI ready = URI.create("http://127.0.0.1:%d/-/ready".formatted(port));
      return surroundings
              .http()
              .send(HttpRequest.newBuilder(ready).build(), HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    }
  }
}
