package dev.weir.promql.eval.aggregate;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.weir.model.Labels;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// The hash that `limit_ratio` samples by: XXH64 over Prometheus's own encoding of a label set, so
/// that both choose the same series.
///
/// ```
/// Labels => (Text Text)*                      name and value, in order of names
/// Text   => Length:u8 Byte*                   shorter than 255 bytes
///         | 255:u8 Length:u24le Byte*
/// ```
final class LabelHash {
  private LabelHash() {}

  /// The hash as a share of all hashes.
  static double fraction(Labels labels) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (int i = 0; i < labels.size(); i++) {
      write(bytes, labels.name(i));
      write(bytes, labels.value(i));
    }
    long hash = Hashing.xxh64().hashBytesToLong(bytes.toByteArray());
    return unsigned(hash) / 0x1p64;
  }

  private static double unsigned(long hash) {
    return hash >= 0 ? hash : (double) ((hash >>> 1) | (hash & 1)) * 2;
  }

  private static void write(ByteArrayOutputStream out, String text) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    if (utf8.length < 255) {
      out.write(utf8.length);
    } else {
      out.write(255);
      out.write(utf8.length);
      out.write(utf8.length >> 8);
      out.write(utf8.length >> 16);
    }
    out.writeBytes(utf8);
  }
}
