package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.AbsentValue;
import dev.weir.model.GroupKey;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.source.GroupSamples;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How many bytes a sample of real scrapes takes.
class RecordingSizeTest {
  private static final long INTERVAL_MILLIS = 15_000;

  @TempDir Path directory;

  @Test
  void realScrapesTakeLessThanAByteASample() throws Exception {
    String recordings = System.getProperty("recordings.dir", "");
    assumeFalse(recordings.isEmpty(), "no recordings: -Drecordings.dir is not given");
    for (String name : List.of("node", "prom")) {
      Recording recording = Recording.read(Path.of(recordings, "rec_" + name + ".txt.gz"), name);
      for (int scrapes : new int[] {20, 720}) {
        for (BlockWriter.Options options :
            List.of(BlockWriter.Options.SMALL, BlockWriter.Options.COMPACTED)) {
          report(recording, scrapes, options);
        }
      }
    }
  }

  private void report(Recording recording, int scrapes, BlockWriter.Options options)
      throws Exception {
    Path file =
        directory.resolve("%s-%d-%d".formatted(recording.target(), scrapes, options.zstdLevel()));
    List<Map<SeriesMeta, Double>> rows = recording.scrapes().subList(0, scrapes);
    TreeSet<SeriesMeta> series = new TreeSet<>((a, b) -> a.labels().compareTo(b.labels()));
    rows.forEach(row -> series.addAll(row.keySet()));
    long[] timestamps = new long[scrapes];
    Arrays.setAll(timestamps, i -> 1_700_000_000_000L + i * INTERVAL_MILLIS);
    List<GroupSamples.Column> columns = new ArrayList<>();
    for (SeriesMeta meta : series) {
      double[] values = new double[scrapes];
      Arrays.setAll(values, i -> rows.get(i).getOrDefault(meta, AbsentValue.VALUE));
      columns.add(GroupSamples.Column.ofValues(values));
    }
    GroupKey key =
        new GroupKey(
            new PartitionKey.OfTarget(
                Tenant.DEFAULT, recording.target(), recording.target() + ":9100"),
            "1",
            Slice.WHOLE);
    BlockMeta meta;
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 0, 0, scrapes), 0),
            options)) {
      writer.add(key, List.copyOf(series), new GroupSamples(timestamps, columns));
      meta = writer.finish();
    }
    long values = 0;
    Section section =
        BlockReader.open(BlockFile.of(file), new BlockCache(1 << 20)).sections().getFirst();
    for (int window = 0; window < section.root().windows().size(); window++) {
      Region region = section.root().region(window, RegionKind.VALUES);
      for (int i = 0; i < region.frameCount(); i++) {
        values += region.frame(i).storedBytes();
      }
    }
    double bytesPerSample = (double) Files.size(file) / meta.samples();
    System.out.printf(
        "%s, %d scrapes of %d series, zstd %d: %d bytes, %.3f a sample, of which values %.3f%n",
        recording.target(),
        scrapes,
        series.size(),
        options.zstdLevel(),
        Files.size(file),
        bytesPerSample,
        (double) values / meta.samples());
    assertTrue(scrapes < 100 || bytesPerSample < 1);
  }
}
