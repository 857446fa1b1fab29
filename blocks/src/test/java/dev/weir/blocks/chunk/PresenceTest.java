package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.BitSet;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class PresenceTest {
  private static BitSet present(Presence presence) {
    BitSet bits = new BitSet();
    presence.forEachPresentRun((from, length, _) -> bits.set(from, from + length));
    return bits;
  }

  @Property
  void anyPatternComesBack(@ForAll @Size(max = 300) boolean[] pattern) {
    Presence presence = Presence.of(pattern.length, i -> pattern[i]);
    ByteWriter out = new ByteWriter();
    presence.write(out);
    ByteReader in = new ByteReader(out.toByteArray(), "presence");
    Presence back = Presence.read(in, presence.form(), pattern.length);
    in.expectEnd();
    assertEquals(presence.present(), back.present());
    BitSet expected = new BitSet();
    for (int i = 0; i < pattern.length; i++) {
      expected.set(i, pattern[i]);
    }
    assertEquals(expected, present(back));
  }

  @Property
  void spreadValuesStandWhereTheyArePresent(
      @ForAll @Size(max = 100) boolean[] pattern, @ForAll @IntRange(max = 5) int from) {
    Presence presence = Presence.of(pattern.length, i -> pattern[i]);
    double[] values = new double[from + pattern.length];
    for (int i = 0; i < presence.present(); i++) {
      values[from + i] = i + 1;
    }
    presence.spread(values, from, -1);
    double[] expected = new double[from + pattern.length];
    int rank = 0;
    for (int i = 0; i < pattern.length; i++) {
      expected[from + i] = pattern[i] ? ++rank : -1;
    }
    assertArrayEquals(expected, values);
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    Presence presence = Presence.of(40, i -> i >= 2 && i < 5);
    assertEquals(Presence.RUNS, presence.form());
    presence.write(out);
    assertEquals("02 02 03", HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }
}
