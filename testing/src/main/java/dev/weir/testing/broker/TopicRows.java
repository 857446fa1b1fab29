package dev.weir.testing.broker;

import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.read.SampleReader;
import dev.weir.testing.GroupRow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The rows of a topic of samples, in the order of each partition's offsets. For one thread.
public final class TopicRows {
  /// A row and where it stands.
  public record Entry(long offset, long appendedMillis, GroupRow row) {}

  private final TopicTail tail;
  private final Consumer<Entry> listener;
  private final Map<Integer, SampleReader> readers = new HashMap<>();
  private final Map<Integer, List<Entry>> entries = new HashMap<>();
  private Map<TopicPartition, Long> positions = Map.of();
  private long samples;

  /// @param isolation `read_committed` or `read_uncommitted`
  /// @param listener is told of each row, in order
  public TopicRows(
      BrokerClients clients, String topic, String isolation, Consumer<Entry> listener) {
    this.tail = new TopicTail(clients, topic, isolation);
    this.listener = listener;
  }

  /// Reads what has come since.
  public void read() {
    for (ConsumerRecord<byte[], byte[]> one : tail.more()) {
      readers
          .computeIfAbsent(one.partition(), this::reader)
          .read(one.offset(), one.timestamp(), one.value());
    }
    positions = tail.positions();
  }

  private SampleReader reader(int partition) {
    List<Entry> of = of(partition);
    return new SampleReader(
        SampleReader.Settings.DEFAULT,
        Optional.empty(),
        0,
        new SampleReader.Receiver() {
          @Override
          public void rows(
              long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
            for (Row row : sampleRecord.rows()) {
              Entry entry =
                  new Entry(
                      offset, appendedMillis, new GroupRow(sampleRecord.group(), layout, row));
              of.add(entry);
              samples += row.sampleCount();
              listener.accept(entry);
            }
          }

          @Override
          public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
            throw new AssertionError("offset %d: %s".formatted(offset, reason));
          }
        });
  }

  /// Whether everything that was written so far has been read.
  public boolean isAtEnd() {
    return tail.isAtEnd();
  }

  /// The rows of a partition so far; more come at its end.
  public List<Entry> of(int partition) {
    return entries.computeIfAbsent(partition, _ -> new ArrayList<>());
  }

  /// Whether everything before an offset of a partition has been read.
  public boolean hasRead(int partition, long offset) {
    return positions.entrySet().stream()
        .anyMatch(one -> one.getKey().partition() == partition && one.getValue() >= offset);
  }

  /// Samples that were read.
  public long samples() {
    return samples;
  }
}
