package dev.weir.history.tail;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.LiveLayout;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.catalog.ChainPublisher.Published;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.WeirException;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.SchemaRegistry;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/// Makes links of the records of one partition, from where its chain ends up to an offset, as the
/// sink would: what it refuses is refused, and of two samples of one series and time the first
/// counts. For one thread.
final class PartitionTail implements SampleReader.Receiver {
  private final TopicPartition partition;
  private final ChainPublisher chain;
  private final LogTail.Settings settings;
  private final long endOffset;
  private final PartitionHead head;
  private final SampleReader reader;
  private long linkedTo;
  private long lastAppendedMillis = Long.MIN_VALUE;
  private long samples;
  private int links;
  private long unreadable;

  /// @param start where the chain ends
  /// @param endOffset up to which records are read
  PartitionTail(
      TopicPartition partition,
      ChainPublisher.End start,
      long endOffset,
      ChainPublisher chain,
      Optional<SchemaRegistry> registry,
      LogTail.Settings settings) {
    this.partition = requireNonNull(partition, "partition");
    this.chain = requireNonNull(chain, "chain");
    this.settings = requireNonNull(settings, "settings");
    this.endOffset = endOffset;
    this.linkedTo = start.offset();
    this.head = new PartitionHead(start.offset());
    this.reader = new SampleReader(settings.reader(), registry, start.offset(), this);
    for (LiveLayout layout : start.layouts()) {
      reader.learn(layout.layout());
      reader.learnEpoch(layout.group(), layout.epoch());
    }
  }

  void read(ConsumerRecord<byte[], byte[]> consumed) {
    if (consumed.offset() >= endOffset) {
      return;
    }
    if (consumed.value() == null) {
      unreadable++;
    } else {
      reader.read(consumed.offset(), consumed.timestamp(), consumed.value());
    }
    lastAppendedMillis = Math.max(lastAppendedMillis, consumed.timestamp());
    if (head.bytes() >= settings.linkBytes()) {
      makeRoom(consumed.offset() + 1);
    }
  }

  @Override
  public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
    if (offset < linkedTo) {
      // It was parked, and given up since.
      return;
    }
    AcceptedTimes times = AcceptedTimes.at(appendedMillis, settings.retention());
    List<Row> accepted =
        sampleRecord.rows().stream()
            .filter(row -> times.judge(row.timestampMillis()) == AcceptedTimes.Verdict.ACCEPTED)
            .toList();
    head.append(
        offset, sampleRecord.group(), layout, accepted, sampleRecord.nextDueMillis().orElse(0));
    accepted.forEach(row -> samples += row.sampleCount());
  }

  @Override
  public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
    unreadable++;
  }

  /// Writes a link of what was read.
  ///
  /// @param position the offset after the last record
  private void makeRoom(long position) {
    advance(position);
    if (reader.lowestParkedOffset().orElse(position) <= linkedTo) {
      // What waits for a layout would hold back all that comes after it.
      reader.giveUpParked(position, "memory is full of rows that come after it");
    }
    link(Math.min(position, reader.lowestParkedOffset().orElse(position)));
  }

  private void advance(long position) {
    head.advance(Math.clamp(position, head.endOffset(), endOffset), lastAppendedMillis);
  }

  /// Writes the last link, once everything has been read.
  void finish() {
    advance(endOffset);
    // Layouts that have not come by now come after the end.
    link(endOffset);
  }

  private void link(long toOffset) {
    if (toOffset <= linkedTo) {
      return;
    }
    Published published =
        chain.append(
            partition.topic(), partition.partition(), head.freeze(linkedTo, toOffset), List.of());
    switch (published) {
      case Published.Won _ -> links++;
      case Published.Lost _ ->
          throw new WeirException.Internal(
              "%s: a link at offset %d is there, in a directory of our own"
                  .formatted(partition, linkedTo));
    }
    linkedTo = toOffset;
    head.flushed(toOffset, 0);
    head.dropFlushedBefore(1);
  }

  long samples() {
    return samples;
  }

  int links() {
    return links;
  }

  /// Records that nothing could be made of.
  long unreadable() {
    return unreadable + (reader.lowestParkedOffset().isPresent() ? 1 : 0);
  }
}
