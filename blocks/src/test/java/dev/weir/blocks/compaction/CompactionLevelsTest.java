package dev.weir.blocks.compaction;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockContents;
import dev.weir.blocks.block.BlockFixture;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Blocks that become larger, level by level.
class CompactionLevelsTest {
  private static final String TOPIC = "weir.samples";
  private static final Tenant TENANT = new Tenant("team-a");
  private static final Labels UP = Labels.of("__name__", "up", "job", "node", "instance", "a:9100");
  private static final long MINUTE = 60_000;

  /// Two hours, six, and eighteen; never before a span is over.
  private static final CompactionPolicy POLICY =
      new CompactionPolicy(
          100,
          100,
          1L << 30,
          List.of(Duration.ofHours(2), Duration.ofHours(6), Duration.ofHours(18)));

  @TempDir Path directory;
  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private LocalBlockStore store;
  private BlockCatalog catalog;
  private Compactor compactor;
  private long end;

  @BeforeEach
  void openStore() {
    store = new LocalBlockStore(directory.resolve("blocks"), clock);
    catalog = new BlockCatalog(store, new BlockCache(1 << 20));
    compactor =
        new Compactor(store, directory.resolve("work"), BlockWriter.Options.COMPACTED, clock);
  }

  /// A link of ten records with a sample a minute, from one minute up to another.
  private void link(int fromMinute, int toMinute) throws IOException {
    List<Sample> samples = new ArrayList<>();
    for (int minute = fromMinute; minute < toMinute; minute++) {
      samples.add(Sample.of(UP, minute * MINUTE, minute));
    }
    link(samples);
  }

  private void link(List<Sample> samples) throws IOException {
    Path file = directory.resolve("link");
    OffsetRange covers = new OffsetRange(TOPIC, 0, end, end + 10);
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.link(covers, clock.millis()),
            BlockWriter.Options.SMALL)) {
      BlockFixture.addAll(GroupRow.of(TENANT, samples), writer);
      writer.finish();
    }
    assertTrue(store.publish(new BlockName.Chain(TOPIC, 0, end).path(), file));
    Files.delete(file);
    end += 10;
  }

  /// Links of half an hour.
  private void hours(int from, int to) throws IOException {
    for (int hour = from; hour < to; hour++) {
      link(60 * hour, 60 * hour + 30);
      link(60 * hour + 30, 60 * hour + 60);
    }
  }

  private void compactAll() {
    List<CompactionTask> tasks = plan();
    while (!tasks.isEmpty()) {
      tasks.forEach(task -> assertTrue(compactor.run(task).published(), task::toString));
      tasks = plan();
    }
  }

  private List<CompactionTask> plan() {
    return CompactionTask.plan(catalog.refresh(), POLICY, _ -> true);
  }

  /// Level and first offset of the blocks that count.
  private List<String> counting() {
    return catalog.refresh().blocks(TENANT).stream()
        .map(block -> block.meta().level() + ":" + block.meta().covers().getFirst().firstOffset())
        .toList();
  }

  private Map<String, Double> samples() {
    return StoredSamples.of(catalog.refresh(), TENANT);
  }

  @Test
  void blocksOfTwoHoursBecomeSixAndEighteen() throws IOException {
    hours(0, 21);
    Map<String, Double> before = samples();
    compactAll();
    assertEquals(List.of("3:0", "1:360", "0:400", "0:410"), counting());
    assertEquals(before, samples());
    hours(21, 25);
    compactAll();
    assertEquals(List.of("3:0", "2:360", "0:480", "0:490"), counting());
    assertEquals(21 * 60 + 4 * 60, samples().size());
    BlockSnapshot snapshot = catalog.refresh();
    assertTrue(snapshot.chain(TOPIC, 0).isWhole());
    for (BlockReader block : snapshot.blocks(TENANT)) {
      assertEquals(List.of(), block.verify());
    }
  }

  @Test
  void aSpanThatIsNotOverIsLeftAlone() throws IOException {
    hours(0, 2);
    assertEquals(List.of(), plan());
    link(120, 121);
    compactAll();
    assertEquals(List.of("1:0", "0:40"), counting());
  }

  @Test
  void rowsThatReachBackGoWithThoseTheyCameWith() throws IOException {
    hours(0, 3);
    link(
        List.of(
            // Said already, and said otherwise.
            Sample.of(UP, 0, 0), Sample.of(UP, MINUTE, 77), Sample.of(UP, -MINUTE, -1)));
    hours(3, 7);
    compactAll();
    assertEquals(List.of("2:0", "0:130", "0:140"), counting());
    Map<String, Double> samples = samples();
    assertEquals(7 * 60 + 1, samples.size());
    assertEquals(1, samples.get(UP + " " + MINUTE));
    assertEquals(-1, samples.get(UP + " " + -MINUTE));
    BlockReader largest = catalog.refresh().blocks(TENANT).getFirst();
    assertEquals(6 * 60 + 1, largest.meta().samples());
  }

  @Test
  void longerBlocksHaveLongerWindows() throws IOException {
    hours(0, 7);
    compactAll();
    BlockReader largest = catalog.refresh().blocks(TENANT).getFirst();
    assertEquals(2, largest.meta().level());
    assertEquals(1, BlockContents.of(largest).sections().getFirst().windows());
  }

  @Test
  void noRecordIsPassedOver() throws IOException {
    hours(0, 13);
    List<BlockReader> links = catalog.refresh().links(TOPIC, 0);
    // An owner that slept, or that knows of others: offsets 40 to 80 stay in links.
    for (int[] range : new int[][] {{0, 4}, {8, 12}, {12, 16}}) {
      compactor.run(
          new CompactionTask(
              TENANT,
              new OffsetRange(TOPIC, 0, range[0] * 10L, range[1] * 10L),
              links.subList(range[0], range[1])));
    }
    Map<String, Double> before = samples();
    compactAll();
    assertEquals(before, samples());
    assertEquals("1:0", counting().getFirst());
    assertTrue(counting().contains("0:40"), () -> counting().toString());
  }

  @Test
  void blocksThatOverlapAreMerged() throws IOException {
    hours(0, 7);
    List<BlockReader> links = catalog.refresh().links(TOPIC, 0);
    for (int[] range : new int[][] {{0, 6}, {4, 12}}) {
      compactor.run(
          new CompactionTask(
              TENANT,
              new OffsetRange(TOPIC, 0, range[0] * 10L, range[1] * 10L),
              links.subList(range[0], range[1])));
    }
    Map<String, Double> before = samples();
    compactAll();
    assertEquals("2:0", counting().getFirst());
    assertEquals(before, samples());
    assertEquals(7 * 60, before.size());
    assertEquals(
        new OffsetRange(TOPIC, 0, 0, 120),
        catalog.refresh().blocks(TENANT).getFirst().meta().covers().getFirst());
  }

  @Test
  void blocksThatAreTooLargeTogetherStayApart() throws IOException {
    hours(0, 9);
    compactAll();
    BlockSnapshot snapshot = catalog.refresh();
    long size = snapshot.blocks(TENANT).getFirst().sizeBytes();
    CompactionPolicy tight = new CompactionPolicy(100, 100, size, POLICY.spans());
    hours(9, 20);
    assertTrue(
        CompactionTask.plan(catalog.refresh(), tight, _ -> true).stream()
            .allMatch(task -> task.level() == 1));
  }

  @Test
  void levelsFollowRetention() {
    assertEquals(
        List.of(2, 6, 18, 36), hoursOf(CompactionPolicy.spansFor(Duration.ofDays(15), LONGEST)));
    assertEquals(
        List.of(2, 6, 18, 54, 162, 744),
        hoursOf(CompactionPolicy.spansFor(Duration.ofDays(3650), LONGEST)));
    assertEquals(List.of(2), hoursOf(CompactionPolicy.spansFor(Duration.ofHours(12), LONGEST)));
    assertEquals(
        List.of(2, 6, 12),
        hoursOf(CompactionPolicy.spansFor(Duration.ofDays(15), Duration.ofHours(12))));
  }

  private static final Duration LONGEST = CompactionPolicy.LONGEST_SPAN;

  private static List<Integer> hoursOf(List<Duration> spans) {
    return spans.stream().map(span -> (int) span.toHours()).toList();
  }

  @Test
  void levelsThatDoNotGrowAreRefused() {
    List<Duration> spans = List.of(Duration.ofHours(2), Duration.ofHours(2));
    assertEquals(
        "blocks of level 2 span PT2H and those of the level below PT2H; each level spans more",
        assertThrows(
                IllegalArgumentException.class, () -> new CompactionPolicy(2, 3, 1 << 20, spans))
            .getMessage());
  }
}
