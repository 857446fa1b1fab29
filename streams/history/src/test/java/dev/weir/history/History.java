package dev.weir.history;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.MemorySeriesSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// A made-up past of five instances of an API: they are scraped every 15 seconds at times of their
/// own, fail now and then, lose series, and start anew.
public final class History {
  /// 2026-03-01, 23:00: a day ends soon.
  public static final long START = 1_772_406_000_000L;

  private static final long SCRAPE_INTERVAL = 15_000;

  private final MemorySeriesSource source = new MemorySeriesSource();
  private final TimeRange range;

  public History(long seed, long minutes) {
    this.range = new TimeRange(START, START + minutes * 60_000);
    Random random = new Random(seed);
    for (int instance = 0; instance < 5; instance++) {
      scrape("host-" + instance, random);
    }
  }

  private void scrape(String instance, Random random) {
    double total = 0;
    double length = 3;
    boolean up = true;
    for (long time = START + random.nextInt((int) SCRAPE_INTERVAL);
        time <= range.endMillis();
        time += SCRAPE_INTERVAL) {
      up = random.nextInt(up ? 25 : 6) > 0 == up;
      List<Sample> samples = new ArrayList<>();
      samples.add(sample("up", instance, "", time, up ? 1 : 0));
      for (String path : List.of("/a", "/b")) {
        boolean there = up && random.nextInt(40) > 0;
        length = Math.clamp(length + random.nextInt(-1, 2), 0, 8);
        total = random.nextInt(60) == 0 ? 0 : total + random.nextInt(100);
        if (there) {
          samples.add(sample("queue_length", instance, path, time, length));
          samples.add(sample("requests_total", instance, path, time, total));
        }
      }
      if (random.nextInt(30) > 0) {
        source.append(GroupRow.of(Tenant.DEFAULT, samples));
      }
    }
  }

  private static Sample sample(String name, String instance, String path, long time, double value) {
    Labels labels =
        Labels.of("__name__", name, "instance", instance, "job", "api").toBuilder()
            .set("path", path)
            .build();
    return Sample.of(labels, time, value);
  }

  /// Adds a sample that nobody scraped.
  public void add(Labels labels, long timestampMillis, double value) {
    source.append(GroupRow.of(Tenant.DEFAULT, List.of(Sample.of(labels, timestampMillis, value))));
  }

  public MemorySeriesSource source() {
    return source;
  }

  public TimeRange range() {
    return range;
  }

  /// Writes it as one imported block.
  public void writeTo(LocalBlockStore store) {
    try {
      Path file = Files.createTempDirectory("weir-history").resolve("block");
      BlockWriter.Description description =
          BlockWriter.Description.imported(List.of(), range.endMillis());
      try (BlockWriter writer = new BlockWriter(file, description, BlockWriter.Options.SMALL);
          GroupCursor cursor =
              source.select(Tenant.DEFAULT, List.of(), TimeRange.ALL, SelectHints.NONE)) {
        for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
          writer.add(group.key(), group.series(), group.read());
        }
        writer.finish();
      }
      store.publish(new BlockName.Imported(Tenant.DEFAULT, "a".repeat(32), 0).path(), file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
