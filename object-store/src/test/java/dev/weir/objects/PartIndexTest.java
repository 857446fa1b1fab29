package dev.weir.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.Hash128;
import dev.weir.model.WeirException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PartIndexTest {
  private static final PartIndex EXAMPLE = new PartIndex(new Hash128(0, 7), 70L << 20, 32 << 20);

  @Test
  void theExampleOfTheFormat() {
    assertEquals(
        "57 45 49 52 50 52 54 0a 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 07"
            + " 00 00 60 04 00 00 00 00 00 00 00 02 b9 b9 bf e1",
        HexFormat.ofDelimiter(" ").formatHex(EXAMPLE.encode()));
    assertEquals(3, EXAMPLE.parts());
    assertEquals(6 << 20, EXAMPLE.partLength(2));
    assertEquals(
        "parts/chain/t/00000/1.block/00000000000000000000000000000007/00002",
        EXAMPLE.key("chain/t/00000/1.block", 2));
  }

  @Property
  void anIndexIsReadBack(
      @ForAll long high,
      @ForAll long low,
      @ForAll @LongRange(min = 1, max = 1L << 40) long size,
      @ForAll @IntRange(min = 1 << 24) int partBytes) {
    PartIndex index = new PartIndex(new Hash128(high, low), size, partBytes);
    assertEquals(Optional.of(index), PartIndex.decode(index.encode()));
    long sum = 0;
    for (int part = 0; part < index.parts(); part++) {
      sum += index.partLength(part);
    }
    assertEquals(size, sum);
  }

  @Test
  void everyChangedByteAndEveryOtherLengthIsNoIndex() {
    byte[] bytes = EXAMPLE.encode();
    for (int i = 0; i < bytes.length; i++) {
      byte[] changed = bytes.clone();
      changed[i] ^= 0x10;
      assertEquals(Optional.empty(), PartIndex.decode(changed), "byte " + i);
      assertEquals(Optional.empty(), PartIndex.decode(Arrays.copyOf(bytes, i)));
    }
    assertEquals(Optional.empty(), PartIndex.decode(Arrays.copyOf(bytes, 41)));
  }

  @Test
  void moreThanAHundredThousandPartsAreRefused() {
    assertThrows(
        WeirException.LimitExceeded.class, () -> new PartIndex(new Hash128(0, 7), 100_000, 1));
  }
}
