package dev.weir.blocks.exchange;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkFilesTest {
  private static final int CLEANERS = 4;
  private static final int ROUNDS = 40;

  @TempDir Path directory;

  @Test
  void removesWhatSomebodyElseRemovesAtTheSameTime() throws Exception {
    try (ExecutorService cleaners = Executors.newFixedThreadPool(CLEANERS)) {
      for (int round = 0; round < ROUNDS; round++) {
        Path scratch = scratch("weir-history-" + round);
        CyclicBarrier begun = new CyclicBarrier(CLEANERS);
        List<Future<Boolean>> gone = new ArrayList<>();
        for (int cleaner = 0; cleaner < CLEANERS; cleaner++) {
          gone.add(
              cleaners.submit(() -> {
                begun.await(1, TimeUnit.MINUTES);
                WorkFiles.remove(scratch);
                return Files.notExists(scratch);
              }));
        }
        for (Future<Boolean> one : gone) {
          assertTrue(one.get(1, TimeUnit.MINUTES), "something was left behind");
        }
      }
    }
  }

  @Test
  void removesALinkAndNotWhatItLeadsTo() throws IOException {
    Path kept = Files.writeString(directory.resolve("kept"), "samples");
    Path scratch = Files.createDirectory(directory.resolve("scratch"));
    Files.createSymbolicLink(scratch.resolve("link"), directory);

    WorkFiles.remove(scratch);

    assertFalse(Files.exists(scratch));
    assertTrue(Files.exists(kept));
  }

  /// What Flink's cluster in one process leaves among temporary files.
  private Path scratch(String name) throws IOException {
    Path scratch = directory.resolve(name);
    for (String part : List.of("tmp", "blobStorage/job", "tm_0/tmp", "tm_0/localState")) {
      Path inner = Files.createDirectories(scratch.resolve("minicluster").resolve(part));
      for (int file = 0; file < 10; file++) {
        Files.writeString(inner.resolve("channel-" + file), "spilled");
      }
    }
    return scratch;
  }
}
