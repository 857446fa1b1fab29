package dev.weir.streams.query;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.schemas.LabelsCodec;
import dev.weir.schemas.avro.AvroReader;
import dev.weir.schemas.avro.AvroWriter;
import dev.weir.schemas.avro.TextCache;
import dev.weir.streams.definition.GroupId;
import dev.weir.streams.definition.GroupIdCodec;
import dev.weir.streams.partial.PartialFormat;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// How [Answers] are written: records of the topic between the two stages, beside partial results.
///
/// ```
/// Answers => Kind:long Tenant:string File:string Group:string TimestampMillis:long
///            AnswerCount:long Answer*
/// Answer  => Query:string AtMillis:long (0:long Complete:boolean SampleCount:long Sample*
///            | 1:long Message:string)
/// Sample  => Labels Value:double
/// ```
///
/// Primitives are Avro's. *Kind* is -1; partial results begin with their version, which is above
/// zero. Another way of writing answers will have another negative number; a reader leaves out
/// kinds that it does not know.
///
/// Example: the answers of group `g` in file `f` of tenant `t` for time 5, of which there are none,
/// take 9 bytes: `01 02 74 02 66 02 67 0a 00`.
public final class AnswersFormat {
  private static final long KIND = -1;
  private static final int VALUES = 0;
  private static final int FAILED = 1;
  private static final int KINDS = 2;

  private final TextCache texts = new TextCache(1 << 12);

  /// Whether a record of the topic is answers, in a way that this version reads.
  public static boolean isKnown(byte[] bytes) {
    return new AvroReader(bytes, 0, bytes.length).readLong() == KIND;
  }

  /// Answers that fit into a record, and the record.
  record Fitting(Answers answers, byte[] bytes) {}

  /// Writes answers. Where they are too large together for a record, the largest of them fail and
  /// say so, until the others fit.
  public byte[] write(Answers answers) {
    return fit(answers).bytes();
  }

  /// Writes answers, and says which of them are there.
  Fitting fit(Answers answers) {
    return fit(answers, PartialFormat.MAX_BYTES);
  }

  /// @param maxBytes of questions and answers
  Fitting fit(Answers answers, int maxBytes) {
    Map<Question, Answer> fitting = new TreeMap<>(answers.byQuestion());
    Map<Question, byte[]> written = new TreeMap<>();
    fitting.forEach((question, answer) -> written.put(question, write(question, answer)));
    long bytes = written.values().stream().mapToLong(one -> one.length).sum();
    if (bytes > maxBytes) {
      List<Question> bySize = new ArrayList<>(written.keySet());
      bySize.sort(Comparator.comparingInt(question -> -size(written, question)));
      long left = bytes;
      for (Question largest : bySize) {
        if (left > maxBytes) {
          Answer failed =
              new Answer.Failed(
                  "by query: the answer takes %d bytes, and all of the group %d, more than %d"
                      .formatted(size(written, largest), bytes, maxBytes));
          left -= size(written, largest);
          fitting.put(largest, failed);
          written.put(largest, write(largest, failed));
          left += size(written, largest);
        }
      }
    }
    AvroWriter out = new AvroWriter(256);
    out.writeLong(KIND);
    GroupIdCodec.write(answers.group(), out);
    out.writeLong(answers.timestampMillis());
    out.writeLong(written.size());
    written.values().forEach(one -> out.writeFixed(one, 0, one.length));
    return new Fitting(
        new Answers(answers.group(), answers.timestampMillis(), fitting), out.toBytes());
  }

  private static int size(Map<Question, byte[]> written, Question question) {
    return requireNonNull(written.get(question), "what was written").length;
  }

  private static byte[] write(Question question, Answer answer) {
    AvroWriter out = new AvroWriter(256);
    out.writeString(question.query());
    out.writeLong(question.timestampMillis());
    write(answer, out);
    return out.toBytes();
  }

  private static void write(Answer answer, AvroWriter out) {
    switch (answer) {
      case Answer.Values(List<Sample> samples, boolean complete) -> {
        out.writeLong(VALUES);
        out.writeBoolean(complete);
        out.writeLong(samples.size());
        for (Sample sample : samples) {
          LabelsCodec.write(sample.labels(), out);
          out.writeDouble(sample.value());
        }
      }
      case Answer.Failed(String message) -> {
        out.writeLong(FAILED);
        out.writeString(message);
      }
    }
  }

  /// @throws dev.weir.model.WeirException.Corrupt if the bytes are no answers
  public Answers read(byte[] bytes) {
    AvroReader in = new AvroReader(bytes, 0, bytes.length);
    long kind = in.readLong();
    if (kind != KIND) {
      throw in.corrupt("answers of kind %d, not %d".formatted(kind, KIND));
    }
    GroupId group = GroupIdCodec.read(in);
    long timestampMillis = in.readLong();
    Map<Question, Answer> answers = new LinkedHashMap<>();
    for (long left = in.readLong(); left > 0; left--) {
      answers.put(new Question(in.readString(), in.readLong()), readAnswer(in));
    }
    in.expectEnd();
    return new Answers(group, timestampMillis, answers);
  }

  private Answer readAnswer(AvroReader in) {
    if (in.readIndex(KINDS, "kind of answer") == FAILED) {
      return new Answer.Failed(in.readString());
    }
    boolean complete = in.readBoolean();
    List<Sample> samples = new ArrayList<>();
    for (long left = in.readLong(); left > 0; left--) {
      Labels labels = LabelsCodec.read(in, texts);
      samples.add(new Sample(labels, in.readDouble(), null));
    }
    return new Answer.Values(samples, complete);
  }
}
