package dev.weir.benchmarks.storage;

import dev.weir.benchmarks.query.ComparedServer;
import dev.weir.benchmarks.query.RecordedInstances.Instance;
import dev.weir.benchmarks.query.SampleLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// What the servers that people run today take for the same samples, as small as they make them:
/// Prometheus in blocks (a snapshot, head included), VictoriaMetrics after a forced merge.
final class PeerSizes {
  /// A size that has not changed for so long is taken for final.
  private static final Duration STEADY = Duration.ofSeconds(15);

  private static final Duration DEADLINE = Duration.ofMinutes(5);

  private PeerSizes() {}

  /// Bytes on disk by server.
  static Map<String, Long> measure(
      List<Instance> instances, Path directory, long endMillis, Duration span, Duration interval)
      throws IOException, InterruptedException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    List<ComparedServer> servers = ComparedServer.startPeers(directory);
    try {
      if (!servers.isEmpty()) {
        SampleLoad load = new SampleLoad(instances, endMillis, span, interval);
        System.out.println("peers: " + load.run(servers));
      }
      for (ComparedServer server : servers) {
        sizes.put(server.name(), sizeOf(server, directory));
      }
    } finally {
      servers.forEach(ComparedServer::close);
    }
    return sizes;
  }

  private static long sizeOf(ComparedServer server, Path directory)
      throws IOException, InterruptedException {
    if (server.name().equals("prometheus")) {
      server.post("/api/v1/admin/tsdb/snapshot");
      return bytesOf(directory.resolve("prometheus/data/snapshots"));
    }
    server.post("/internal/force_flush");
    server.post("/internal/force_merge");
    return steadySize(directory.resolve("vm/data"));
  }

  private static long steadySize(Path directory) throws InterruptedException {
    long deadline = System.nanoTime() + DEADLINE.toNanos();
    long size = bytesOf(directory);
    long since = System.nanoTime();
    while (System.nanoTime() - since < STEADY.toNanos()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("%s does not come to rest".formatted(directory));
      }
      Thread.sleep(500);
      long now = bytesOf(directory);
      if (now != size) {
        size = now;
        since = System.nanoTime();
      }
    }
    return size;
  }

  private static long bytesOf(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      return files.mapToLong(PeerSizes::bytesOfFile).sum();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (UncheckedIOException _) {
      // A part was merged away while it was listed: looked at again soon.
      return -1;
    }
  }

  private static long bytesOfFile(Path file) {
    try {
      return Files.isRegularFile(file) ? Files.size(file) : 0;
    } catch (IOException _) {
      return 0;
    }
  }
}
