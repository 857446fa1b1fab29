package dev.weir.benchmarks.ingest;

import dev.weir.benchmarks.query.ComparedServer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What processes have used of the processors so far, all threads and the kernel's part included.
record ProcessorTime(Map<String, Duration> byServer, long nanos) {
  static ProcessorTime now(List<ComparedServer> servers) {
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

  /// Seconds of one processor since an earlier time.
  double secondsSince(ProcessorTime earlier, String server) {
    Duration now = byServer.getOrDefault(server, Duration.ZERO);
    return now.minus(earlier.byServer.getOrDefault(server, Duration.ZERO)).toNanos() / 1e9;
  }
}
