package dev.weir.benchmarks.comparison;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.comparison.Answer.Refusal;
import dev.weir.benchmarks.comparison.Answer.Result;
import dev.weir.benchmarks.pipeline.InstalledPrometheus;
import dev.weir.broker.FreePorts;
import dev.weir.model.StalenessMarker;
import dev.weir.standalone.Weir;
import dev.weir.testing.Await;
import dev.weir.testing.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A server in a process of its own that takes remote write and answers queries. It scrapes
/// nothing.
final class AskedServer implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START_DEADLINE = Duration.ofMinutes(2);
  private static final Duration STORE_DEADLINE = Duration.ofMinutes(2);

  private final String name;
  private final ServerProcess process;
  private final URI address;
  private final HttpClient client;

  private AskedServer(String name, ServerProcess process, URI address, HttpClient client) {
    this.name = name;
    this.process = process;
    this.address = address;
    this.client = client;
  }

  /// Weir as it is on the class path: all roles, and a broker.
  static AskedServer weir(Path directory, HttpClient client) throws IOException {
    String listen = "127.0.0.1:" + FreePorts.next();
    Path pipeline =
        Files.writeString(
            directory.resolve("weir.yml"),
            "embedded_broker: {listen: \"127.0.0.1:0\", controller: \"127.0.0.1:0\"}\n");
    return start(
        "weir",
        ServerProcess.javaCommand(
            Weir.class,
            List.of(
                "run",
                "--config.file=" + InstalledPrometheus.configIn(directory),
                "--weir.config=" + pipeline,
                "--data=" + directory.resolve("data"),
                "--listen=" + listen,
                // A function of 2.42 has since become experimental.
                "--enable-feature=promql-experimental-functions")),
        directory,
        listen,
        client);
  }

  /// The `prometheus` of the path.
  static AskedServer prometheus(Path directory, HttpClient client) throws IOException {
    String listen = "127.0.0.1:" + FreePorts.next();
    return start(
        "prometheus",
        InstalledPrometheus.command("prometheus", directory, listen, List.of("--log.level=warn")),
        directory,
        listen,
        client);
  }

  private static AskedServer start(
      String name, List<String> command, Path directory, String listen, HttpClient client) {
    ServerProcess process =
        ServerProcess.start(name, command, Map.of(), directory.resolve("output"));
    AskedServer server = new AskedServer(name, process, URI.create("http://" + listen), client);
    try {
      Await.until(server::isReady, START_DEADLINE, () -> name + " to be ready: " + process.lines());
      return server;
    } catch (RuntimeException | Error e) {
      process.close();
      throw e;
    }
  }

  private boolean isReady() throws InterruptedException {
    if (!process.isAlive()) {
      throw new IllegalStateException(name + " ended: " + process.lines());
    }
    try {
      return client
              .send(
                  HttpRequest.newBuilder(address.resolve("/-/ready")).build(),
                  HttpResponse.BodyHandlers.discarding())
              .statusCode()
          == 200;
    } catch (IOException _) {
      return false;
    }
  }

  /// Writes data, and waits until queries see all of it.
  void store(ComparedData data) throws IOException, InterruptedException {
    new RemoteWriteSender(client, address).send(data);
    Map<String, Long> samples = new TreeMap<>();
    for (Series series : data.series()) {
      samples.merge(
          series.labels().metricName(),
          Arrays.stream(series.values()).filter(value -> !StalenessMarker.is(value)).count(),
          Long::sum);
    }
    long seconds = (data.endMillis() - data.startMillis()) / 1000 + 60;
    for (Map.Entry<String, Long> metric : samples.entrySet()) {
      Question count =
          Question.instant(
              "sum(count_over_time(%s[%ds])) or vector(0)".formatted(metric.getKey(), seconds),
              data.endMillis() + 30_000);
      Await.until(
          () -> valueOf(ask(count, count.query())) == metric.getValue(),
          STORE_DEADLINE,
          () -> "%s to have %d samples of %s".formatted(name, metric.getValue(), metric.getKey()));
    }
  }

  private static double valueOf(Answer answer) {
    return switch (answer) {
      case Refusal(String type, String message) ->
          throw new IllegalStateException(type + ": " + message);
      case Result result -> result.series().getFirst().values().values().iterator().next();
    };
  }

  /// Asks a question.
  ///
  /// @param query in the server's own words
  Answer ask(Question question, String query) throws IOException, InterruptedException {
    StringBuilder form = new StringBuilder("query=").append(encoded(query));
    List<String> times = question.times();
    for (int i = 0; i < times.size(); i += 2) {
      form.append('&').append(times.get(i)).append('=').append(encoded(times.get(i + 1)));
    }
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(address.resolve(question.path()))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form.toString()))
                .build(),
            HttpResponse.BodyHandlers.ofByteArray());
    return Answer.of(JSON.readTree(response.body()));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    process.close();
  }
}
