package dev.weir.blocks.chunk;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import java.util.Arrays;
import java.util.function.IntPredicate;

/// At which of a group's timestamps a series has a sample.
///
/// ```
/// Presence => All | Runs | Bitmap
/// All      => (nothing)
/// Runs     => Count:uvarint Length:uvarint{Count}
/// Bitmap   => u8[ceil(samples / 8)]
/// ```
///
/// Which form it is stands in the chunk that it belongs to: 0 all, 1 runs, 2 bitmap. Runs
/// alternate, first the absent, then the present; what comes after the last run is of the other
/// kind than it. The bitmap's lowest bit comes first, and 1 is present.
///
/// Example: of 40 samples the third to fifth are there: as runs, `02 02 03`.
final class Presence {
  static final int ALL = 0;
  static final int RUNS = 1;
  static final int BITMAP = 2;

  /// Lengths of runs, first of absent samples; their sum is the number of samples.
  private final int[] runs;

  private final int runCount;
  private final int samples;
  private final int present;

  private Presence(int[] runs, int runCount, int samples, int present) {
    this.runs = runs;
    this.runCount = runCount;
    this.samples = samples;
    this.present = present;
  }

  static Presence of(int samples, IntPredicate isPresent) {
    int[] runs = new int[8];
    int count = 0;
    int present = 0;
    boolean state = false;
    int start = 0;
    for (int i = 0; i <= samples; i++) {
      if (i == samples || isPresent.test(i) != state) {
        if (count == runs.length) {
          runs = Arrays.copyOf(runs, count * 2);
        }
        runs[count++] = i - start;
        present += state ? i - start : 0;
        start = i;
        state = !state;
      }
    }
    return new Presence(runs, count, samples, present);
  }

  /// How many samples are there.
  int present() {
    return present;
  }

  /// The form that takes the fewest bytes.
  int form() {
    if (present == samples) {
      return ALL;
    }
    return runsLength() <= bitmapLength(samples) ? RUNS : BITMAP;
  }

  /// The last run need not be written: it is what remains.
  private int writtenRuns() {
    return runCount - 1;
  }

  private int runsLength() {
    int length = ByteWriter.uvarintLength(writtenRuns());
    for (int i = 0; i < writtenRuns(); i++) {
      length += ByteWriter.uvarintLength(runs[i]);
    }
    return length;
  }

  private static int bitmapLength(int samples) {
    return (samples + 7) / 8;
  }

  void write(ByteWriter out) {
    switch (form()) {
      case ALL -> {}
      case RUNS -> {
        out.writeUvarint(writtenRuns());
        for (int i = 0; i < writtenRuns(); i++) {
          out.writeUvarint(runs[i]);
        }
      }
      default -> {
        byte[] bitmap = new byte[bitmapLength(samples)];
        forEachPresentRun((from, length, _) -> {
          for (int i = from; i < from + length; i++) {
            bitmap[i >>> 3] |= (byte) (1 << (i & 7));
          }
        });
        out.writeBytes(bitmap);
      }
    }
  }

  static Presence read(ByteReader in, int form, int samples) {
    return switch (form) {
      case ALL -> new Presence(new int[] {0, samples}, 2, samples, samples);
      case RUNS -> readRuns(in, samples);
      case BITMAP -> {
        int base = in.position();
        in.skip(bitmapLength(samples));
        byte[] bytes = in.array();
        yield of(samples, i -> (bytes[base + (i >>> 3)] >>> (i & 7) & 1) != 0);
      }
      default ->
          throw in.corrupt("presence form %d is not known; forms are 0 to 2".formatted(form));
    };
  }

  private static Presence readRuns(ByteReader in, int samples) {
    int written = in.readCountOfRemaining("number of runs", 1);
    int[] runs = new int[written + 1];
    int rest = samples;
    int present = 0;
    for (int i = 0; i <= written; i++) {
      runs[i] = i == written ? rest : in.readCount("length of a run", rest);
      rest -= runs[i];
      present += (i & 1) == 1 ? runs[i] : 0;
    }
    return new Presence(runs, written + 1, samples, present);
  }

  /// Takes a run of present samples: where it starts, how long it is, and how many came before.
  interface RunConsumer {
    void accept(int from, int length, int rank);
  }

  void forEachPresentRun(RunConsumer action) {
    int from = 0;
    int rank = 0;
    for (int i = 0; i < runCount; i++) {
      if ((i & 1) == 1 && runs[i] > 0) {
        action.accept(from, runs[i], rank);
        rank += runs[i];
      }
      from += runs[i];
    }
  }

  /// Moves the present values, which stand together from index `from`, to their places, and puts
  /// `absent` everywhere else.
  void spread(double[] values, int from, double absent) {
    // From the right: a value's place is never left of where it stands now, so nothing that is
    // still to be moved is written over.
    int end = from + samples;
    int rank = from + present;
    for (int i = runCount - 1; i >= 0; i--) {
      int start = end - runs[i];
      if ((i & 1) == 1) {
        rank -= runs[i];
        System.arraycopy(values, rank, values, start, runs[i]);
      }
      end = start;
    }
    int start = from;
    for (int i = 0; i < runCount; i++) {
      if ((i & 1) == 0) {
        Arrays.fill(values, start, start + runs[i], absent);
      }
      start += runs[i];
    }
  }
}
