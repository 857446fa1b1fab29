package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.query.ComparedServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What processes have used of the processors so far, all threads and the kernel's part included.
public record ProcessorTime(Map<String, Duration> byServer, long nanos) {
  public static ProcessorTime now(List<ComparedServer> servers) {
    Map<String, Duration> used = new LinkedHashMap<>();
    for (ComparedServer server : servers) {
      used.put(
          server.name(),
          ProcessHandle.of(server.pid())
              .flatMap(process -> process.info().totalCpuDuration())
              .orElseThrow(() ->
                  new IllegalStateException(
                      "%s does not say what it used of the processors".formatted(server.name()))));
    }
    return new ProcessorTime(used, System.nanoTime());
  }

  /// How many processors each server used on average since an earlier time.
  public Map<String, Double> sharesSince(ProcessorTime earlier) {
    double seconds = (nanos - earlier.nanos) / 1e9;
    Map<String, Double> shares = new LinkedHashMap<>();
    byServer.keySet().forEach(name -> shares.put(name, secondsSince(earlier, name) / seconds));
    return shares;
  }

  /// Seconds of one processor since an earlier time.
  double secondsSince(ProcessorTime earlier, String server) {
    Duration now = byServer.getOrDefault(server, Duration.ZERO);
    return now.minus(earlier.byServer.getOrDefault(server, Duration.ZERO)).toNanos() / 1e9;
  }
}
