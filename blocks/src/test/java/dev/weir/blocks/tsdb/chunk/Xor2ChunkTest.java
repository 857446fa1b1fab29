package dev.weir.blocks.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.model.AbsentValue;
import dev.weir.model.StalenessMarker;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class Xor2ChunkTest {
  /// Writes chunks as Prometheus 3 does.
  private static final class Xor2Writer {
    private final BitWriter out = new BitWriter();
    private long millis;
    private long start;
    private long delta;
    private long startDistance;
    private int changes;
    private int header;
    private long baseline;
    private int leading = -1;
    private int trailing;
    private int samples;

    Xor2Writer() {
      out.writeBits(0, 24);
    }

    void append(long t, long st, double v) {
      long bits = Double.doubleToRawLongBits(v);
      boolean stale = bits == StalenessMarker.BITS;
      if (samples == 0) {
        out.writeVarint(t);
        out.writeBits(bits, 64);
        if (st != 0) {
          out.writeVarint(t - st);
          header = 0x80;
        }
      } else {
        long newDelta = t - millis;
        if (samples == 1) {
          out.writeUvarint(newDelta);
          value(bits, stale);
        } else {
          joint(newDelta - delta, bits, stale);
        }
        delta = newDelta;
        startTimestamp(st);
      }
      if (!stale) {
        baseline = bits;
      }
      millis = t;
      start = st;
      samples++;
    }

    private void startTimestamp(long st) {
      long distance = millis - st;
      if (changes > 0) {
        VarBits.writeSigned(out, distance - startDistance);
        startDistance = distance;
      } else if (st != start || samples == 0x7f) {
        changes = samples;
        header |= changes;
        VarBits.writeSigned(out, distance);
        startDistance = distance;
      }
    }

    private void joint(long dod, long bits, boolean stale) {
      if (dod == 0 && stale) {
        out.writeBits(0b11111, 5);
      } else if (dod == 0 && bits == baseline) {
        out.writeBit(false);
      } else if (dod == 0) {
        out.writeBits(0b10, 2);
        difference(bits, 0b0, 0b1, 1);
      } else {
        if (dod >= -4096 && dod < 4096) {
          out.writeBits(0b110, 3);
          out.writeBits(dod, 13);
        } else if (dod >= -524_288 && dod < 524_288) {
          out.writeBits(0b1110, 4);
          out.writeBits(dod, 20);
        } else {
          out.writeBits(0b11110, 5);
          out.writeBits(dod, 64);
        }
        value(bits, stale);
      }
    }

    private void value(long bits, boolean stale) {
      if (stale) {
        out.writeBits(0b111, 3);
      } else if (bits == baseline) {
        out.writeBit(false);
      } else {
        int before = out.length();
        difference(bits, 0b10, 0b110, 2);
        assert out.length() >= before;
      }
    }

    private void difference(long bits, int reuse, int renew, int reuseBits) {
      long xor = bits ^ baseline;
      int newLeading = Math.min(31, Long.numberOfLeadingZeros(xor));
      int newTrailing = Long.numberOfTrailingZeros(xor);
      if (leading >= 0 && newLeading >= leading && newTrailing >= trailing) {
        out.writeBits(reuse, reuseBits);
      } else {
        leading = newLeading;
        trailing = newTrailing;
        out.writeBits(renew, reuseBits == 1 ? 1 : 3);
        out.writeBits(leading, 5);
        out.writeBits(64 - leading - trailing, 6);
      }
      out.writeBits(xor >>> trailing, 64 - leading - trailing);
    }

    SampleList read() {
      out.setByte(0, samples >>> 8);
      out.setByte(1, samples);
      out.setByte(2, header);
      SampleList read = new SampleList();
      ChunkDecoder.decode(4, out.array(), 0, out.length(), "chunk", read);
      return read;
    }
  }

  @Property(tries = 500)
  void whatPrometheusWritesIsRead(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 300) int count) {
    Random random = new Random(seed);
    Xor2Writer writer = new Xor2Writer();
    SampleList written = new SampleList();
    long millis = random.nextLong(1L << 42);
    long start = random.nextInt(3) == 0 ? millis - 5000 : 0;
    boolean changing = random.nextBoolean();
    double value = random.nextInt(100);
    for (int i = 0; i < count; i++) {
      value =
          switch (random.nextInt(8)) {
            case 0 -> AbsentValue.replaceIn(Double.longBitsToDouble(random.nextLong()));
            case 1, 2, 3 -> value;
            default -> value + random.nextInt(10);
          };
      double sample = random.nextInt(15) == 0 ? StalenessMarker.VALUE : value;
      if (changing && random.nextInt(20) == 0) {
        start = random.nextInt(4) == 0 ? 0 : millis - random.nextInt(100_000);
      }
      writer.append(millis, start, sample);
      written.value(millis, start, sample);
      millis += random.nextInt(3) > 0 ? 15_000 : 1 + random.nextLong(1L << random.nextInt(1, 40));
    }
    SampleList read = writer.read();
    read.assertIs(written);
    assertEquals(
        written.samples().stream().map(SampleList.Sample::startMillis).toList(),
        read.samples().stream().map(SampleList.Sample::startMillis).toList());
  }

  @Test
  void aChunkThatBeginsWithAMarkerComparesWithZero() {
    Xor2Writer writer = new Xor2Writer();
    writer.append(1000, 0, StalenessMarker.VALUE);
    writer.append(2000, 0, 1);
    SampleList written = new SampleList();
    written.value(1000, 0, StalenessMarker.VALUE);
    written.value(2000, 0, 1);
    writer.read().assertIs(written);
  }
}
