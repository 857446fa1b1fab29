package dev.weir.benchmarks.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.broker.FreePorts;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;

/// How long after its scrape is a sample queryable? Runs the release as one process (`weir run`: a
/// broker, a collector, a sink, the query API), lets it scrape, and asks without a pause for the
/// newest timestamp of `up` of every target. A scrape's delay is the time of the answer that shows
/// it first, less the timestamp that the scrape has, which is when it began. What the target takes
/// to answer is in it, and so is the wait for the next question.
///
/// ```
/// ./mvnw -q package -DskipTests
/// java -cp 'benchmarks/target/classes:…' dev.weir.benchmarks.pipeline.QueryFreshness \
///     standalone/target/weir 20 500 1000 120
/// ```
public final class QueryFreshness {
  private static final ObjectMapper JSON = new ObjectMapper();

  /// What is run.
  ///
  /// @param release the directory with `bin/weir`
  /// @param seriesEach of a target
  /// @param skipSeconds that the process may warm up for before anything counts
  public record Settings(
      Path release,
      int targets,
      int seriesEach,
      int intervalMillis,
      int skipSeconds,
      int seconds) {}

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, Long> newestMillis = new HashMap<>();
  private final LongStream.Builder delays = LongStream.builder();

  private QueryFreshness() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 5) {
      throw new IllegalArgumentException(
          "give: release directory, targets, series of each, interval in ms, seconds");
    }
    Settings settings =
        new Settings(
            Path.of(arguments[0]),
            Integer.parseInt(arguments[1]),
            Integer.parseInt(arguments[2]),
            Integer.parseInt(arguments[3]),
            20,
            Integer.parseInt(arguments[4]));
    Percentiles delays = measure(settings, Files.createTempDirectory("weir-freshness"));
    System.out.printf(
        "%d targets with %d series every %d ms: a sample is queryable after %s%n",
        settings.targets(), settings.seriesEach(), settings.intervalMillis(), delays);
  }

  /// Runs the pipeline in a directory and measures.
  public static Percentiles measure(Settings settings, Path directory)
      throws IOException, InterruptedException {
    String server = "http://127.0.0.1:" + FreePorts.next();
    try (SyntheticTargets targets =
            new SyntheticTargets(settings.targets(), settings.seriesEach());
        ServerProcess _ = start(settings, directory, server, targets)) {
      QueryFreshness freshness = new QueryFreshness();
      long begin = System.nanoTime();
      long countFrom = begin + Duration.ofSeconds(settings.skipSeconds()).toNanos();
      long end = countFrom + Duration.ofSeconds(settings.seconds()).toNanos();
      for (long now = begin; now < end; now = System.nanoTime()) {
        freshness.ask(server, now >= countFrom);
      }
      return new Percentiles(freshness.delays.build().toArray());
    }
  }

  private static ServerProcess start(
      Settings settings, Path directory, String server, SyntheticTargets targets)
      throws IOException {
    Files.writeString(
        directory.resolve("prometheus.yml"), targets.scrapeConfig(settings.intervalMillis()));
    return ReleasedWeir.start(
        settings.release(),
        directory,
        FreePorts.next(),
        URI.create(server).getAuthority(),
        List.of());
  }

  private void ask(String server, boolean counts) throws IOException, InterruptedException {
    String query = URLEncoder.encode("timestamp(up{job=~\"api-.*\"})", StandardCharsets.UTF_8);
    HttpResponse<byte[]> response =
        client.send(
            HttpRequest.newBuilder(URI.create(server + "/api/v1/query?query=" + query)).build(),
            HttpResponse.BodyHandlers.ofByteArray());
    long answeredMillis = System.currentTimeMillis();
    for (JsonNode series : JSON.readTree(response.body()).path("data").path("result")) {
      String job = series.path("metric").path("job").asText();
      long newest = Math.round(series.path("value").path(1).asDouble() * 1000);
      Long known = newestMillis.put(job, newest);
      if (counts && known != null && newest > known) {
        delays.add(answeredMillis - newest);
      }
    }
  }
}
