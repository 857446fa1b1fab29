package dev.weir.blocks.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.Tenant;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class BlockNameTest {
  @Test
  void aLinkIsNamedByTopicPartitionAndFirstOffset() {
    assertEquals(
        "chain/weir.samples/00003/00000000000000012345.block",
        new BlockName.Chain("weir.samples", 3, 12345).path());
  }

  @Test
  void aCompactedBlockIsNamedByTenantFirst() {
    assertEquals(
        "tenants/team-a/weir.samples/00003/01/00000000000000012345.block",
        new BlockName.Compacted(new Tenant("team-a"), "weir.samples", 3, 1, 12345).path());
  }

  @Test
  void anImportedBlockIsNamedByTenantAndSource() {
    BlockName name =
        new BlockName.Imported(new Tenant("team-a"), "00112233445566778899aabbccddeeff", 7);
    assertEquals("imports/team-a/00112233445566778899aabbccddeeff/00007.block", name.path());
    assertEquals(Optional.of(name), BlockName.parse(name.path()));
  }

  @Test
  void aDownsampledBlockIsNamedBySliceAndWhatItWasMadeFrom() {
    BlockName.Downsampled name =
        new BlockName.Downsampled(
            new Tenant("team-a"),
            Resolution.ONE_HOUR,
            4100,
            "00112233445566778899aabbccddeeff",
            2,
            7);
    assertEquals(
        "downsampled/team-a/1h/00004100/00112233445566778899aabbccddeeff-002-007.block",
        name.path());
    assertEquals(Optional.of(name), BlockName.parse(name.path()));
    assertTrue(BlockName.isDownsampled(name.path()));
    for (String other :
        List.of(
            name.path().replace("-002-", "-007-"),
            name.path().replace("/1h/", "/2h/"),
            name.path().replace("-007.", "-7."))) {
      assertEquals(Optional.empty(), BlockName.parse(other), other);
    }
  }

  @Property
  void namesAreReadBackAndSortByOffset(
      @ForAll @IntRange(max = 200_000) int partition,
      @ForAll @LongRange(min = 0) long offset,
      @ForAll @LongRange(min = 0) long other,
      @ForAll @IntRange(min = 1, max = 99) int level) {
    BlockName link = new BlockName.Chain("weir.recorded", partition, offset);
    BlockName compacted =
        new BlockName.Compacted(new Tenant("a(b)'c*"), "weir.recorded", partition, level, offset);
    assertEquals(Optional.of(link), BlockName.parse(link.path()));
    assertEquals(Optional.of(compacted), BlockName.parse(compacted.path()));
    String otherPath = new BlockName.Chain("weir.recorded", partition, other).path();
    assertEquals(
        Integer.signum(Long.compare(offset, other)),
        Integer.signum(link.path().compareTo(otherPath)));
    assertTrue(link.path().startsWith(BlockName.Chain.prefix("weir.recorded", partition)));
  }

  @Test
  void otherFilesAreNoBlocks() {
    for (String path :
        List.of(
            "",
            "README",
            "chain/weir.samples/00003/00000000000000012345.block.tmp",
            "chain/weir.samples/3/00000000000000012345.block",
            "chain/weir.samples/00003/99999999999999999999.block",
            "chain/../00003/00000000000000012345.block",
            "tenants/../weir.samples/00003/01/00000000000000012345.block",
            "tenants/a/weir.samples/00003/00/00000000000000012345.block",
            "imports/a/0011/00007.block",
            "imports/../00112233445566778899aabbccddeeff/00007.block")) {
      assertEquals(Optional.empty(), BlockName.parse(path), path);
    }
  }

  @Test
  void whatCannotBeANameIsRefused() {
    assertThrows(IllegalArgumentException.class, () -> new BlockName.Chain("a/b", 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new BlockName.Chain("..", 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new BlockName.Chain("a", -1, 0));
    assertThrows(IllegalArgumentException.class, () -> new BlockName.Chain("a", 0, -1));
    assertThrows(
        IllegalArgumentException.class,
        () -> new BlockName.Compacted(Tenant.DEFAULT, "a", 0, 0, 0));
    assertThrows(
        IllegalArgumentException.class, () -> new BlockName.Imported(Tenant.DEFAULT, "a", 0));
  }
}
