package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/// What every kind of chunk keeps: a column comes back to the bit, whatever its length and values,
/// and bytes that are no chunk give a column or [WeirException.Corrupt], never anything else.
///
/// @param <C> a column: an array or a list
abstract class ChunkContract<C> {
  /// Lengths at which blocks of integers, bitmaps and planes begin and end, one less and one more.
  private static final int[] BOUNDARIES = {0, 7, 8, 63, 64, 127, 128, 255, 256, 1023, 1024, 4096};

  /// A column of that many samples with values as odd as they get.
  abstract C column(int samples, Random random);

  abstract void write(C column, ByteWriter out);

  abstract C read(ByteReader in, int samples);

  /// A text that is equal for columns that are equal to the bit, and for no others.
  abstract String bits(C column);

  private void assertComesBack(C column, int samples, String message) {
    ByteWriter out = new ByteWriter();
    out.writeBytes(new byte[] {1, 2, 3});
    write(column, out);
    int end = out.length();
    // Whatever stands before and after belongs to others.
    out.writeBytes(new byte[] {-1, -1, -1, -1, -1, -1, -1, -1, -1});
    ByteReader in = new ByteReader(out.toByteArray(), 3, end, "a chunk");
    C back = read(in, samples);
    in.expectEnd();
    assertEquals(bits(column), bits(back), message);
  }

  @Test
  void columnsOfEveryLengthAroundEveryBoundaryComeBack() {
    Random random = new Random(1);
    for (int boundary : BOUNDARIES) {
      for (int samples = Math.max(0, boundary - 2); samples <= boundary + 2; samples++) {
        for (int round = 0; round < 5; round++) {
          assertComesBack(column(samples, random), samples, samples + " samples");
        }
      }
    }
    for (int samples = 0; samples < 70; samples++) {
      assertComesBack(column(samples, random), samples, samples + " samples");
    }
  }

  @Property(tries = 300)
  void randomColumnsComeBack(@ForAll @IntRange(max = 700) int samples, @ForAll long seed) {
    assertComesBack(column(samples, new Random(seed)), samples, "seed " + seed);
  }

  @Property(tries = 100)
  void aChunkThatIsCutShortIsRefusedOrHasNothingMissing(
      @ForAll @IntRange(min = 1, max = 100) int samples, @ForAll long seed) {
    C column = column(samples, new Random(seed));
    ByteWriter out = new ByteWriter();
    write(column, out);
    for (int length = 0; length < out.length(); length++) {
      byte[] cut = java.util.Arrays.copyOf(out.array(), length);
      try {
        read(new ByteReader(cut, "a cut chunk"), samples);
        fail("%d of %d bytes were taken for a chunk".formatted(length, out.length()));
      } catch (WeirException.Corrupt e) {
        assertTrue(e.getMessage().startsWith("a cut chunk, byte "), e.getMessage());
      }
    }
  }

  @Property(tries = 300)
  void damagedBytesGiveAColumnOrAnErrorThatNamesThePlace(
      @ForAll @IntRange(min = 1, max = 100) int samples, @ForAll long seed) {
    Random random = new Random(seed);
    ByteWriter out = new ByteWriter();
    write(column(samples, random), out);
    byte[] bytes = out.toByteArray();
    for (int damage = 0; damage < 10; damage++) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
      try {
        read(new ByteReader(bytes, "a damaged chunk"), samples);
      } catch (WeirException.Corrupt e) {
        assertTrue(e.getMessage().length() > 10, e.getMessage());
      }
    }
  }
}
