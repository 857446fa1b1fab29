package dev.weir.benchmarks.query;

import dev.weir.benchmarks.query.RecordedInstances.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Writes scrapes of instances to servers by remote write, as fast as the slowest takes them. Each
/// instance belongs to a shard; the requests of a shard are written one after another.
public final class SampleLoad {
  private static final int SHARDS = 8;
  private static final int QUEUED_REQUESTS = 8;

  /// Behind the last request. No other is empty.
  private static final byte[] END = {};

  private final List<Instance> instances;
  private final long endMillis;
  private final Duration interval;
  private final int scrapes;
  private long samples;
  private long numbersOfLastScrapes;

  /// @param endMillis of the last scrape
  public SampleLoad(List<Instance> instances, long endMillis, Duration span, Duration interval) {
    this.instances = instances;
    this.endMillis = endMillis;
    this.interval = interval;
    this.scrapes = (int) span.dividedBy(interval);
  }

  /// Writes everything.
  ///
  /// @return what was written, in words
  public String run(List<ComparedServer> servers) {
    long begun = System.nanoTime();
    List<List<BlockingQueue<byte[]>>> shards = new ArrayList<>();
    List<Thread> writers = new ArrayList<>();
    for (int shard = 0; shard < SHARDS; shard++) {
      List<BlockingQueue<byte[]>> queues = new ArrayList<>();
      for (ComparedServer server : servers) {
        BlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUED_REQUESTS);
        queues.add(queue);
        writers.add(
            Thread.ofPlatform().name("to-" + server.name()).start(() -> writeAll(queue, server)));
      }
      shards.add(queues);
    }
    try {
      encodeAll(shards);
      for (Thread writer : writers) {
        writer.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while samples were written", e);
    }
    return "%d instances, %d series at the end that are not NaN, %,d samples, written in %.0f s"
        .formatted(
            instances.size(), numbersOfLastScrapes, samples, (System.nanoTime() - begun) / 1e9);
  }

  /// Samples that were written.
  public long samples() {
    return samples;
  }

  /// Series that the last scrapes have a number for. Not every server keeps NaN.
  public long numbersOfLastScrapes() {
    return numbersOfLastScrapes;
  }

  private void encodeAll(List<List<BlockingQueue<byte[]>>> shards) throws InterruptedException {
    List<List<byte[]>> series = new ArrayList<>();
    for (Instance instance : instances) {
      series.add(
          instance.series().stream()
              .map(meta -> RemoteWriteEncoder.encode(meta.labels()))
              .toList());
    }
    RemoteWriteEncoder encoder = new RemoteWriteEncoder();
    for (int scrape = 0; scrape < scrapes; scrape++) {
      long timestamp = endMillis - (scrapes - 1 - scrape) * interval.toMillis();
      numbersOfLastScrapes = 0;
      for (int shard = 0; shard < SHARDS; shard++) {
        for (int i = shard; i < instances.size(); i += SHARDS) {
          double[] values = instances.get(i).scrape(scrape);
          encoder.add(series.get(i), values, timestamp);
          numbersOfLastScrapes +=
              Arrays.stream(values).filter(value -> !Double.isNaN(value)).count();
        }
        samples += encoder.samples();
        putInAll(shards.get(shard), encoder.body());
      }
    }
    for (List<BlockingQueue<byte[]>> queues : shards) {
      putInAll(queues, END);
    }
  }

  private static void putInAll(List<BlockingQueue<byte[]>> queues, byte[] body)
      throws InterruptedException {
    for (BlockingQueue<byte[]> queue : queues) {
      queue.put(body);
    }
  }

  private static void writeAll(BlockingQueue<byte[]> queue, ComparedServer server) {
    try {
      for (byte[] body = queue.take(); body.length > 0; body = queue.take()) {
        server.write(body);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while samples were written", e);
    }
  }
}
