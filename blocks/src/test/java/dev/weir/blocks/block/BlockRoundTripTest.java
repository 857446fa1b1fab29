package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockRoundTripTest {
  @TempDir Path directory;

  @Test
  void givesBackWhatWasWritten() {
    Path file = directory.resolve("a.block");
    GroupKey key =
        new GroupKey(
            new PartitionKey.OfTarget(Tenant.DEFAULT, "node", "a:9100"), "t1", Slice.WHOLE);
    SeriesMeta load =
        new SeriesMeta(
            Labels.of("__name__", "node_load1", "job", "node", "instance", "a:9100"),
            MetricType.GAUGE);
    SeriesMeta up =
        new SeriesMeta(
            Labels.of("__name__", "up", "job", "node", "instance", "a:9100"), MetricType.GAUGE);
    long[] timestamps = {1000, 16000, 31000, 7_200_000};
    BlockMeta meta;
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(new OffsetRange("weir.samples", 0, 0, 4), 0),
            BlockWriter.Options.SMALL)) {
      writer.add(
          key,
          List.of(load, up),
          new GroupSamples(
              timestamps,
              List.of(
                  GroupSamples.Column.ofValues(new double[] {0.25, 0.5, 0.125, 3}),
                  GroupSamples.Column.ofValues(new double[] {1, 1, 1, 0}))));
      meta = writer.finish();
    }
    BlockReader reader = BlockReader.open(BlockFile.of(file), new BlockCache(1 << 20));
    assertEquals(meta, reader.meta());
    assertEquals(8, meta.samples());
    try (GroupCursor cursor =
        new BlockSeriesSource(reader)
            .select(
                Tenant.DEFAULT,
                List.of(Matcher.equal("__name__", "node_load1")),
                new TimeRange(16000, 7_200_000),
                SelectHints.NONE)) {
      SeriesGroup group = cursor.next();
      assertNotNull(group);
      assertEquals(key, group.key());
      assertEquals(List.of(load), group.series());
      GroupSamples samples = group.read();
      assertArrayEquals(new long[] {16000, 31000, 7_200_000}, samples.timestampsMillis());
      assertArrayEquals(new double[] {0.5, 0.125, 3}, samples.columns().get(0).values());
      assertNull(cursor.next());
    }
  }
}
