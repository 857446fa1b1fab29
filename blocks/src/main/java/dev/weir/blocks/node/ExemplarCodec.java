package dev.weir.blocks.node;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.chunk.ExemplarChunk;
import dev.weir.model.source.SeriesExemplars;
import java.util.ArrayList;
import java.util.List;

/// Exemplars as payloads of frames.
///
/// ```
/// Payload => Count:uvarint (Length:uvarint Series Exemplars)*
/// ```
///
/// *Series* is that of [GroupCodec], with one series, and *Length* its length in bytes; *Exemplars*
/// is an [ExemplarChunk].
///
/// Version 1 is the first version.
final class ExemplarCodec {
  private ExemplarCodec() {}

  static void write(List<SeriesExemplars> series, ByteWriter out) {
    out.writeUvarint(series.size());
    for (SeriesExemplars one : series) {
      ByteWriter header = new ByteWriter();
      GroupCodec.writeSeries(one.group(), List.of(one.series()), header);
      out.writeUvarint(header.length()).writeBytes(header.array(), 0, header.length());
      ExemplarChunk.write(one.exemplars(), out);
    }
  }

  static List<SeriesExemplars> read(ByteReader in) {
    int count = in.readCountOfRemaining("number of series", 2);
    List<SeriesExemplars> series = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte[] header = in.readBytes(in.readCountOfRemaining("length of a series", 1));
      GroupCodec.Header of =
          GroupCodec.readSeries(new ByteReader(header, "storage node answer, EXEMPLARS frame"));
      if (of.series().size() != 1) {
        throw in.corrupt("%d series stand for one".formatted(of.series().size()));
      }
      series.add(new SeriesExemplars(of.key(), of.series().getFirst(), ExemplarChunk.read(in)));
    }
    in.expectEnd();
    return series;
  }
}
