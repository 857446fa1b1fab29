package dev.weir.blocks.tsdb;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.tsdb.chunk.SampleList;
import dev.weir.model.FloatText;
import dev.weir.model.LabelText;
import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Prometheus's own tool judges what is written, and writes what is read.
class PromtoolTest {
  private static final long NOON = 1_700_049_600_000L;

  @TempDir private Path directory;

  @BeforeEach
  void isInstalled() throws IOException {
    Promtool.assumeInstalled();
    // Without it, promtool does not take the directory for Prometheus's.
    Files.createDirectory(directory.resolve("wal"));
  }

  private static Map<Labels, SampleList> series() {
    Random random = new Random(11);
    Map<Labels, SampleList> series = new TreeMap<>();
    for (int i = 0; i < 300; i++) {
      SampleList samples = new SampleList();
      double value = random.nextInt(1000);
      for (int j = 0; j < 1 + i; j++) {
        value += random.nextInt(4) == 0 ? 0 : random.nextInt(30) / 4.0;
        samples.value(NOON + j * 15_000L + (j % 9 == 0 ? random.nextInt(20) : 0), 0, value);
      }
      series.put(
          Labels.of(
              "__name__",
              i % 3 == 0 ? "node_cpu_seconds_total" : "node_network_receive_bytes_total",
              "instance",
              "web-%02d:9100".formatted(i % 7),
              "device",
              "größe " + i),
          samples);
    }
    return series;
  }

  private static Set<String> lines(Map<Labels, SampleList> series) {
    Set<String> lines = new TreeSet<>();
    series.forEach((labels, samples) -> {
      for (SampleList.Sample sample : samples.samples()) {
        lines.add(line(labels, sample));
      }
    });
    return lines;
  }

  private static String line(Labels labels, SampleList.Sample sample) {
    return "{%s} %s %d"
        .formatted(pairs(labels, ", "), FloatText.shortest(sample.value()), sample.millis());
  }

  private static String pairs(Labels labels, String separator) {
    StringBuilder pairs = new StringBuilder();
    labels.forEach((name, value) ->
        pairs
            .append(pairs.isEmpty() ? "" : separator)
            .append(name)
            .append('=')
            .append(LabelText.quote(value)));
    return pairs.toString();
  }

  private Set<String> dump() {
    return new TreeSet<>(
        Promtool.run(directory, "tsdb", "dump", directory.toString()).lines().toList());
  }

  @Test
  void readsWhatIsWritten() {
    Map<Labels, SampleList> series = series();
    TsdbMeta meta;
    try (TsdbBlockWriter writer =
        new TsdbBlockWriter(directory, Ulid.of(NOON, new Random(1)), 1 << 16)) {
      series.forEach((labels, samples) -> {
        try (TsdbBlockWriter.Series one = writer.open(labels)) {
          samples.sendTo(one);
        }
      });
      meta = writer.finish();
    }
    assertEquals(lines(series), dump());
    assertTrue(
        Promtool.run(directory, "tsdb", "list", directory.toString()).contains(meta.ulid().text()));
    String analysis = Promtool.run(directory, "tsdb", "analyze", directory.toString());
    assertTrue(analysis.contains("\nSeries: 300\n"), analysis);
    assertTrue(analysis.contains("Label names: 3"), analysis);
  }

  @Test
  void writesWhatIsRead() throws IOException {
    Map<Labels, SampleList> series = series();
    StringBuilder text = new StringBuilder();
    series.forEach((labels, samples) -> {
      for (SampleList.Sample sample : samples.samples()) {
        text.append(
            "%s{%s} %s %d.%03d\n"
                .formatted(
                    labels.metricName(),
                    pairs(labels.without(Labels.NAME), ","),
                    FloatText.shortest(sample.value()),
                    sample.millis() / 1000,
                    sample.millis() % 1000));
      }
    });
    Path file = Files.writeString(directory.resolve("metrics.txt"), text + "# EOF\n");
    Promtool.run(
        directory,
        "tsdb",
        "create-blocks-from",
        "openmetrics",
        file.toString(),
        directory.toString());
    Map<Labels, SampleList> read = new TreeMap<>();
    for (Path path : TsdbBlock.find(directory)) {
      try (TsdbBlock block = new TsdbBlock(path)) {
        for (int place = 0; place < block.seriesCount(); place++) {
          TsdbSeries one = block.series(block.reference(place));
          SampleList samples = read.computeIfAbsent(one.labels(), _ -> new SampleList());
          block.read(one, TimeRange.ALL, samples);
        }
      }
    }
    assertEquals(lines(series), lines(read));
    assertEquals(dump(), lines(read));
  }
}
