package dev.weir.testing.registry;

import dev.weir.broker.FreePorts;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/// An Apicurio registry in a process of its own, which speaks the API of Confluent's registry. It
/// keeps its schemas in memory, and refuses a schema that could not read what the one before it
/// wrote.
///
/// Its archive is fetched by the Maven profile `registry`, which says in the system property
/// `registry.home` where it lies. Without it the test is skipped with that reason.
public final class RegistryFixture implements AutoCloseable {

  private static final Duration START_DEADLINE = Duration.ofSeconds(60);

  private final ServerProcess process;
  private final URI url;

  private RegistryFixture(ServerProcess process, URI url) {
    this.process = process;
    this.url = url;
  }

  /// Starts a registry on a free port, or skips the calling test.
  ///
  /// @param directory where its output goes
  public static RegistryFixture start(Path directory) {
    String home = System.getProperty("registry.home", "");
    Path jar = Path.of(home, "quarkus-run.jar");
    Assumptions.assumeTrue(
        !home.isEmpty(), "no schema registry to test with: run Maven with -Pregistry");
    if (!Files.exists(jar)) {
      throw new AssertionError(
          "registry.home is "
              + home
              + ", but there is no "
              + jar
              + "; run the build of testing too");
    }
    int port = FreePorts.next();
    URI url = URI.create("http://127.0.0.1:" + port + "/apis/ccompat/v7");
    ServerProcess process =
        ServerProcess.start(
            "registry",
            ServerProcess.jarCommand(jar, List.of()),
            Map.of(
                "QUARKUS_HTTP_HOST",
                "127.0.0.1",
                "QUARKUS_HTTP_PORT",
                Integer.toString(port),
                "QUARKUS_MANAGEMENT_HOST",
                "127.0.0.1",
                "QUARKUS_MANAGEMENT_PORT",
                Integer.toString(FreePorts.next())),
            directory.resolve("registry.log"));
    try {
      awaitAnswers(process, url);
    } catch (Throwable e) {
      process.kill();
      throw e;
    }
    return new RegistryFixture(process, url);
  }

  /// Where a client of Confluent's registry finds it.
  public URI url() {
    return url;
  }

  @Override
  public void close() {
    process.close();
  }

  /// It answers once the first setting has been taken: out of the box it checks no compatibility.
  private static void awaitAnswers(ServerProcess process, URI url) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "/config"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .timeout(Duration.ofSeconds(10))
            .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\": \"BACKWARD\"}"))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      Await.until(
          () -> process.isAlive() && succeeds(client, request),
          START_DEADLINE,
          () -> "the registry to answer; it printed\n" + String.join("\n", process.lines()));
    }
  }

  private static boolean succeeds(HttpClient client, HttpRequest request)
      throws IOException, InterruptedException {
    try {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (ConnectException _) {
      return false;
    }
  }
}
