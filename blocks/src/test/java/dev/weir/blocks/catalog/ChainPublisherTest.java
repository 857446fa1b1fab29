package dev.weir.blocks.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.LocalBlockStore;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.WeirException;
import dev.weir.testing.HeldClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChainPublisherTest {
  private static final String TOPIC = "weir.samples";

  private static OffsetRange range(long first, long end) {
    return new OffsetRange(TOPIC, 3, first, end);
  }

  private final HeldClock clock = HeldClock.at("2026-03-01T12:00:00Z");
  private final MemoryBlockStore store = new MemoryBlockStore();

  @TempDir private Path directory = Path.of("");

  private ChainPublisher chain() {
    return new ChainPublisher(store, new BlockCache(0), directory.resolve("work"), clock);
  }

  @Test
  void aChainEndsWhereItsLastLinkEnds() {
    ChainPublisher chain = chain();
    assertEquals(Optional.empty(), chain.end(TOPIC, 3));
    assertInstanceOf(ChainPublisher.Published.Won.class, chain.appendHole(range(10, 20)));
    assertInstanceOf(ChainPublisher.Published.Won.class, chain.appendHole(range(20, 1_000_000)));
    assertEquals(1_000_000, chain.end(TOPIC, 3).orElseThrow().offset());
    assertEquals(Optional.empty(), chain.end(TOPIC, 30));
    assertEquals(Optional.empty(), chain.end("weir.recorded", 3));
  }

  @Test
  void whoIsSecondLosesAndLearnsWhereToGoOn() {
    ChainPublisher chain = chain();
    chain.appendHole(range(0, 5));
    chain.appendHole(range(5, 9));
    assertEquals(new ChainPublisher.Published.Lost(9), chain.appendHole(range(0, 7)));
    assertEquals(new ChainPublisher.Published.Lost(9), chain.appendHole(range(5, 8)));
  }

  @Test
  void anAttemptWhoseSuccessNobodyHeardOfIsGoneOnFrom() {
    ChainPublisher chain = chain();
    store.losesAnswers(true);
    assertThrows(WeirException.Unavailable.class, () -> chain.appendHole(range(0, 5)));
    store.losesAnswers(false);
    clock.advance(Duration.ofSeconds(1));
    assertEquals(new ChainPublisher.Published.Lost(5), chain.appendHole(range(0, 7)));
    assertInstanceOf(ChainPublisher.Published.Won.class, chain.appendHole(range(5, 7)));
  }

  @Test
  void aBlockUnderAWrongNameIsNoLink() throws IOException {
    LocalBlockStore local = new LocalBlockStore(directory.resolve("blocks"));
    ChainPublisher chain =
        new ChainPublisher(local, new BlockCache(0), directory.resolve("work"), clock);
    chain.appendHole(range(0, 5));
    Path blocks = directory.resolve("blocks");
    Files.move(
        blocks.resolve(new BlockName.Chain("weir.samples", 3, 0).path()),
        blocks.resolve(new BlockName.Chain("weir.samples", 3, 7).path()));
    WeirException.Corrupt corrupt =
        assertThrows(WeirException.Corrupt.class, () -> chain.end(TOPIC, 3));
    assertEquals(
        "chain/weir.samples/00003/00000000000000000007.block: the block is of level 0 and"
            + " covers [weir.samples/3 [0, 5)], its name says otherwise; it was moved or renamed;"
            + " it is the last link of its chain: put it back from a backup, or delete it, and its"
            + " records are read from Kafka again",
        corrupt.getMessage());
  }

  @Test
  void nothingUnfinishedIsLeftBehind() throws IOException {
    Path work = directory.resolve("work");
    Files.createDirectories(work);
    Files.writeString(work.resolve("0b5e.block.tmp"), "half a block");
    Files.writeString(work.resolve("0b5e.block.tmp.spool"), "and its columns");
    ChainPublisher chain = chain();
    chain.appendHole(range(0, 5));
    store.unavailable(true);
    assertThrows(WeirException.Unavailable.class, () -> chain.appendHole(range(5, 9)));
    try (Stream<Path> left = Files.list(work)) {
      assertEquals(List.of(), left.toList());
    }
    assertFalse(Files.exists(directory.resolve("other")));
    assertTrue(Files.isDirectory(work));
  }
}
