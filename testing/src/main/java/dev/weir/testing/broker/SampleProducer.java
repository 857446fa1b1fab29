package dev.weir.testing.broker;

import static java.util.Objects.requireNonNull;

import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.RecordKeys;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.testing.GroupRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// Writes rows into the topic of samples, each in a record of its own with its whole layout.
public final class SampleProducer {
  private static final long FIRST_EPOCH = 1;

  private final KafkaProducer<byte[], byte[]> producer;
  private final RecordWriter<SampleRecord> writer =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());

  /// Connects, so that the first row is not written late.
  ///
  /// @param producer stays its owner's
  public SampleProducer(KafkaProducer<byte[], byte[]> producer) {
    this.producer = requireNonNull(producer, "producer");
    var _ = producer.partitionsFor(Topics.SAMPLES);
  }

  /// Writes what was pushed, and waits until Kafka has it.
  public void push(List<GroupRow> rows) {
    write(rows, SampleRecord.NO_EPOCH, OptionalLong.empty());
  }

  /// Writes what was scraped, and waits until Kafka has it.
  ///
  /// @param nextDueMillis when the next row of each is due; empty if nobody is to wait for it
  public void scrape(List<GroupRow> rows, OptionalLong nextDueMillis) {
    write(rows, FIRST_EPOCH, nextDueMillis);
  }

  private void write(List<GroupRow> rows, long epoch, OptionalLong nextDueMillis) {
    List<Future<?>> sent = new ArrayList<>(rows.size());
    for (GroupRow row : rows) {
      sent.add(
          producer.send(
              new ProducerRecord<>(
                  Topics.SAMPLES,
                  RecordKeys.of(row.group().partitionKey()),
                  writer.write(
                      new SampleRecord(
                          row.group(),
                          row.layout().hash(),
                          Optional.of(new LayoutFrame.Whole(row.layout())),
                          List.of(row.row()),
                          epoch,
                          nextDueMillis)))));
    }
    sent.forEach(BrokerClients::get);
  }
}
