package dev.weir.blocks.catalog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.catalog.BlockChain.Link;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.WeirException;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BlockChainTest {
  private static OffsetRange range(long first, long end) {
    return new OffsetRange("weir.samples", 2, first, end);
  }

  private static Link link(long first, long end) {
    return new Link("link-" + first, range(first, end));
  }

  private static BlockChain chain(List<Link> links, OffsetRange... compacted) {
    return BlockChain.of("weir.samples", 2, links, List.of(compacted), List.of());
  }

  @Test
  void linksThatMeetAreWhole() {
    BlockChain chain = chain(List.of(link(200, 350), link(0, 100), link(100, 200)));
    assertTrue(chain.isWhole());
    assertEquals(OptionalLong.of(350), chain.endOffset());
    assertEquals(List.of(range(0, 350)), chain.covered());
  }

  @Test
  void aPartitionWithoutBlocksHasNoEnd() {
    BlockChain chain = chain(List.of());
    assertTrue(chain.isWhole());
    assertEquals(OptionalLong.empty(), chain.endOffset());
  }

  @Test
  void aMissingLinkIsAGap() {
    BlockChain chain = chain(List.of(link(0, 100), link(150, 200)));
    assertEquals(List.of(new BlockChain.Problem.Gap(range(100, 150))), chain.problems());
    assertEquals(OptionalLong.of(200), chain.endOffset());
    assertTrue(chain.covers(range(10, 90)));
    assertFalse(chain.covers(range(90, 160)));
    assertEquals(
        "weir.samples/2 [100, 150) is in no block; put its block back from a backup"
            + " (docs/storage.md, Repair)",
        chain.problems().getFirst().toString());
  }

  @Test
  void linksThatOverlapAreNotWhole() {
    BlockChain chain = chain(List.of(link(0, 100), link(90, 200)));
    assertEquals(
        List.of(new BlockChain.Problem.Overlap(link(0, 100), link(90, 200))), chain.problems());
    assertEquals(OptionalLong.of(200), chain.endOffset());
  }

  @Test
  void aCompactedBlockStandsForLinksThatAreGone() {
    BlockChain chain = chain(List.of(link(300, 400)), range(0, 200), range(0, 300));
    assertTrue(chain.isWhole());
    assertEquals(List.of(range(0, 400)), chain.covered());
  }

  @Test
  void aBlockThatCannotBeOpenedIsAProblem() {
    BlockChain chain =
        BlockChain.of(
            "weir.samples",
            2,
            List.of(link(0, 100)),
            List.of(),
            List.of(
                new BlockChain.Problem.Unreadable(
                    "link-100", new WeirException.Corrupt("it was cut short"))));
    assertFalse(chain.isWhole());
    assertEquals(
        "link-100 cannot be opened: it was cut short", chain.problems().getFirst().toString());
    assertEquals(
        "link-100 cannot be opened, byte 7 of 9: level 100",
        new BlockChain.Problem.Unreadable(
                "link-100", new WeirException.Corrupt("link-100, byte 7 of 9: level 100"))
            .toString());
  }
}
