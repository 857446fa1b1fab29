package dev.weir.blocks.store;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.WeirException;
import dev.weir.testing.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whenever the power is cut or the disk is full: an object is there whole, under its name, once
/// whoever published it was told so, and no name has anything else.
class PowerCutTest {
  private static final List<String> NAMES =
      List.of(
          "chain/weir.samples/00000/00000000000000000000.block",
          "chain/weir.samples/00000/00000000000000000010.block",
          "chain/weir.samples/00001/00000000000000000000.block",
          "tenants/team-a/weir.samples/00000/01/00000000000000000000.block",
          "deletions/team-a/00000001772366400000-0000000000000001.deletion");

  @Property(tries = 150)
  void whatWasPublishedOutlivesThePower(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Path directory = Files.createTempDirectory("weir-power");
    try {
      Path before = Files.createDirectories(directory.resolve("before"));
      ForgetfulDisk disk = new ForgetfulDisk(before, random);
      LocalBlockStore store =
          new LocalBlockStore(before.resolve("blocks"), InstantSource.system(), disk);
      Map<String, byte[]> written = new HashMap<>();
      Set<String> certain = new HashSet<>();
      if (random.nextBoolean()) {
        disk.fullAfter(random.nextInt(40));
      }
      for (int step = random.nextInt(12); step >= 0; step--) {
        String name = NAMES.get(random.nextInt(NAMES.size()));
        if (random.nextInt(4) == 0) {
          store.delete(name);
          certain.remove(name);
        } else if (!written.containsKey(name)) {
          byte[] content = new byte[1 + random.nextInt(5_000)];
          random.nextBytes(content);
          Path file = Files.write(directory.resolve("unpublished"), content);
          written.put(name, content);
          try {
            assertTrue(store.publish(name, file));
            certain.add(name);
          } catch (WeirException.Unavailable e) {
            assertTrue(e.getMessage().contains("No space left"), e.getMessage());
          }
        }
      }
      Path after = directory.resolve("after");
      disk.cutPower(after);
      check(new LocalBlockStore(after.resolve("blocks")), written, certain);
    } finally {
      Directories.delete(directory);
    }
  }

  private static void check(LocalBlockStore store, Map<String, byte[]> written, Set<String> certain)
      throws IOException {
    Set<String> found = new HashSet<>();
    for (StoredBlock object : store.list("")) {
      found.add(object.name());
      byte[] content = written.get(object.name());
      assertTrue(content != null, object::toString);
      assertArrayEquals(
          content, Files.readAllBytes(store.directory().resolve(object.name())), object.name());
    }
    certain.removeAll(found);
    assertEquals(Set.of(), certain, "published, and gone with the power");
  }

  @Test
  void bytesThatWereNotHandedOverAreLost(@TempDir Path directory) throws IOException {
    // The disk of these tests does forget.
    Path before = Files.createDirectories(directory.resolve("before"));
    Path file = Files.write(directory.resolve("file"), new byte[10_000]);
    ForgetfulDisk disk = new ForgetfulDisk(before, new Random(7));
    disk.copy(file, before.resolve("named"), java.time.Instant.EPOCH);
    disk.sync(before);
    disk.copy(file, before.resolve("whole"), java.time.Instant.EPOCH);
    disk.sync(before.resolve("whole"));
    disk.sync(before);
    disk.cutPower(directory.resolve("after"));
    assertTrue(Files.size(directory.resolve("after/named")) < 10_000);
    assertEquals(10_000, Files.size(directory.resolve("after/whole")));
    assertFalse(Files.exists(directory.resolve("after/other")));
  }
}
