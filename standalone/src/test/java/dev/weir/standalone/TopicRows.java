package dev.weir.standalone;

import dev.weir.model.AbsentValue;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.read.SampleReader;
import dev.weir.testing.GroupRow;
import dev.weir.testing.GroupRow.Sample;
import dev.weir.testing.broker.BrokerClients;
import dev.weir.testing.broker.TopicTail;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// The rows of a topic of samples, as `read_committed`, in the order of each partition's offsets.
/// For one thread.
final class TopicRows {
  /// A row and where it stands.
  record Entry(long offset, long appendedMillis, GroupRow row) {}

  private final TopicTail tail;
  private final Consumer<Entry> listener;
  private final Map<Integer, SampleReader> readers = new HashMap<>();
  private final Map<Integer, List<Entry>> entries = new HashMap<>();
  private Map<TopicPartition, Long> positions = Map.of();
  private long samples;

  /// @param listener is told of each row, in order
  TopicRows(BrokerClients clients, String topic, Consumer<Entry> listener) {
    this.tail = new TopicTail(clients, topic, "read_committed");
    this.listener = listener;
  }

  /// Reads what has come since.
  void read() {
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
  boolean isAtEnd() {
    return tail.isAtEnd();
  }

  /// The rows of a partition so far; more come at its end.
  List<Entry> of(int partition) {
    return entries.computeIfAbsent(partition, _ -> new ArrayList<>());
  }

  /// Whether everything before an offset of a partition has been read.
  boolean hasRead(int partition, long offset) {
    return positions.entrySet().stream()
        .anyMatch(one -> one.getKey().partition() == partition && one.getValue() >= offset);
  }

  /// Samples that were read.
  long samples() {
    return samples;
  }

  /// The samples of a row.
  static List<Sample> samples(GroupRow row) {
    List<Sample> samples = new ArrayList<>();
    int[] columns = row.row().columns();
    double[] values = row.row().values();
    for (int i = 0; i < values.length; i++) {
      if (!AbsentValue.is(values[i])) {
        int column = columns == null ? i : columns[i];
        samples.add(
            Sample.of(
                row.layout().series().get(column).labels(),
                row.row().timestampMillis(),
                values[i]));
      }
    }
    return samples;
  }
}
