package dev.weir.benchmarks.query;

import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.xerial.snappy.Snappy;

/// Makes the bodies of remote write 1.0: a `WriteRequest` in protobuf, compressed by snappy.
public final class RemoteWriteEncoder {
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED64 = 1;
  private static final int VARINT = 0;

  /// Room for the sample of a `TimeSeries`, behind its labels.
  private static final int SAMPLE_BYTES = 32;

  private final ByteArrayOutputStream request = new ByteArrayOutputStream();
  private int samples;

  /// The labels of a `TimeSeries`, encoded.
  public static byte[] encode(Labels labels) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    labels.forEach((name, value) -> {
      ByteArrayOutputStream label = new ByteArrayOutputStream();
      writeBytes(1, name.getBytes(StandardCharsets.UTF_8), label);
      writeBytes(2, value.getBytes(StandardCharsets.UTF_8), label);
      writeBytes(1, label.toByteArray(), out);
    });
    return out.toByteArray();
  }

  /// Adds a scrape.
  ///
  /// @param series for each value, as [#encode] has it
  /// @param values absent ones are left out
  public void add(List<byte[]> series, double[] values, long timestampMillis) {
    ByteArrayOutputStream stamp = new ByteArrayOutputStream();
    writeTag(2, VARINT, stamp);
    writeUvarint(timestampMillis, stamp);
    ByteBuffer sample = ByteBuffer.allocate(SAMPLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < values.length; i++) {
      if (AbsentValue.is(values[i])) {
        continue;
      }
      sample.clear();
      sample.put((byte) (2 << 3 | LENGTH_DELIMITED)).put((byte) (1 + Double.BYTES + stamp.size()));
      sample.put((byte) (1 << 3 | FIXED64)).putDouble(values[i]).put(stamp.toByteArray());
      byte[] labels = series.get(i);
      writeTag(1, LENGTH_DELIMITED, request);
      writeUvarint(labels.length + sample.position(), request);
      request.writeBytes(labels);
      request.write(sample.array(), 0, sample.position());
      samples++;
    }
  }

  /// Samples that were added since the last body.
  public int samples() {
    return samples;
  }

  /// The body with everything that was added; the next one starts empty.
  public byte[] body() {
    try {
      byte[] body = Snappy.compress(request.toByteArray());
      request.reset();
      samples = 0;
      return body;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void writeBytes(int field, byte[] bytes, ByteArrayOutputStream out) {
    writeTag(field, LENGTH_DELIMITED, out);
    writeUvarint(bytes.length, out);
    out.writeBytes(bytes);
  }

  private static void writeTag(int field, int type, ByteArrayOutputStream out) {
    out.write(field << 3 | type);
  }

  private static void writeUvarint(long value, ByteArrayOutputStream out) {
    long rest = value;
    for (; rest >>> 7 != 0; rest >>>= 7) {
      out.write((int) ((rest & 0x7f) | 0x80));
    }
    out.write((int) rest);
  }
}
