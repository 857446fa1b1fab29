package dev.weir.collectors;

import dev.weir.model.AbsentValue;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.StalenessMarker;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.read.SampleReader;
import dev.weir.testing.broker.BrokerClients;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/// What a reader of `weir.samples` finds, for tests.
public final class TopicSamples {
  private TopicSamples() {}

  /// Hears every row, in the order of partitions and offsets.
  @FunctionalInterface
  public interface RowReceiver {
    void row(SampleRecord sampleRecord, Layout layout, Row row);
  }

  /// Reads all that the topic holds now. A record that cannot be read fails the test.
  public static void read(BrokerClients clients, RowReceiver rows) {
    Map<Integer, SampleReader> readers = new HashMap<>();
    SampleReader.Receiver receiver =
        new SampleReader.Receiver() {
          @Override
          public void rows(long offset, long appended, Layout layout, SampleRecord sampleRecord) {
            sampleRecord.rows().forEach(row -> rows.row(sampleRecord, layout, row));
          }

          @Override
          public void deadLetter(long offset, long appended, byte[] value, String reason) {
            throw new AssertionError(reason);
          }
        };
    for (ConsumerRecord<byte[], byte[]> record :
        clients.readAll(Topics.SAMPLES, "read_uncommitted")) {
      readers
          .computeIfAbsent(
              record.partition(),
              _ -> new SampleReader(SampleReader.Settings.DEFAULT, Optional.empty(), 0, receiver))
          .read(record.offset(), record.timestamp(), record.value());
    }
  }

  /// The samples in the topic by series, and by time within each, as their text. Of two with one
  /// series and time the first counts.
  public static Map<String, NavigableMap<Long, String>> bySeries(BrokerClients clients) {
    Map<String, NavigableMap<Long, String>> samples = new TreeMap<>();
    read(clients, (_, layout, row) -> add(samples, layout, row));
    return samples;
  }

  private static void add(Map<String, NavigableMap<Long, String>> samples, Layout layout, Row row) {
    int[] columns = row.columns();
    for (int i = 0; i < row.values().length; i++) {
      double value = row.values()[i];
      if (!AbsentValue.is(value)) {
        int column = columns == null ? i : columns[i];
        samples
            .computeIfAbsent(layout.series().get(column).labels().toString(), _ -> new TreeMap<>())
            .putIfAbsent(
                row.timestampMillis(),
                StalenessMarker.is(value) ? "stale" : Double.toString(value));
      }
    }
  }
}
