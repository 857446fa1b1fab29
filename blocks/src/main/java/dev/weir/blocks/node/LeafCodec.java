package dev.weir.blocks.node;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.model.source.GroupSamples;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;

/// Questions for leaves and their answers, as they travel.
///
/// ```
/// Question => Query:text SplitVersion:uvarint StartMillis:varint EndMillis:varint
///             StepMillis:uvarint LookbackMillis:uvarint MaxSamples:uvarint MaxSeries:uvarint
///             MaxMemoryBytes:uvarint TimeoutMillis:uvarint
/// Kept     => Count:uvarint (Topic:text Partition:uvarint StartOffset:uvarint
///             GoneToMillis:varint)*
/// ```
///
/// An answer to a question has for each leaf a GROUP frame, whose series are those of the leaf's
/// vector under a group that means nothing, and a SAMPLES frame; then an ITEMS frame with remarks,
/// and END. *Kept* is the payload of the one ITEMS frame in an answer about what is kept.
///
/// Version 1 is the first version.
final class LeafCodec {
  private static final GroupKey NO_GROUP =
      new GroupKey(new PartitionKey.Hashed(Tenant.DEFAULT, 0), "", Slice.WHOLE);

  private LeafCodec() {}

  static void writeQuestion(LeafQuestion question, ByteWriter out) {
    out.writeText(question.query()).writeUvarint(question.splitVersion());
    out.writeVarint(question.startMillis()).writeVarint(question.endMillis());
    out.writeUvarint(question.stepMillis()).writeUvarint(question.lookbackMillis());
    out.writeUvarint(question.maxSamples()).writeUvarint(question.maxSeries());
    out.writeUvarint(question.maxMemoryBytes()).writeUvarint(question.timeoutMillis());
  }

  static LeafQuestion readQuestion(ByteReader in) {
    return new LeafQuestion(
        in.readText(),
        in.readCount("version of the planner", Integer.MAX_VALUE),
        in.readVarint(),
        in.readVarint(),
        in.readUvarint(),
        in.readUvarint(),
        in.readUvarint(),
        in.readUvarint(),
        in.readUvarint(),
        in.readUvarint());
  }

  static void writeKept(List<KeptRows> kept, ByteWriter out) {
    out.writeUvarint(kept.size());
    for (KeptRows one : kept) {
      out.writeText(one.topic()).writeUvarint(one.partition());
      out.writeUvarint(one.startOffset()).writeVarint(one.goneToMillis());
    }
  }

  static List<KeptRows> readKept(ByteReader in) {
    int count = in.readCountOfRemaining("number of partitions", 4);
    List<KeptRows> kept = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      kept.add(
          new KeptRows(
              in.readText(),
              in.readCount("partition", Integer.MAX_VALUE),
              in.readUvarint(),
              in.readVarint()));
    }
    in.expectEnd();
    return kept;
  }

  /// Writes all frames of an answer but the last.
  static void writeAnswer(LeafAnswer answer, OutputStream out) throws IOException {
    for (LeafAnswer.Vector leaf : answer.leaves()) {
      ByteWriter header = new ByteWriter();
      GroupCodec.writeSeries(
          NO_GROUP,
          leaf.series().stream().map(labels -> new SeriesMeta(labels, MetricType.UNKNOWN)).toList(),
          header);
      Frame.of(Frame.Type.GROUP, header).write(out);
      ByteWriter samples = new ByteWriter();
      GroupCodec.writeSamples(leaf.samples(), samples);
      Frame.of(Frame.Type.SAMPLES, samples).write(out);
    }
    ByteWriter remarks = new ByteWriter();
    AnswerCodec.writeTexts(answer.remarks(), remarks);
    Frame.of(Frame.Type.ITEMS, remarks).write(out);
  }

  static LeafAnswer readAnswer(Answer answer) {
    List<LeafAnswer.Vector> leaves = new ArrayList<>();
    List<String> remarks = new ArrayList<>();
    for (Frame frame = answer.next(); !answer.ended(); frame = answer.next()) {
      switch (frame.type()) {
        case GROUP -> {
          List<Labels> series =
              GroupCodec.readSeries(frame.payload()).series().stream()
                  .map(SeriesMeta::labels)
                  .toList();
          GroupSamples samples =
              GroupCodec.readSamples(
                  answer.expect(Frame.Type.SAMPLES, answer.next()).payload(), series.size());
          leaves.add(new LeafAnswer.Vector(series, samples));
        }
        case ITEMS -> remarks.addAll(AnswerCodec.readTexts(frame.payload()));
        case SAMPLES, STATUS, END, FAILURE, EXEMPLARS ->
            throw new WeirException.Corrupt(
                "a %s frame among those of leaves".formatted(frame.type()));
      }
    }
    return new LeafAnswer(leaves, remarks, answer.end().completeness());
  }
}
