package dev.weir.blocks.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.WeirException;
import java.util.BitSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class PostingsTest {
  private static final int LIMIT = 200;

  @Provide
  Arbitrary<BitSet> sets() {
    return Arbitraries.integers()
        .between(0, LIMIT - 1)
        .set()
        .ofMaxSize(LIMIT)
        .map(numbers -> {
          BitSet set = new BitSet();
          numbers.forEach(set::set);
          return set;
        });
  }

  private static int[] list(BitSet set) {
    return set.stream().toArray();
  }

  @Property
  void listsComeBack(@ForAll("sets") BitSet set) {
    ByteWriter out = new ByteWriter();
    Postings.write(list(set), set.cardinality(), out);
    assertArrayEquals(
        list(set), Postings.read(new ByteReader(out.toByteArray(), "postings"), LIMIT));
  }

  @Property
  void operationsAreThoseOfSets(@ForAll("sets") BitSet a, @ForAll("sets") BitSet b) {
    BitSet both = (BitSet) a.clone();
    both.and(b);
    assertArrayEquals(list(both), Postings.intersect(list(a), list(b)));
    BitSet any = (BitSet) a.clone();
    any.or(b);
    assertArrayEquals(list(any), Postings.union(list(a), list(b)));
    BitSet left = (BitSet) a.clone();
    left.andNot(b);
    assertArrayEquals(list(left), Postings.subtract(list(a), list(b)));
  }

  @Test
  void aSeriesBeyondTheIndexIsRefused() {
    ByteWriter out = new ByteWriter();
    Postings.write(new int[] {3, 4, 5}, 3, out);
    byte[] bytes = out.toByteArray();
    assertArrayEquals(new int[] {3, 4, 5}, Postings.read(new ByteReader(bytes, "p"), 6));
    assertThrows(WeirException.Corrupt.class, () -> Postings.read(new ByteReader(bytes, "p"), 5));
  }
}
