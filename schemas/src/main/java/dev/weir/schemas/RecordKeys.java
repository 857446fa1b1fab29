package dev.weir.schemas;

import dev.weir.model.PartitionKey;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;

/// Keys of records, and the partitions that they belong to.
///
/// A key is a JSON array of its parts, in UTF-8 without spaces, so that it is unambiguous, the same
/// from every producer, and readable wherever Kafka is looked into:
///
/// ```
/// ["default","node","db-1:9100"]    tenant, job and instance (weir.samples, weir.recorded)
/// ["default",17]                    tenant and hash bucket, for series without job or instance
/// ["default","go_goroutines"]       tenant and name (compacted topics)
/// ```
///
/// Escaped are `"`, `\` and the characters below U+0020 (as a backslash, `u` and four hexadecimal
/// digits), nothing else.
///
/// The partition is what Kafka's own producers choose for a key: murmur2 of its bytes, its sign bit
/// cleared, modulo the number of partitions. So every client with Kafka's default partitioner
/// (librdkafka: `murmur2_random`) puts a series where Weir does, and [#partition] needs to be
/// called only by those who read.
public final class RecordKeys {
  private RecordKeys() {}

  /// The key of a group's records.
  public static byte[] of(PartitionKey key) {
    return switch (key) {
      case PartitionKey.OfTarget(var tenant, String job, String instance) ->
          of(tenant.name(), job, instance);
      case PartitionKey.Hashed(var tenant, int bucket) -> {
        StringBuilder text = new StringBuilder("[");
        appendQuoted(text, tenant.name());
        yield bytes(text.append(',').append(bucket).append(']'));
      }
    };
  }

  /// The key of parts that are all text: the tenant first, where there is one.
  public static byte[] of(String... parts) {
    StringBuilder text = new StringBuilder("[");
    for (int i = 0; i < parts.length; i++) {
      if (i > 0) {
        text.append(',');
      }
      appendQuoted(text, parts[i]);
    }
    return bytes(text.append(']'));
  }

  /// The partition of a key, in a topic with so many.
  public static int partition(byte[] key, int partitions) {
    return BuiltInPartitioner.partitionForKey(key, partitions);
  }

  /// The partition of a series with this key.
  public static int partition(PartitionKey key, int partitions) {
    return partition(of(key), partitions);
  }

  private static byte[] bytes(StringBuilder text) {
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else if (c < 0x20) {
        out.append("\\u%04x".formatted((int) c));
      } else {
        out.append(c);
      }
    }
    out.append('"');
  }
}
