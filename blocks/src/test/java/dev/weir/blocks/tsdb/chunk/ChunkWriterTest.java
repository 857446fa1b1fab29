package dev.weir.blocks.tsdb.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.model.NativeHistogram;
import dev.weir.model.NativeHistogram.Buckets;
import dev.weir.model.NativeHistogram.ResetHint;
import dev.weir.model.StalenessMarker;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ChunkWriterTest {
  private record Chunk(
      ChunkEncoding encoding, long startMillis, long endMillis, int samples, byte[] bytes) {}

  private static List<Chunk> write(SampleList samples) {
    List<Chunk> chunks = new ArrayList<>();
    ChunkWriter writer =
        new ChunkWriter((encoding, start, end, count, bytes, length) ->
            chunks.add(new Chunk(encoding, start, end, count, Arrays.copyOf(bytes, length))));
    samples.sendTo(
        new SampleSink() {
          @Override
          public void value(long timestampMillis, long startMillis, double value) {
            writer.append(timestampMillis, value);
          }

          @Override
          public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
            writer.append(timestampMillis, histogram);
          }
        });
    writer.finish();
    return chunks;
  }

  private static SampleList read(List<Chunk> chunks) {
    SampleList read = new SampleList();
    for (Chunk chunk : chunks) {
      read(chunk.encoding.code(), chunk.bytes, read);
    }
    return read;
  }

  private static void read(int encoding, byte[] bytes, SampleList into) {
    ChunkDecoder.decode(encoding, bytes, 0, bytes.length, "chunks/000001: chunk at offset 8", into);
  }

  @Property(tries = 500)
  void whatIsWrittenIsRead(@ForAll long seed, @ForAll @IntRange(min = 1, max = 400) int count) {
    SampleList samples = SampleList.random(new Random(seed), count, seed % (1L << 44));
    List<Chunk> chunks = write(samples);
    read(chunks).assertIs(samples);
    assertEquals(count, chunks.stream().mapToInt(Chunk::samples).sum());
    assertTrue(chunks.stream().allMatch(chunk -> chunk.samples <= 120));
    assertEquals(samples.samples().getFirst().millis(), chunks.getFirst().startMillis);
    assertEquals(samples.samples().getLast().millis(), chunks.getLast().endMillis);
  }

  /// Made by hand from Prometheus's description of the format.
  @Test
  void floatsAreAsPrometheusHasThem() {
    SampleList samples = new SampleList();
    samples.value(1000, 0, 1);
    samples.value(16_000, 0, 1);
    List<Chunk> chunks = write(samples);
    assertEquals(
        "0002d00f3ff0000000000000987500", HexFormat.of().formatHex(chunks.getFirst().bytes));
  }

  @Test
  void aMarkerThatEndsHistogramsIsInTheirChunk() {
    SampleList samples = new SampleList();
    samples.histogram(15_000, 0, requests(3, ResetHint.UNKNOWN));
    samples.histogram(30_000, 0, requests(5, ResetHint.UNKNOWN));
    samples.value(45_000, 0, StalenessMarker.VALUE);
    samples.histogram(60_000, 0, requests(6, ResetHint.UNKNOWN));
    List<Chunk> chunks = write(samples);
    assertEquals(List.of(3, 1), chunks.stream().map(Chunk::samples).toList());
    read(chunks).assertIs(samples);
  }

  @Test
  void aResetBeginsAChunkThatSaysSo() {
    SampleList samples = new SampleList();
    samples.histogram(15_000, 0, requests(7, ResetHint.UNKNOWN));
    samples.histogram(30_000, 0, requests(9, ResetHint.UNKNOWN));
    samples.histogram(45_000, 0, requests(2, ResetHint.UNKNOWN));
    List<Chunk> chunks = write(samples);
    assertEquals(List.of(2, 1), chunks.stream().map(Chunk::samples).toList());
    assertEquals(
        List.of(ResetHint.UNKNOWN, ResetHint.NOT_RESET, ResetHint.RESET), read(chunks).hints());
  }

  @Test
  void countsThatAreNoIntegersTakeAnotherEncoding() {
    SampleList samples = new SampleList();
    samples.histogram(15_000, 0, requests(7, ResetHint.GAUGE));
    samples.histogram(30_000, 0, requests(7.5, ResetHint.GAUGE));
    samples.histogram(45_000, 0, requests(8, ResetHint.GAUGE));
    List<Chunk> chunks = write(samples);
    assertEquals(
        List.of(ChunkEncoding.HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM),
        chunks.stream().map(Chunk::encoding).toList());
    read(chunks).assertIs(samples);
  }

  private static NativeHistogram requests(double count, ResetHint hint) {
    return new NativeHistogram(
        hint,
        3,
        0x1p-128,
        0,
        count,
        count * 0.25,
        new Buckets(new int[] {-4}, new int[] {2}, new double[] {count - 1, 1}),
        Buckets.NONE,
        new double[0]);
  }

  @Test
  void samplesOutOfOrderAreRefused() {
    ChunkWriter writer = new ChunkWriter((_, _, _, _, _, _) -> {});
    writer.append(1000, 1);
    assertThrows(IllegalArgumentException.class, () -> writer.append(1000, 2));
  }

  @Test
  void anEncodingThatIsNotKnownIsNamed() {
    WeirException.BadData error =
        assertThrows(
            WeirException.BadData.class, () -> read(5, new byte[] {0, 1}, new SampleList()));
    assertEquals(
        "chunks/000001: chunk at offset 8: chunk encoding 5 is not known; known are 1 (XOR), 2"
            + " (histogram), 3 (float histogram) and 4 (XOR2). A newer Prometheus wrote it; switch"
            + " its experimental encodings off",
        error.getMessage());
  }

  /// A chunk that is cut short or changed gives samples or a named error, whatever the damage.
  @Property(tries = 200)
  void damageIsFoundOrHarmless(@ForAll long seed) {
    Random random = new Random(seed);
    for (Chunk chunk : write(SampleList.random(random, 60, 0))) {
      byte[] damaged = Arrays.copyOf(chunk.bytes, 1 + random.nextInt(chunk.bytes.length));
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      for (int encoding = 1; encoding <= 4; encoding++) {
        SampleList read = new SampleList();
        try {
          read(encoding, damaged, read);
        } catch (WeirException.Corrupt e) {
          assertTrue(e.getMessage().startsWith("chunks/000001: chunk at offset 8: "));
        }
        assertTrue(read.samples().size() <= 0xffff);
      }
    }
  }
}
