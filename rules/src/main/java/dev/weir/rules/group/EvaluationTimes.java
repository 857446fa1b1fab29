package dev.weir.rules.group;

import com.dynatrace.hash4j.hashing.Hashing;
import dev.weir.rules.RuleGroup;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// When a group is evaluated: every interval, at an offset that its file and name decide, so that
/// groups of one interval do not run all at once. The offset is Prometheus's: XXH64 of the labels
/// `file` and `name`, modulo the interval in nanoseconds. Results stand at whole milliseconds. A
/// shadow group has the times of the live group that it stands for.
///
/// @param offsetMillis from the multiples of the interval, below the interval
public record EvaluationTimes(long intervalMillis, long offsetMillis) {
  private static final long NANOS = 1_000_000;
  private static final byte SEPARATOR = (byte) 0xff;

  public EvaluationTimes {
    if (intervalMillis <= 0 || offsetMillis < 0 || offsetMillis >= intervalMillis) {
      throw new IllegalArgumentException(
          "offset %d ms is not within the interval of %d ms"
              .formatted(offsetMillis, intervalMillis));
    }
  }

  public static EvaluationTimes of(RuleGroup group) {
    long hash = hash("file", group.origin(), "name", group.name());
    long offsetNanos = Long.remainderUnsigned(hash, group.intervalMillis() * NANOS);
    return new EvaluationTimes(group.intervalMillis(), offsetNanos / NANOS);
  }

  /// As Prometheus hashes labels: each name and value with 0xFF behind it.
  private static long hash(String... namesAndValues) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (String text : namesAndValues) {
      bytes.writeBytes(text.getBytes(StandardCharsets.UTF_8));
      bytes.write(SEPARATOR);
    }
    return Hashing.xxh64().hashBytesToLong(bytes.toByteArray());
  }

  /// The last evaluation at or before a time.
  public long atOrBefore(long timestampMillis) {
    return timestampMillis - Math.floorMod(timestampMillis - offsetMillis, intervalMillis);
  }

  /// The first evaluation after a time.
  public long after(long timestampMillis) {
    return atOrBefore(timestampMillis) + intervalMillis;
  }

  /// Whether the group is evaluated at that time.
  public boolean isDue(long timestampMillis) {
    return atOrBefore(timestampMillis) == timestampMillis;
  }
}
