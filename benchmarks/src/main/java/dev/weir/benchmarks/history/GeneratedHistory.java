package dev.weir.benchmarks.history;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

/// The past of a fleet of API servers, written as a block a day: 100 series each, half of them
/// counters, that follow the hours of the day. Every server fails now and then.
final class GeneratedHistory {
  static final Duration INTERVAL = Duration.ofSeconds(15);

  private static final Duration DAY = Duration.ofDays(1);
  private static final int ROWS = (int) DAY.dividedBy(INTERVAL);

  /// A server at one time is slow or down with this probability, and then for minutes.
  private static final double TROUBLE = 0.0002;

  private final List<Server> servers = new ArrayList<>();
  private final LocalBlockStore store;
  private final Path directory;
  private long samples;

  /// A server's series, and what their values are now.
  private static final class Server {
    private final GroupKey key;
    private final List<SeriesMeta> series;
    private final double[] values;
    private final Random random;
    private int troubleRows;

    Server(int number) {
      String instance = "api-%03d:8080".formatted(number);
      this.random = new Random(number);
      this.series = series(instance);
      this.values = new double[series.size()];
      this.key =
          new GroupKey(
              PartitionKey.of(Tenant.DEFAULT, series.getFirst().labels()), "", Slice.WHOLE);
    }

    private static List<SeriesMeta> series(String instance) {
      List<SeriesMeta> series = new ArrayList<>();
      Labels target = Labels.of("job", "api", "instance", instance);
      for (String path : List.of("/", "/login", "/search", "/cart", "/order")) {
        for (String code : List.of("200", "302", "404", "429", "500", "503")) {
          add(
              series,
              target,
              "http_requests_total",
              MetricType.COUNTER,
              "path",
              path,
              "code",
              code);
        }
        for (String le : List.of("0.05", "0.1", "0.5", "+Inf")) {
          add(
              series,
              target,
              "http_request_duration_seconds_bucket",
              MetricType.HISTOGRAM,
              "path",
              path,
              "le",
              le);
        }
      }
      for (int queue = 0; queue < 20; queue++) {
        add(series, target, "queue_length", MetricType.GAUGE, "queue", "q" + queue);
      }
      for (int device = 0; device < 14; device++) {
        add(
            series,
            target,
            "disk_free_bytes",
            MetricType.GAUGE,
            "device",
            "sd" + (char) ('a' + device));
      }
      for (int core = 0; core < 12; core++) {
        add(series, target, "cpu_seconds_total", MetricType.COUNTER, "cpu", String.valueOf(core));
      }
      add(series, target, "up", MetricType.GAUGE);
      add(series, target, "process_open_fds", MetricType.GAUGE);
      add(series, target, "process_resident_memory_bytes", MetricType.GAUGE);
      add(series, target, "process_start_time_seconds", MetricType.GAUGE);
      series.sort(Comparator.comparing(SeriesMeta::labels));
      return series;
    }

    private static void add(
        List<SeriesMeta> series, Labels target, String name, MetricType type, String... labels) {
      Labels.Builder all = target.toBuilder().set(Labels.NAME, name);
      for (int i = 0; i < labels.length; i += 2) {
        all.set(labels[i], labels[i + 1]);
      }
      series.add(new SeriesMeta(all.build(), type));
    }

    /// @param busy how busy the hour is, from 0 to 1
    void advance(double busy) {
      if (troubleRows > 0) {
        troubleRows--;
      } else if (random.nextDouble() < TROUBLE) {
        troubleRows = 8 + random.nextInt(120);
      }
      boolean trouble = troubleRows > 0;
      for (int i = 0; i < values.length; i++) {
        Labels labels = series.get(i).labels();
        switch (labels.metricName()) {
          case "http_requests_total", "http_request_duration_seconds_bucket" -> {
            int most =
                labels.get("code").startsWith("5") ? (trouble ? 40 : 2) : (int) (10 + 90 * busy);
            values[i] += random.nextInt(most);
          }
          case "cpu_seconds_total" ->
              values[i] += Math.round(random.nextDouble() * busy * 1500) / 100.0;
          case "queue_length" ->
              values[i] = Math.clamp(values[i] + random.nextInt(-3, trouble ? 12 : 4), 0, 500);
          case "disk_free_bytes" ->
              values[i] = values[i] < 1e9 ? 4e11 : values[i] - random.nextInt(1 << 22);
          case "up" -> values[i] = trouble && random.nextInt(3) > 0 ? 0 : 1;
          case "process_open_fds" -> values[i] = 80 + random.nextInt((int) (20 + 60 * busy));
          case "process_resident_memory_bytes" ->
              values[i] = 4096.0 * (200_000 + random.nextInt(5000));
          default -> values[i] = 1_700_000_000;
        }
      }
    }
  }

  /// @param servers with 100 series each
  GeneratedHistory(Path directory, int servers) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.store = new LocalBlockStore(directory.resolve("blocks"));
    for (int i = 0; i < servers; i++) {
      this.servers.add(new Server(i));
    }
  }

  int seriesCount() {
    return servers.stream().mapToInt(server -> server.series.size()).sum();
  }

  long samples() {
    return samples;
  }

  /// Writes a day.
  ///
  /// @param day since the epoch
  void write(int day) throws IOException {
    long start = day * DAY.toMillis();
    Path file = directory.resolve("block-" + day);
    BlockWriter.Description description =
        BlockWriter.Description.imported(List.of(), start + DAY.toMillis());
    try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.COMPACTED)) {
      for (int i = 0; i < servers.size(); i++) {
        Server server = servers.get(i);
        long[] times = new long[ROWS];
        double[][] columns = new double[server.series.size()][ROWS];
        for (int row = 0; row < ROWS; row++) {
          // Each target is scraped at a moment of its own.
          times[row] = start + row * INTERVAL.toMillis() + i * 131L % INTERVAL.toMillis();
          server.advance(0.5 + 0.5 * Math.sin(2 * Math.PI * row / ROWS));
          for (int column = 0; column < columns.length; column++) {
            columns[column][row] = server.values[column];
          }
        }
        List<GroupSamples.Column> all = new ArrayList<>();
        for (double[] column : columns) {
          all.add(GroupSamples.Column.ofValues(column));
        }
        writer.add(server.key, server.series, new GroupSamples(times, all));
      }
      samples += writer.finish().samples();
    }
    store.publish(new BlockName.Imported(Tenant.DEFAULT, "0".repeat(32), day).path(), file);
    Files.delete(file);
  }
}
