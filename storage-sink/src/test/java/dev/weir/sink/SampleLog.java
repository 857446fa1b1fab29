package dev.weir.sink;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.Topics;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.wire.RecordWriter;
import dev.weir.testing.GroupRow;
import dev.weir.testing.HeldClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/// One partition's log as collectors write it, in memory, and what it says.
final class SampleLog {
  static final TopicPartition PARTITION = new TopicPartition(Topics.SAMPLES, 3);
  static final RecordWriter<SampleRecord> WRITER =
      RecordType.SAMPLES.writer(Topics.SAMPLES, Optional.empty());

  private final HeldClock clock;
  private final LayoutPublisher publisher;
  private final List<ConsumerRecord<byte[], byte[]>> records = new ArrayList<>();
  private final List<GroupRow> rows = new ArrayList<>();
  private final long startOffset;
  private long nextOffset;

  SampleLog(HeldClock clock, long firstOffset) {
    this.clock = clock;
    this.startOffset = firstOffset;
    this.publisher = new LayoutPublisher(clock);
    this.nextOffset = firstOffset;
  }

  static Labels series(String name, int instance) {
    return Labels.of("__name__", name, "job", "node", "instance", "host-" + instance + ":9100");
  }

  static Layout layout(Tenant tenant, int instance, int size) {
    List<SeriesMeta> metas = new ArrayList<>();
    for (int i = 0; i < size; i++) {
      metas.add(new SeriesMeta(series("node_metric_" + i, instance), MetricType.GAUGE));
    }
    return Layout.of(metas);
  }

  static GroupKey group(Tenant tenant, int instance) {
    return new GroupKey(
        PartitionKey.of(tenant, series("up", instance)), "t" + instance, Slice.WHOLE);
  }

  static Row row(Layout layout, long timestampMillis, double first) {
    double[] values = new double[layout.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = first + i;
    }
    return Row.whole(timestampMillis, values);
  }

  /// Where the log begins, whether a record is there or a marker.
  long startOffset() {
    return startOffset;
  }

  long endOffset() {
    return nextOffset;
  }

  List<ConsumerRecord<byte[], byte[]>> records() {
    return records;
  }

  /// Every row that was appended, in the order of offsets.
  List<GroupRow> rows() {
    return rows;
  }

  /// A scrape as a collector sends it, with its layout when that is due.
  ///
  /// @param delivered whether Kafka got it
  /// @param acknowledged whether the collector knows
  void scrape(
      Tenant tenant,
      int instance,
      int size,
      double value,
      boolean delivered,
      boolean acknowledged) {
    Layout layout = layout(tenant, instance, size);
    Row row = row(layout, clock.millis(), value);
    LayoutPublisher.Publication publication =
        publisher.prepare(group(tenant, instance), layout, List.of(row), 1, OptionalLong.empty());
    if (delivered) {
      append(WRITER.write(publication.sampleRecord()));
      rows.add(new GroupRow(group(tenant, instance), layout, row));
      if (acknowledged) {
        publication.acknowledged();
      }
    }
  }

  void scrape(int instance, int size, double value) {
    scrape(Tenant.DEFAULT, instance, size, value, true, true);
  }

  /// A row without its layout.
  void bare(int instance, int size, double value) {
    append(instance, size, value, false);
  }

  /// A row with its layout.
  void whole(int instance, int size, double value) {
    append(instance, size, value, true);
  }

  private void append(int instance, int size, double value, boolean withLayout) {
    Layout layout = layout(Tenant.DEFAULT, instance, size);
    Row row = row(layout, clock.millis(), value);
    GroupKey group = group(Tenant.DEFAULT, instance);
    append(
        WRITER.write(
            new SampleRecord(
                group,
                layout.hash(),
                withLayout ? Optional.of(new LayoutFrame.Whole(layout)) : Optional.empty(),
                List.of(row),
                1,
                OptionalLong.empty())));
    rows.add(new GroupRow(group, layout, row));
  }

  void poison() {
    append("{\"up\": 1}".getBytes(StandardCharsets.UTF_8));
  }

  void append(byte[] value) {
    records.add(
        new ConsumerRecord<>(
            PARTITION.topic(),
            PARTITION.partition(),
            nextOffset++,
            clock.millis(),
            TimestampType.LOG_APPEND_TIME,
            0,
            value.length,
            new byte[0],
            value,
            new RecordHeaders(),
            Optional.empty()));
  }

  /// Offsets that never are records, such as the marker of a transaction.
  void gap() {
    nextOffset++;
  }

  void wait(Duration time) {
    clock.advance(time);
  }
}
