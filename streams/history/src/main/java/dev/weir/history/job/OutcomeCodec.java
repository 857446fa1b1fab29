package dev.weir.history.job;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weir.history.alert.AlertChange;
import dev.weir.history.range.StepValues;
import dev.weir.history.range.Steps;
import dev.weir.model.Labels;
import dev.weir.rules.alert.AlertState;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// What outcomes hold, within one job: nothing of it is kept.
///
/// ```
/// Steps    => FirstMillis:i64  IntervalMillis:i64  Count:i32
/// Elements => Steps  Failed:Map<i32, Text>  Series:i32  (Labels  Run:i32  Run*)*
/// Run      => FirstStep:i32  Length:i32  Value:f64[Length]
/// Changes  => Count:i32  Change*
/// Failures => Count:i64  FirstMillis:i64  Reason:Text
/// Block    => Written:u8  Samples:i64  Bytes:i64
/// Done     => Evaluations:i64  Samples:i64  Elements:i32
/// ```
///
/// An element that is a native histogram travels as 0, which is what alerts show of it.
final class OutcomeCodec {
  private OutcomeCodec() {}

  /// Evaluations of a rule that failed.
  record Failures(long count, long firstMillis, String reason) {}

  /// @param written by this task, and not there before
  record Block(boolean written, long samples, long bytes) {}

  /// @param elements how many outcomes of that kind the slice gave
  record Done(long evaluations, long samples, int elements) {}

  static void write(DataOutputStream out, Failures failures) throws IOException {
    out.writeLong(failures.count);
    out.writeLong(failures.firstMillis);
    writeText(out, failures.reason);
  }

  static Failures readFailures(DataInputStream in) throws IOException {
    return new Failures(in.readLong(), in.readLong(), readText(in));
  }

  static void write(DataOutputStream out, Block block) throws IOException {
    out.writeBoolean(block.written);
    out.writeLong(block.samples);
    out.writeLong(block.bytes);
  }

  static Block readBlock(DataInputStream in) throws IOException {
    return new Block(in.readBoolean(), in.readLong(), in.readLong());
  }

  static void write(DataOutputStream out, Done done) throws IOException {
    out.writeLong(done.evaluations);
    out.writeLong(done.samples);
    out.writeInt(done.elements);
  }

  static Done readDone(DataInputStream in) throws IOException {
    return new Done(in.readLong(), in.readLong(), in.readInt());
  }

  /// How much the elements of some steps take, roughly.
  static long elementsBytes(StepValues values, int from, int to) {
    long bytes = 0;
    for (Map.Entry<Labels, StepValues.Column> series : values.series().entrySet()) {
      int there = 0;
      for (int step = from; step < to; step++) {
        there += series.getValue().isThere(step) ? 1 : 0;
      }
      if (there > 0) {
        Labels labels = series.getKey();
        for (int i = 0; i < labels.size(); i++) {
          bytes += labels.name(i).length() + labels.value(i).length();
        }
        bytes += (long) there * Double.BYTES;
      }
    }
    return bytes;
  }

  /// Writes the elements of some steps.
  ///
  /// @param evaluations of the values, whose own times are those of samples
  static void writeElements(
      DataOutputStream out, StepValues values, Steps evaluations, int from, int to)
      throws IOException {
    out.writeLong(evaluations.timeMillis(from));
    out.writeLong(evaluations.intervalMillis());
    out.writeInt(to - from);
    Map<Integer, String> failed = values.failed().subMap(from, to);
    out.writeInt(failed.size());
    for (Map.Entry<Integer, String> failure : failed.entrySet()) {
      out.writeInt(failure.getKey() - from);
      writeText(out, failure.getValue());
    }
    Map<Labels, List<int[]>> runs = new LinkedHashMap<>();
    values
        .series()
        .forEach((labels, column) -> {
          List<int[]> of = runs(column, from, to);
          if (!of.isEmpty()) {
            runs.put(labels, of);
          }
        });
    out.writeInt(runs.size());
    for (Map.Entry<Labels, List<int[]>> series : runs.entrySet()) {
      writeLabels(out, series.getKey());
      StepValues.Column column = values.column(series.getKey());
      out.writeInt(series.getValue().size());
      for (int[] run : series.getValue()) {
        out.writeInt(run[0] - from);
        out.writeInt(run[1] - run[0]);
        for (int step = run[0]; step < run[1]; step++) {
          boolean histogram = column.histogram(step) != null;
          out.writeDouble(histogram ? 0 : column.values()[step]);
        }
      }
    }
  }

  /// Where a column has values: from a step, up to another.
  private static List<int[]> runs(StepValues.Column column, int from, int to) {
    List<int[]> runs = new ArrayList<>();
    for (int step = from; step < to; step++) {
      if (column.isThere(step)) {
        int first = step;
        while (step < to && column.isThere(step)) {
          step++;
        }
        runs.add(new int[] {first, step});
      }
    }
    return runs;
  }

  /// The elements at the times of evaluations.
  static StepValues readElements(DataInputStream in) throws IOException {
    StepValues values = new StepValues(new Steps(in.readLong(), in.readLong(), in.readInt()));
    for (int failures = in.readInt(); failures > 0; failures--) {
      values.fail(in.readInt(), readText(in));
    }
    for (int series = in.readInt(); series > 0; series--) {
      Labels labels = readLabels(in);
      for (int runs = in.readInt(); runs > 0; runs--) {
        int step = in.readInt();
        for (int left = in.readInt(); left > 0; left--) {
          values.set(labels, step++, in.readDouble(), null);
        }
      }
    }
    return values;
  }

  static void write(DataOutputStream out, List<AlertChange> changes) throws IOException {
    out.writeInt(changes.size());
    for (AlertChange change : changes) {
      out.writeInt(change.rule());
      writeLabels(out, change.labels());
      out.writeUTF(change.from().name());
      out.writeUTF(change.to().name());
      out.writeLong(change.timestampMillis());
      out.writeLong(change.activeAtMillis());
      out.writeDouble(change.value());
      writeTexts(out, change.annotations());
    }
  }

  static List<AlertChange> readChanges(DataInputStream in) throws IOException {
    List<AlertChange> changes = new ArrayList<>();
    for (int left = in.readInt(); left > 0; left--) {
      changes.add(
          new AlertChange(
              in.readInt(),
              readLabels(in),
              AlertState.valueOf(in.readUTF()),
              AlertState.valueOf(in.readUTF()),
              in.readLong(),
              in.readLong(),
              in.readDouble(),
              readTexts(in)));
    }
    return changes;
  }

  private static void writeLabels(DataOutputStream out, Labels labels) throws IOException {
    writeTexts(out, labels.toMap());
  }

  private static Labels readLabels(DataInputStream in) throws IOException {
    return Labels.of(readTexts(in));
  }

  private static void writeTexts(DataOutputStream out, Map<String, String> texts)
      throws IOException {
    out.writeInt(texts.size());
    for (Map.Entry<String, String> text : texts.entrySet()) {
      writeText(out, text.getKey());
      writeText(out, text.getValue());
    }
  }

  private static Map<String, String> readTexts(DataInputStream in) throws IOException {
    Map<String, String> texts = new TreeMap<>();
    for (int left = in.readInt(); left > 0; left--) {
      texts.put(readText(in), readText(in));
    }
    return texts;
  }

  private static void writeText(DataOutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(UTF_8);
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static String readText(DataInputStream in) throws IOException {
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    return new String(bytes, UTF_8);
  }
}
