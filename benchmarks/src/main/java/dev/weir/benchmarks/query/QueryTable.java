package dev.weir.benchmarks.query;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// How long do queries take, beside the servers that people run today? Writes the same samples to
/// Weir and, where this machine has them, to Prometheus and VictoriaMetrics (without its cache of
/// results), by remote write; then asks each the same queries over HTTP, many in a row and in turn,
/// and prints medians and ratios. Each has answered the query for ten seconds before.
///
/// The data: recorded exporters made into 52 instances, 6 h at 15 s; their counts are printed.
/// Range queries are over the last 5 h with a step of 60 s.
///
/// ```
/// benchmarks/run query RECORDINGS [ROUNDS [JVM_OPTIONS [KEPT]]]
/// ```
public final class QueryTable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration SPAN = Duration.ofHours(6);
  private static final Duration RANGE = Duration.ofHours(5);
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration STEP = Duration.ofSeconds(60);

  /// How long each server answers a query before it is measured.
  private static final Duration WARM_UP = Duration.ofSeconds(10);

  private static final Duration LOADED_DEADLINE = Duration.ofMinutes(5);

  /// A row of the table.
  ///
  /// @param goal what Weir's median is to be of the faster peer's
  private record Row(String query, boolean range, double goal) {}

  private static final List<Row> ROWS =
      List.of(
          new Row(
              "sum by (instance) (rate(node_cpu_seconds_total{mode!=\"idle\"}[5m]))", true, 0.5),
          new Row(
              "histogram_quantile(0.99, sum by (le, handler)"
                  + " (rate(prometheus_http_request_duration_seconds_bucket[5m])))",
              true,
              0.5),
          new Row("sum by (job) ({job=~\"node|prometheus\"})", true, 0.4),
          new Row("quantile_over_time(0.95, node_load5[30m])", true, 0.5),
          new Row(
              "max_over_time(sum by (instance) (rate(node_cpu_seconds_total[5m]))[30m:1m])",
              true,
              0.5),
          new Row("count by (__name__) ({__name__!=\"\"})", false, 0.5));

  private final List<ComparedServer> servers;
  private final long endMillis;
  private final int rounds;

  private QueryTable(List<ComparedServer> servers, long endMillis, int rounds) {
    this.servers = servers;
    this.endMillis = endMillis;
    this.rounds = rounds;
  }

  public static void main(String[] arguments) throws IOException {
    if (arguments.length < 2 || arguments.length > 5) {
      throw new IllegalArgumentException(
          "give: release directory, directory with rec_node.txt.gz and rec_prom.txt.gz, rounds"
              + " (default 31), JVM options of Weir (default none), directory to keep the data in"
              + " and find it again (default none)");
    }
    int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 31;
    String javaOptions = arguments.length > 3 ? arguments[3] : "";
    Path directory =
        arguments.length > 4
            ? Files.createDirectories(Path.of(arguments[4]))
            : Files.createTempDirectory("weir-queries");
    Path loaded = directory.resolve("loaded-up-to");
    List<ComparedServer> servers =
        ComparedServer.startAll(Path.of(arguments[0]), javaOptions, directory);
    try {
      if (!Files.exists(loaded)) {
        long end = Instant.now().toEpochMilli() / INTERVAL.toMillis() * INTERVAL.toMillis();
        load(Path.of(arguments[1]), servers, end, rounds);
        Files.writeString(loaded, String.valueOf(end));
      }
      new QueryTable(servers, Long.parseLong(Files.readString(loaded)), rounds).print();
    } finally {
      servers.forEach(ComparedServer::close);
    }
  }

  private static void load(Path recordings, List<ComparedServer> servers, long end, int rounds)
      throws IOException {
    List<Instance> instances = RecordedInstances.compared(recordings);
    SampleLoad load = new SampleLoad(instances, end, SPAN, INTERVAL);
    System.out.println(load.run(servers));
    new QueryTable(servers, end, rounds).awaitLoaded(load.numbersOfLastScrapes());
  }

  /// Waits until each server shows the last scrape of all instances.
  private void awaitLoaded(long series) {
    for (ComparedServer server : servers) {
      Await.until(
          () -> countAtEnd(server) >= series,
          LOADED_DEADLINE,
          () ->
              "%s to show %d series, it has %d"
                  .formatted(server.name(), series, countAtEnd(server)));
    }
  }

  private long countAtEnd(ComparedServer server) {
    JsonNode result =
        result(
            server.get(
                "/api/v1/query",
                Map.of("query", "count({__name__!=\"\"}) ", "time", seconds(endMillis))));
    return result.isEmpty() ? 0 : result.path(0).path("value").path(1).asLong();
  }

  private static JsonNode result(byte[] answer) {
    try {
      return JSON.readTree(answer).path("data").path("result");
    } catch (IOException e) {
      throw new IllegalStateException("an answer is no JSON", e);
    }
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.3f", millis / 1000.0);
  }

  private void print() {
    for (Row row : ROWS) {
      System.out.println(row.query);
      System.out.println(line("in a row", row, inARow(row)));
      System.out.println(line("in turn ", row, inTurn(row)));
      disagreement(row).ifPresent(System.out::println);
    }
  }

  private String line(String how, Row row, double[][] times) {
    double[] medians = Arrays.stream(times).mapToDouble(QueryTable::median).toArray();
    StringBuilder line = new StringBuilder("  " + how);
    for (int i = 0; i < medians.length; i++) {
      line.append(
          "  %s %.2f ms (best %.2f)"
              .formatted(
                  servers.get(i).name(), medians[i], Arrays.stream(times[i]).min().orElse(0)));
    }
    Arrays.stream(medians)
        .skip(1)
        .min()
        .ifPresent(fastest ->
            line.append("  ratio %.2f, goal %.1f".formatted(medians[0] / fastest, row.goal)));
    return line.toString();
  }

  /// Times of all rounds for each server, in milliseconds: each warms up and then answers all its
  /// rounds, as it does when a dashboard is drawn.
  private double[][] inARow(Row row) {
    double[][] times = new double[servers.size()][rounds];
    for (int i = 0; i < servers.size(); i++) {
      long until = System.nanoTime() + WARM_UP.toNanos();
      while (System.nanoTime() < until) {
        byte[] _ = ask(servers.get(i), row);
      }
      for (int round = 0; round < rounds; round++) {
        times[i][round] = millisecondsOf(servers.get(i), row);
      }
    }
    return times;
  }

  /// Times of all rounds for each server, in milliseconds: each answers once while the others wait,
  /// so that it finds processors asleep and caches full of others' data.
  private double[][] inTurn(Row row) {
    double[][] times = new double[servers.size()][rounds];
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < servers.size(); i++) {
        times[i][round] = millisecondsOf(servers.get(i), row);
      }
    }
    return times;
  }

  private double millisecondsOf(ComparedServer server, Row row) {
    long begun = System.nanoTime();
    byte[] _ = ask(server, row);
    return (System.nanoTime() - begun) / 1e6;
  }

  private byte[] ask(ComparedServer server, Row row) {
    return row.range
        ? server.get(
            "/api/v1/query_range",
            Map.of(
                "query",
                row.query,
                "start",
                seconds(endMillis - RANGE.toMillis()),
                "end",
                seconds(endMillis),
                "step",
                String.valueOf(STEP.toSeconds())))
        : server.get("/api/v1/query", Map.of("query", row.query, "time", seconds(endMillis)));
  }

  private static double median(double[] times) {
    double[] sorted = times.clone();
    Arrays.sort(sorted);
    return sorted[sorted.length / 2];
  }

  /// What differs in how many series and points the servers answer with.
  private Optional<String> disagreement(Row row) {
    List<String> sizes = new ArrayList<>();
    for (ComparedServer server : servers) {
      JsonNode result = result(ask(server, row));
      long points = 0;
      for (JsonNode series : result) {
        points += row.range ? series.path("values").size() : 1;
      }
      sizes.add("%d series with %d points".formatted(result.size(), points));
    }
    return sizes.stream().distinct().count() > 1
        ? Optional.of("  answers differ: " + sizes)
        : Optional.empty();
  }
}
