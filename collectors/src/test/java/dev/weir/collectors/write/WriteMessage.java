package dev.weir.collectors.write;

import dev.weir.model.NativeHistogram;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes remote-write messages, for tests.
public final class WriteMessage {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /// @param labels alternating names and values
  public WriteMessage series(List<String> labels, Map<Long, Double> samples) {
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    labels(series, labels);
    new TreeMap<>(samples)
        .forEach((timestamp, value) -> {
          ByteArrayOutputStream sample = new ByteArrayOutputStream();
          fixed64(sample, 1, value);
          number(sample, 2, timestamp);
          bytes(series, 2, sample.toByteArray());
        });
    return raw(1, series.toByteArray());
  }

  /// A series with one histogram.
  ///
  /// @param labels alternating names and values
  /// @param integers whether its counts are written as whole numbers, by differences
  WriteMessage histogram(
      List<String> labels, long timestampMillis, NativeHistogram histogram, boolean integers) {
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    labels(series, labels);
    bytes(series, 4, HistogramMessage.of(timestampMillis, histogram, integers));
    return raw(1, series.toByteArray());
  }

  /// A series with one sample and an exemplar.
  ///
  /// @param labels alternating names and values
  /// @param exemplarLabels likewise
  WriteMessage exemplar(
      List<String> labels,
      long timestampMillis,
      double value,
      List<String> exemplarLabels,
      long exemplarMillis) {
    ByteArrayOutputStream series = new ByteArrayOutputStream();
    labels(series, labels);
    ByteArrayOutputStream sample = new ByteArrayOutputStream();
    fixed64(sample, 1, value);
    number(sample, 2, timestampMillis);
    bytes(series, 2, sample.toByteArray());
    ByteArrayOutputStream exemplar = new ByteArrayOutputStream();
    labels(exemplar, exemplarLabels);
    fixed64(exemplar, 2, value);
    number(exemplar, 3, exemplarMillis);
    bytes(series, 3, exemplar.toByteArray());
    return raw(1, series.toByteArray());
  }

  private static void labels(ByteArrayOutputStream out, List<String> labels) {
    for (int i = 0; i < labels.size(); i += 2) {
      ByteArrayOutputStream label = new ByteArrayOutputStream();
      text(label, 1, labels.get(i));
      text(label, 2, labels.get(i + 1));
      bytes(out, 1, label.toByteArray());
    }
  }

  public WriteMessage metadata(int type, String family, String help, String unit) {
    ByteArrayOutputStream metadata = new ByteArrayOutputStream();
    number(metadata, 1, type);
    text(metadata, 2, family);
    text(metadata, 4, help);
    text(metadata, 5, unit);
    return raw(3, metadata.toByteArray());
  }

  /// Any field with any bytes.
  public WriteMessage raw(int field, byte[] value) {
    bytes(out, field, value);
    return this;
  }

  public byte[] toBytes() {
    return out.toByteArray();
  }

  static void text(ByteArrayOutputStream out, int field, String value) {
    bytes(out, field, value.getBytes(StandardCharsets.UTF_8));
  }

  static void bytes(ByteArrayOutputStream out, int field, byte[] value) {
    varint(out, field << 3 | 2);
    varint(out, value.length);
    out.writeBytes(value);
  }

  static void number(ByteArrayOutputStream out, int field, long value) {
    varint(out, field << 3);
    varint(out, value);
  }

  static void zigzag(ByteArrayOutputStream out, int field, long value) {
    number(out, field, (value << 1) ^ (value >> 63));
  }

  static void fixed64(ByteArrayOutputStream out, int field, double value) {
    varint(out, field << 3 | 1);
    out.writeBytes(littleEndian(value));
  }

  static byte[] littleEndian(double value) {
    return ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putDouble(value).array();
  }

  static void varint(ByteArrayOutputStream out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.write((int) ((rest & 0x7f) | 0x80));
      rest >>>= 7;
    }
    out.write((int) rest);
  }
}
