package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.pipeline.InstalledPrometheus;
import dev.weir.benchmarks.query.ComparedServer;
import dev.weir.benchmarks.query.RecordedInstances;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.benchmarks.query.SampleLoad;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// What an active series takes in memory: how much more a server uses with four times the series,
/// each with some minutes of samples, after its collector has collected all that is garbage.
///
/// Of Weir and of the others alike the heap is meant: what its objects take. What the others map
/// from files is no more counted than what Kafka leaves in the page cache.
record SeriesMemory(Path release, String javaOptions, Path recordings, Path directory) {
  private static final Duration INTERVAL = Duration.ofSeconds(15);
  private static final Duration WRITTEN = Duration.ofMinutes(10);
  private static final int MORE = 4;
  private static final double GOAL_BYTES = 1_000;

  void print() throws IOException, InterruptedException {
    List<Instance> few = RecordedInstances.compared(recordings);
    List<Instance> many = RecordedInstances.compared(recordings, MORE);
    Map<String, Double> withFew = heaps("few", few);
    Map<String, Double> withMany = heaps("many", many);
    long more = series(many) - series(few);
    withMany.forEach((server, bytes) ->
        System.out.printf(
            "  %-17s %,.0f bytes a series (%,.0f MB with %,d, %,.0f MB with %,d)%s%n",
            server,
            (bytes - withFew.getOrDefault(server, 0.0)) / more,
            withFew.getOrDefault(server, 0.0) / 1e6,
            series(few),
            bytes / 1e6,
            series(many),
            server.equals("weir") ? "; goal %,.0f".formatted(GOAL_BYTES) : ""));
  }

  private static long series(List<Instance> instances) {
    return instances.stream().mapToLong(instance -> instance.series().size()).sum();
  }

  /// Bytes of heap in use, by server.
  private Map<String, Double> heaps(String name, List<Instance> instances)
      throws IOException, InterruptedException {
    List<ComparedServer> servers =
        ComparedServer.startAll(
            release, javaOptions, "", InstalledPrometheus.SCRAPES_NOTHING, directory.resolve(name));
    try {
      SampleLoad load = new SampleLoad(instances, Instant.now().toEpochMilli(), WRITTEN, INTERVAL);
      System.out.println("memory: " + load.run(servers));
      Map<String, Double> heaps = new LinkedHashMap<>();
      for (ComparedServer server : servers) {
        heaps.put(server.name(), server.name().equals("weir") ? heap(server) : goHeap(server));
      }
      return heaps;
    } finally {
      servers.forEach(ComparedServer::close);
    }
  }

  private static double heap(ComparedServer weir) throws IOException, InterruptedException {
    Process collection =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                Long.toString(weir.pid()),
                "GC.run")
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!collection.waitFor(1, TimeUnit.MINUTES) || collection.exitValue() != 0) {
      throw new IllegalStateException("weir does not collect its garbage");
    }
    return metric(weir, "jvm_memory_used_bytes{area=\"heap\"}");
  }

  /// Go's profile of the heap is taken after a collection, if asked so.
  private static double goHeap(ComparedServer server) {
    server.get("/debug/pprof/heap", Map.of("gc", "1"));
    return metric(server, "go_memstats_heap_alloc_bytes");
  }

  private static double metric(ComparedServer server, String series) {
    String page = new String(server.get("/metrics", Map.of()), StandardCharsets.UTF_8);
    return page.lines()
        .filter(line -> line.startsWith(series + " "))
        .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
        .findFirst()
        .orElseThrow(
            () -> new IllegalStateException("%s does not say %s".formatted(server.name(), series)));
  }
}
