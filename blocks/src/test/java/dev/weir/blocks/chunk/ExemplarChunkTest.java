package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExemplarChunkTest extends ChunkContract<List<Exemplar>> {
  @Override
  List<Exemplar> column(int samples, Random random) {
    List<Exemplar> exemplars = new ArrayList<>();
    double[] values = OddValues.column(samples, random);
    for (int i = 0; i < samples; i++) {
      long row = 1_700_000_000_000L + i * 15_000L;
      exemplars.add(
          new Exemplar(
              random.nextInt(5) == 0
                  ? Labels.EMPTY
                  : Labels.of("trace_id", Long.toHexString(random.nextLong()), "ü", "\uE000"),
              values[i],
              OptionalLong.of(row - random.nextInt(15_000))));
    }
    return exemplars;
  }

  @Override
  void write(List<Exemplar> column, ByteWriter out) {
    ExemplarChunk.write(column, out);
  }

  @Override
  List<Exemplar> read(ByteReader in, int samples) {
    return ExemplarChunk.read(in);
  }

  @Override
  String bits(List<Exemplar> column) {
    StringBuilder text = new StringBuilder();
    for (Exemplar exemplar : column) {
      text.append(exemplar)
          .append(Long.toHexString(Double.doubleToRawLongBits(exemplar.value())))
          .append('\n');
    }
    return text.toString();
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    ExemplarChunk.write(
        List.of(new Exemplar(Labels.of("id", "a"), 1.0, OptionalLong.of(1000))), out);
    assertEquals(
        "01 00 d0 0f 00 00 00 00 00 00 f0 3f 01 02 69 64 01 61",
        HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }

  @Test
  void exemplarsThatDoNotAscendAreRefused() {
    ByteWriter out = new ByteWriter();
    Exemplar one = new Exemplar(Labels.of("id", "a"), 1.0, OptionalLong.of(1000));
    ExemplarChunk.write(List.of(one, one), out);
    WeirException.Corrupt e =
        assertThrows(
            WeirException.Corrupt.class,
            () -> ExemplarChunk.read(new ByteReader(out.toByteArray(), "chunk")));
    assertTrue(
        e.getMessage().contains("exemplar 1 does not come after the one before"), e.getMessage());
  }
}
