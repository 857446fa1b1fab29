package dev.weir.blocks.exchange;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.block.BlockWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.MemoryBlockStore;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockPublisherTest {
  private static final String NAME =
      new BlockName.Imported(Tenant.DEFAULT, "0123456789abcdef0123456789abcdef", 0).path();

  @TempDir Path directory;
  private final MemoryBlockStore store = new MemoryBlockStore();
  private BlockPublisher publisher;

  @BeforeEach
  void open() {
    publisher = new BlockPublisher(store, new WorkFiles(directory, Instant.EPOCH));
  }

  private static long block(Path file) {
    try (BlockWriter writer =
        new BlockWriter(
            file,
            BlockWriter.Description.imported(List.of("shop"), 0),
            BlockWriter.Options.COMPACTED)) {
      writer.keep(Tenant.DEFAULT);
      writer.finish();
      return 7;
    }
  }

  private static long damaged(Path file) {
    long written = block(file);
    try {
      byte[] bytes = Files.readAllBytes(file);
      Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return written;
  }

  private void assertNothingIsLeft() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      assertEquals(List.of(), files.toList());
    }
  }

  @Test
  void aNameIsTakenOnce() throws Exception {
    BlockPublisher.Outcome first = publisher.publish(NAME, BlockPublisherTest::block);
    long bytes = store.list(NAME).getFirst().sizeBytes();
    assertEquals(new BlockPublisher.Outcome(true, 7, bytes), first);
    assertTrue(store.has(NAME));
    assertEquals(
        new BlockPublisher.Outcome(false, 7, bytes),
        publisher.publish(NAME, BlockPublisherTest::block));
    assertNothingIsLeft();
  }

  @Test
  void whatIsNotWholeIsNotPublished() throws Exception {
    assertThrows(
        WeirException.Corrupt.class, () -> publisher.publish(NAME, BlockPublisherTest::damaged));
    assertFalse(store.has(NAME));
    assertNothingIsLeft();
  }

  @Test
  void whatIsNotWantedIsNotPublished() throws Exception {
    assertEquals(
        Optional.empty(),
        publisher.publishIfWanted(
            NAME,
            file -> {
              block(file);
              return OptionalLong.empty();
            }));
    assertFalse(store.has(NAME));
    assertNothingIsLeft();
  }

  @Test
  void aNameIsMoreThanTheBeginningOfOne() throws Exception {
    Path file = directory.resolve("file");
    Files.write(file, "longer".getBytes(UTF_8));
    store.publish(NAME + ".longer", file);
    assertFalse(store.has(NAME));
  }
}
