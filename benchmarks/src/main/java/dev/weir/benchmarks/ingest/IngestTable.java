package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.pipeline.InstalledPrometheus;
import dev.weir.benchmarks.query.ComparedServer;
import dev.weir.benchmarks.query.RecordedInstances;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.benchmarks.query.SampleLoad;
import dev.weir.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What does a sample cost, from the network to where it is durable? Recorded exporters made into
/// 52 instances are written to Weir and, where this machine has them, Prometheus and
/// VictoriaMetrics by remote write, and then scraped by them. Of each process, all processor time
/// counts: for Weir, what the broker and the writing of blocks take, too, until all samples are in
/// blocks.
///
/// What each process uses when it is left alone is measured before, and printed, too.
///
/// ```
/// benchmarks/run ingest RECORDINGS [written|scraped|memory|all [JVM_OPTIONS]]
/// ```
public final class IngestTable {
  private static final String WRITTEN_SAMPLES = "written";
  private static final String SCRAPED_SAMPLES = "scraped";
  private static final String MEMORY = "memory";
  private static final Set<String> PARTS = Set.of(WRITTEN_SAMPLES, SCRAPED_SAMPLES, MEMORY);

  private static final Duration INTERVAL = Duration.ofSeconds(15);

  /// What comes before is not measured: layouts and compiled code.
  private static final Duration WARM_UP = Duration.ofHours(6);

  private static final Duration WRITTEN = Duration.ofHours(6);
  private static final Duration REST_WARM_UP = Duration.ofMinutes(2);
  private static final Duration REST = Duration.ofSeconds(30);
  private static final Duration DURABLE_DEADLINE = Duration.ofMinutes(3);

  /// As many samples a second as 1.5 million series have that are scraped every 15 s.
  private static final Duration SCRAPE_INTERVAL = Duration.ofMillis(250);

  /// A server runs for weeks; what Java compiles in its first minutes would count for a quarter.
  private static final Duration SCRAPE_WARM_UP = Duration.ofMinutes(8);

  private static final Duration SCRAPED = Duration.ofSeconds(60);
  private static final int PAGES = 120;

  /// So that the benchmark ends: rows go into blocks after half a minute.
  private static final String SETTINGS = "storage: {flush_interval: 30s}\n";

  private static final double WRITE_GOAL_MICROS = 0.4;
  private static final double SCRAPE_GOAL_MICROS = 0.7;

  private final Path release;
  private final String javaOptions;
  private final List<Instance> instances;
  private final Path directory;

  private IngestTable(Path release, String javaOptions, List<Instance> instances, Path directory) {
    this.release = release;
    this.javaOptions = javaOptions;
    this.instances = instances;
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length < 2 || arguments.length > 4) {
      throw new IllegalArgumentException(
          "give: release directory, directory with rec_node.txt.gz and rec_prom.txt.gz, what to"
              + " measure (default all), JVM options of Weir (default none)");
    }
    Set<String> measured =
        arguments.length > 2 && !arguments[2].equals("all") ? Set.of(arguments[2]) : PARTS;
    if (!PARTS.containsAll(measured)) {
      throw new IllegalArgumentException(
          "%s cannot be measured; give one of %s, or all".formatted(measured, PARTS));
    }
    IngestTable table =
        new IngestTable(
            Path.of(arguments[0]),
            arguments.length > 3 ? arguments[3] : "",
            RecordedInstances.compared(Path.of(arguments[1])),
            Files.createTempDirectory("weir-ingest"));
    Map<String, Double> atRest = measured.equals(Set.of(MEMORY)) ? Map.of() : table.atRest();
    if (measured.contains(WRITTEN_SAMPLES)) {
      table.remoteWrite(atRest);
    }
    if (measured.contains(SCRAPED_SAMPLES)) {
      table.scrape(atRest);
    }
    if (measured.contains(MEMORY)) {
      new SeriesMemory(table.release, table.javaOptions, Path.of(arguments[1]), table.directory)
          .print();
    }
  }

  private List<ComparedServer> start(String name, String prometheusYml) throws IOException {
    return ComparedServer.startAll(
        release, javaOptions, SETTINGS, prometheusYml, directory.resolve(name));
  }

  /// What servers use that are left alone, as parts of a processor, by server.
  private Map<String, Double> atRest() throws IOException, InterruptedException {
    List<ComparedServer> servers = start("idle", InstalledPrometheus.SCRAPES_NOTHING);
    try {
      Thread.sleep(REST_WARM_UP.toMillis());
      ProcessorTime begun = ProcessorTime.now(servers);
      Thread.sleep(REST.toMillis());
      return ProcessorTime.now(servers).sharesSince(begun);
    } finally {
      servers.forEach(ComparedServer::close);
    }
  }

  private void remoteWrite(Map<String, Double> atRest) throws IOException, InterruptedException {
    List<ComparedServer> servers = start("write", InstalledPrometheus.SCRAPES_NOTHING);
    try {
      long end = Instant.now().toEpochMilli() / INTERVAL.toMillis() * INTERVAL.toMillis();
      SampleLoad before = new SampleLoad(instances, end - WRITTEN.toMillis(), WARM_UP, INTERVAL);
      System.out.println("remote write, before: " + before.run(servers));
      awaitDurable(servers, before.samples());
      ProcessorTime begun = ProcessorTime.now(servers);
      SampleLoad load = new SampleLoad(instances, end, WRITTEN, INTERVAL);
      System.out.println("remote write: " + load.run(servers));
      awaitDurable(servers, before.samples() + load.samples());
      printCosts(
          servers, atRest, begun, ProcessorTime.now(servers), load.samples(), WRITE_GOAL_MICROS);
    } finally {
      servers.forEach(ComparedServer::close);
    }
  }

  private void scrape(Map<String, Double> atRest) throws IOException, InterruptedException {
    try (RecordedTargets targets = new RecordedTargets(instances, PAGES, SCRAPE_INTERVAL)) {
      List<ComparedServer> servers = start("scrape", targets.scrapeConfig(SCRAPE_INTERVAL));
      try {
        Thread.sleep(SCRAPE_WARM_UP.toMillis());
        ProcessorTime begun = ProcessorTime.now(servers);
        Thread.sleep(SCRAPED.toMillis());
        ProcessorTime ended = ProcessorTime.now(servers);
        long samples =
            SCRAPED.dividedBy(SCRAPE_INTERVAL)
                * instances.stream().mapToLong(instance -> instance.series().size()).sum();
        System.out.printf("scraped: at most %,d samples%n", samples);
        printCosts(servers, atRest, begun, ended, samples, SCRAPE_GOAL_MICROS);
      } finally {
        servers.forEach(ComparedServer::close);
      }
    }
  }

  /// Weir counts the samples that it has written into blocks. The others sync what they take on
  /// their own terms.
  private static void awaitDurable(List<ComparedServer> servers, long samples) {
    ComparedServer weir = servers.getFirst();
    Await.until(
        () -> inBlocks(weir) >= samples,
        DURABLE_DEADLINE,
        () -> "%,d samples in blocks, there are %,.0f".formatted(samples, inBlocks(weir)));
  }

  private static double inBlocks(ComparedServer weir) {
    double sum = 0;
    String page = new String(weir.get("/metrics", Map.of()), StandardCharsets.UTF_8);
    for (String line : page.lines().toList()) {
      if (line.startsWith("weir_sink_block_samples_total{topic=\"weir.samples\"")) {
        sum += Double.parseDouble(line.substring(line.lastIndexOf(' ')));
      }
    }
    return sum;
  }

  private static void printCosts(
      List<ComparedServer> servers,
      Map<String, Double> atRest,
      ProcessorTime begun,
      ProcessorTime ended,
      long samples,
      double goalMicros) {
    double seconds = (ended.nanos() - begun.nanos()) / 1e9;
    for (ComparedServer server : servers) {
      double rest = atRest.getOrDefault(server.name(), 0.0);
      double used = ended.secondsSince(begun, server.name());
      System.out.printf(
          "  %-17s %.2f µs a sample, %.2f without what it uses at rest (%.1f %% of a processor)%s%n",
          server.name(),
          used / samples * 1e6,
          (used - rest * seconds) / samples * 1e6,
          rest * 100,
          server.name().equals("weir") ? "; goal %.1f".formatted(goalMicros) : "");
    }
  }
}
