package dev.weir.sink;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.LiveLayout;
import dev.weir.blocks.catalog.ChainPublisher;
import dev.weir.blocks.head.FrozenRows;
import dev.weir.blocks.head.PartitionHead;
import dev.weir.blocks.node.NodeStatus;
import dev.weir.model.AcceptedTimes;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.schemas.DeadLetter;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/// Reads one partition into its head, from where its chain of blocks ends, and says when the next
/// link is due. Knows neither consumer nor store: the worker brings records and carries links away.
///
/// For the worker's thread, apart from [#head], [#status] and [#letters].
final class PartitionIngester implements SampleReader.Receiver {
  /// What goes into the next link of the chain.
  ///
  /// @param layouts alive at its end
  record Link(FrozenRows rows, List<LiveLayout> layouts) {}

  /// After so many flush intervals a link without samples is published, so that offsets without
  /// rows (markers of transactions, refused rows) do not leave the chain behind the log.
  private static final int EMPTY_INTERVALS = 12;

  private final TopicPartition partition;
  private final SinkSettings settings;
  private final InstantSource clock;
  private final SinkMetrics.OfTopic metrics;
  private final String member;
  private final PartitionHead head;
  private final SampleReader reader;
  private final LiveLayouts layouts;
  private final PendingLetters letters;

  private volatile long chainEnd;
  private volatile NodeStatus.PartitionState state = NodeStatus.PartitionState.OWNED;
  private volatile String trouble = "";

  private final Duration flushAge;
  private long flushedMarked;
  private long appendedBytesAtFreeze;
  private long unflushedSinceMillis = Long.MAX_VALUE;
  private long firstUnflushedAppendedMillis = Long.MAX_VALUE;
  private long frozenEnd;
  private long frozenSinceMillis;
  private long frozenAppendedMillis;
  private long aheadSinceMillis = Long.MAX_VALUE;
  private long lastAppendedMillis = Long.MIN_VALUE;
  private boolean flushing;
  private boolean flushAsked;
  private long retryFlushAtMillis = Long.MIN_VALUE;

  /// @param start where the chain ends, or where the log begins if there is no chain
  /// @param member name of this process, for dead letters
  PartitionIngester(
      TopicPartition partition,
      ChainPublisher.End start,
      SinkSettings settings,
      String member,
      Optional<SchemaRegistry> registry,
      PendingLetters letters,
      SinkMetrics.OfTopic metrics,
      InstantSource clock) {
    this.partition = requireNonNull(partition, "partition");
    this.settings = settings;
    this.member = member;
    this.letters = letters;
    this.metrics = metrics;
    this.clock = clock;
    this.chainEnd = start.offset();
    this.flushedMarked = start.offset();
    this.head = new PartitionHead(start.offset());
    this.reader = new SampleReader(settings.reader(), registry, start.offset(), this);
    this.layouts = new LiveLayouts(settings.layoutLookback());
    for (LiveLayout layout : start.layouts()) {
      reader.learn(layout.layout());
      reader.learnEpoch(layout.group(), layout.epoch());
    }
    layouts.inherit(start.layouts(), clock.millis());
    this.flushAge = spread(settings.flushInterval(), partition);
  }

  /// Between 0.75 and 1.25 of the interval, so that partitions do not flush at the same time.
  private static Duration spread(Duration interval, TopicPartition partition) {
    long part = Math.floorMod(partition.hashCode() * 0x9e3779b97f4a7c15L, 1_000L);
    return Duration.ofMillis(interval.toMillis() * (750 + part / 2) / 1_000);
  }

  TopicPartition partition() {
    return partition;
  }

  PartitionHead head() {
    return head;
  }

  PendingLetters letters() {
    return letters;
  }

  /// Reads the next record. Its rows show with the next [#endBatch].
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if the record cannot be read now and has to
  ///   be given again; nothing has come of it
  void read(ConsumerRecord<byte[], byte[]> consumed) {
    letters.checkRoom();
    byte[] value = consumed.value();
    if (value == null) {
      if (consumed.offset() >= chainEnd) {
        deadLetter(
            consumed.offset(),
            consumed.timestamp(),
            new byte[0],
            "the record has no value; a sample record has one");
      }
    } else {
      reader.read(consumed.offset(), consumed.timestamp(), value);
    }
    lastAppendedMillis = Math.max(lastAppendedMillis, consumed.timestamp());
  }

  @Override
  public void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord) {
    layouts.used(
        offset,
        appendedMillis,
        sampleRecord.group(),
        layout,
        sampleRecord.epoch(),
        sampleRecord.nextDueMillis());
    if (offset < head.oldestOffset()) {
      // It was parked, and another owner, who knew its layout, has put it into a block since.
      return;
    }
    List<Row> accepted = accepted(sampleRecord.rows(), appendedMillis);
    head.append(
        offset, sampleRecord.group(), layout, accepted, sampleRecord.nextDueMillis().orElse(0));
    metrics.rows(accepted.size());
    unflushed(appendedMillis);
  }

  private void unflushed(long appendedMillis) {
    firstUnflushedAppendedMillis = Math.min(firstUnflushedAppendedMillis, appendedMillis);
    if (unflushedSinceMillis == Long.MAX_VALUE) {
      unflushedSinceMillis = clock.millis();
    }
  }

  /// The rows that are taken: nearly always all of them, and then the list itself.
  private List<Row> accepted(List<Row> rows, long appendedMillis) {
    AcceptedTimes times = AcceptedTimes.at(appendedMillis, settings.retention().time());
    int refused = 0;
    for (Row row : rows) {
      AcceptedTimes.Verdict verdict = times.judge(row.timestampMillis());
      if (verdict != AcceptedTimes.Verdict.ACCEPTED) {
        metrics.refused(verdict);
        refused++;
      }
    }
    if (refused == 0) {
      return rows;
    }
    List<Row> accepted = new ArrayList<>(rows.size() - refused);
    for (Row row : rows) {
      if (times.judge(row.timestampMillis()) == AcceptedTimes.Verdict.ACCEPTED) {
        accepted.add(row);
      }
    }
    return accepted;
  }

  @Override
  public void deadLetter(long offset, long appendedMillis, byte[] value, String reason) {
    metrics.deadLetter();
    letters.add(
        DeadLetter.of(
            partition.topic(),
            partition.partition(),
            offset,
            Instant.ofEpochMilli(appendedMillis),
            member,
            reason,
            null,
            value));
    unflushed(appendedMillis);
  }

  /// Makes what was read visible.
  ///
  /// @param position the offset after the last record, as the consumer has it
  void endBatch(long position) {
    if (position > head.endOffset() || lastAppendedMillis > head.readToMillis()) {
      head.advance(Math.max(position, head.endOffset()), lastAppendedMillis);
      markFlushed();
      if (aheadSinceMillis == Long.MAX_VALUE && head.endOffset() > chainEnd) {
        aheadSinceMillis = clock.millis();
      }
    }
  }

  /// Notes that the log was known to end at an offset at a time.
  void logEndedAt(long endOffset, long atMillis) {
    if (head.endOffset() >= endOffset) {
      head.advance(head.endOffset(), atMillis);
    }
  }

  /// The next link, if it is time for it; then [#published] or [#failed] has to follow.
  @Nullable Link nextLink() {
    long end = flushableEnd();
    if (flushing || end <= chainEnd || !isFlushDue()) {
      return null;
    }
    long since = Math.min(firstUnflushedAppendedMillis, head.readToMillis());
    List<LiveLayout> alive = layouts.aliveAt(end, since);
    flushing = true;
    flushAsked = false;
    frozenEnd = end;
    frozenSinceMillis = Math.min(unflushedSinceMillis, clock.millis());
    frozenAppendedMillis = since;
    appendedBytesAtFreeze = head.appendedBytes();
    unflushedSinceMillis = end < head.endOffset() ? frozenSinceMillis : Long.MAX_VALUE;
    firstUnflushedAppendedMillis = end < head.endOffset() ? since : Long.MAX_VALUE;
    return new Link(head.freeze(chainEnd, end), alive);
  }

  /// Offsets below may go into a block: a parked row may still come to any other.
  private long flushableEnd() {
    return Math.min(head.endOffset(), reader.lowestParkedOffset().orElse(Long.MAX_VALUE));
  }

  private boolean isFlushDue() {
    long now = clock.millis();
    if (now < retryFlushAtMillis) {
      return false;
    }
    return flushAsked
        || unflushedBytes() >= settings.flushBytes()
        || isOlder(unflushedSinceMillis, now, flushAge.toMillis())
        || isOlder(aheadSinceMillis, now, EMPTY_INTERVALS * flushAge.toMillis());
  }

  private static boolean isOlder(long sinceMillis, long now, long ageMillis) {
    return sinceMillis != Long.MAX_VALUE && now - sinceMillis >= ageMillis;
  }

  private long unflushedBytes() {
    return head.appendedBytes() - appendedBytesAtFreeze;
  }

  /// Asks for a link as soon as there is something to put into it.
  void askForFlush() {
    flushAsked |= unflushedSinceMillis != Long.MAX_VALUE;
  }

  /// Whether something was read that is in no block and on its way to none.
  boolean hasUnflushed() {
    return flushing || (unflushedSinceMillis != Long.MAX_VALUE && flushableEnd() > chainEnd);
  }

  /// The chain ends at an offset now, by a link of ours or another's.
  void published(long endOffset) {
    flushing = false;
    retryFlushAtMillis = Long.MIN_VALUE;
    chainEnd = Math.max(chainEnd, endOffset);
    if (endOffset < frozenEnd) {
      thaw();
    }
    aheadSinceMillis = head.endOffset() > chainEnd ? clock.millis() : Long.MAX_VALUE;
    markFlushed();
  }

  /// The link was not published; it is made again.
  void failed(Duration retryAfter) {
    flushing = false;
    retryFlushAtMillis = clock.millis() + retryAfter.toMillis();
    thaw();
    flushAsked = true;
  }

  /// What was frozen is unflushed again.
  private void thaw() {
    unflushedSinceMillis = Math.min(unflushedSinceMillis, frozenSinceMillis);
    firstUnflushedAppendedMillis = Math.min(firstUnflushedAppendedMillis, frozenAppendedMillis);
  }

  private void markFlushed() {
    // Another owner's link may end beyond what was read here.
    long upTo = Math.min(chainEnd, head.endOffset());
    if (upTo > flushedMarked) {
      head.flushed(upTo, clock.millis());
      flushedMarked = upTo;
    }
  }

  /// Drops rows that have been in blocks for long enough.
  void dropFlushed() {
    head.dropFlushedBefore(clock.millis() - settings.keepFlushed().toMillis());
  }

  long chainEnd() {
    return chainEnd;
  }

  long lastAppendedMillis() {
    return lastAppendedMillis;
  }

  SampleReader reader() {
    return reader;
  }

  NodeStatus.PartitionState state() {
    return state;
  }

  String trouble() {
    return trouble;
  }

  /// Reads no further; what was read is served.
  void stop(String why) {
    state = NodeStatus.PartitionState.STOPPED;
    trouble = why;
  }

  /// Gives up the older half of what holds the next link back: records that wait for their layout.
  /// False if there are none.
  boolean giveUpOlderParked() {
    if (reader.lowestParkedOffset().isEmpty()) {
      return false;
    }
    long lowest = reader.lowestParkedOffset().getAsLong();
    long middle = lowest + (Math.max(head.endOffset(), lowest) - lowest) / 2;
    reader.giveUpParked(middle, "memory is full of rows that come after it");
    askForFlush();
    return true;
  }

  /// Another owner has the partition.
  void leave() {
    state = NodeStatus.PartitionState.LEAVING;
  }

  NodeStatus.PartitionStatus status() {
    return new NodeStatus.PartitionStatus(
        partition.topic(),
        partition.partition(),
        state,
        head.oldestOffset(),
        head.endOffset(),
        chainEnd,
        head.readToMillis(),
        trouble);
  }
}
