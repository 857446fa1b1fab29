package dev.weir.blocks.chunk;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Exemplar;
import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ExemplarChunkTest extends ChunkContract<List<TimedExemplar>> {
  @Override
  List<TimedExemplar> column(int samples, Random random) {
    List<TimedExemplar> exemplars = new ArrayList<>();
    double[] values = OddValues.column(samples, random);
    for (int i = 0; i < samples; i++) {
      long row = 1_700_000_000_000L + i * 15_000L;
      exemplars.add(
          new TimedExemplar(
              row,
              new Exemplar(
                  random.nextInt(5) == 0
                      ? Labels.EMPTY
                      : Labels.of("trace_id", Long.toHexString(random.nextLong()), "ü", "\uE000"),
                  values[i],
                  random.nextBoolean()
                      ? OptionalLong.of(row - random.nextInt(15_000))
                      : OptionalLong.empty())));
    }
    return exemplars;
  }

  @Override
  void write(List<TimedExemplar> column, ByteWriter out) {
    ExemplarChunk.write(column, out);
  }

  @Override
  List<TimedExemplar> read(ByteReader in, int samples) {
    return ExemplarChunk.read(in);
  }

  @Override
  String bits(List<TimedExemplar> column) {
    StringBuilder text = new StringBuilder();
    for (TimedExemplar exemplar : column) {
      text.append(exemplar)
          .append(Long.toHexString(Double.doubleToRawLongBits(exemplar.exemplar().value())))
          .append('\n');
    }
    return text.toString();
  }

  @Test
  void theExampleOfTheFormatIsWrittenSo() {
    ByteWriter out = new ByteWriter();
    ExemplarChunk.write(
        List.of(
            new TimedExemplar(1000, new Exemplar(Labels.of("id", "a"), 1.0, OptionalLong.empty()))),
        out);
    assertEquals(
        "01 00 d0 0f 00 00 00 00 00 00 00 f0 3f 01 02 69 64 01 61",
        HexFormat.ofDelimiter(" ").formatHex(out.toByteArray()));
  }

  @Test
  void anExemplarWithoutTimeHasThatOfItsRow() {
    Exemplar without = new Exemplar(Labels.EMPTY, 1, OptionalLong.empty());
    Exemplar with = new Exemplar(Labels.EMPTY, 1, OptionalLong.of(900));
    assertEquals(1000, new TimedExemplar(1000, without).timestampMillis());
    assertEquals(900, new TimedExemplar(1000, with).timestampMillis());
  }
}
