package dev.weir.schemas.read;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Hash128;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.WeirException;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.RecordType;
import dev.weir.schemas.SampleRecord;
import dev.weir.schemas.publish.LayoutPublisher;
import dev.weir.schemas.wire.RecordReader;
import dev.weir.schemas.wire.SchemaRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/// Reads one partition of samples in the order of its offsets and gives each record's rows with
/// their layout.
///
/// A record whose layout is not known yet is parked until the layout arrives, and then given with
/// its own offset, out of order. Until then [#lowestParkedOffset] holds whoever names what it has
/// covered (a block, a committed offset) back. A record that waited longer than
/// [Settings#maxParked] of the partition's own time, or that no longer fits the bounds, is given up
/// as a dead letter.
///
/// Rows of an owner that has been replaced (an epoch lower than one seen for the target) are
/// dropped and counted: the target's rows already come from the new one.
///
/// For one thread.
public final class SampleReader {

  /// @param maxLayoutSeries series of all layouts to remember; the layouts longest unused go first
  /// @param maxParkedBytes size of all records that wait for their layout
  /// @param maxParked how long a record waits for its layout
  /// @param maxTargets targets whose epoch to remember
  public record Settings(
      long maxLayoutSeries, long maxParkedBytes, Duration maxParked, int maxTargets) {
    public static final Settings DEFAULT =
        new Settings(4_000_000, 64L << 20, Duration.ofMinutes(25), 100_000);
  }

  /// Takes what a [SampleReader] reads.
  public interface Receiver {
    /// Rows that fit their layout. The record's own layout frame is resolved already.
    ///
    /// @param appendedMillis when Kafka appended the record, also if it was parked since
    void rows(long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord);

    /// A record that nothing can be made of: damaged, or its layout never came.
    ///
    /// @param appendedMillis when Kafka appended the record
    void deadLetter(long offset, long appendedMillis, byte[] value, String reason);
  }

  private final Settings settings;
  private final Receiver receiver;
  private final long firstOffset;
  private final KnownLayouts layouts;
  private final ParkedRecords parked;
  private final Epochs epochs;
  private final RecordReader<SampleRecord> records;
  private long staleEpochRows;
  private long deadLetters;

  /// @param firstOffset the offset from which on rows are wanted; records before it, which a reader
  ///   begins with to learn the layouts, give none
  public SampleReader(
      Settings settings, Optional<SchemaRegistry> registry, long firstOffset, Receiver receiver) {
    this.settings = requireNonNull(settings, "settings");
    this.receiver = requireNonNull(receiver, "receiver");
    this.firstOffset = firstOffset;
    this.layouts = new KnownLayouts(settings.maxLayoutSeries());
    this.parked = new ParkedRecords(settings.maxParkedBytes());
    this.epochs = new Epochs(settings.maxTargets());
    this.records = RecordType.sampleReader(layouts::contains, registry);
  }

  /// The append time from which on to read, so that the layouts of all rows from `wanted` on are
  /// known: the offset for this time is where a reader without layouts begins.
  ///
  /// @param wanted append time of the first record whose rows are wanted
  public static Instant beginAt(Instant wanted, LayoutPublisher.Settings publishers) {
    return wanted.minus(publishers.lookback());
  }

  /// Teaches a layout that the caller has from elsewhere, such as from the block that the partition
  /// is continued from.
  public void learn(Layout layout) {
    layouts.add(layout);
    release(layout.hash());
  }

  /// Teaches the epoch of a group's last owner, from elsewhere likewise.
  public void learnEpoch(GroupKey group, long epoch) {
    epochs.learn(group, epoch);
  }

  /// Reads the next record of the partition.
  ///
  /// @param appendedMillis the record's own timestamp, which is when Kafka appended it
  /// @throws WeirException.Unavailable if a schema registry is needed and does not answer; the
  ///   record was not read and may be given again
  public void read(long offset, long appendedMillis, byte[] value) {
    SampleRecord sampleRecord;
    try {
      sampleRecord = records.read(value);
      learnFrom(sampleRecord);
    } catch (WeirException.Corrupt e) {
      if (offset >= firstOffset) {
        giveUp(offset, appendedMillis, value, messageOf(e));
      }
      return;
    }
    giveUpOverdue(appendedMillis);
    if (!isCurrent(sampleRecord) || offset < firstOffset) {
      return;
    }
    Layout layout = layouts.get(sampleRecord.layoutHash());
    if (layout == null) {
      park(offset, appendedMillis, sampleRecord, value);
    } else {
      deliver(offset, appendedMillis, layout, sampleRecord, value);
    }
  }

  private static String messageOf(WeirException e) {
    return requireNonNull(e.getMessage(), "WeirException has a message");
  }

  private void learnFrom(SampleRecord sampleRecord) {
    if (sampleRecord.layout().isEmpty()) {
      return;
    }
    switch (sampleRecord.layout().get()) {
      case LayoutFrame.Whole(Layout layout) -> learn(layout);
      case LayoutFrame.Delta delta -> {
        Layout base = layouts.get(delta.base());
        if (base != null) {
          Layout layout = grown(base, delta);
          if (!layout.hash().equals(sampleRecord.layoutHash())) {
            throw new WeirException.Corrupt(
                "layout delta of %s gives %s, the record names %s"
                    .formatted(sampleRecord.group(), layout.hash(), sampleRecord.layoutHash()));
          }
          learn(layout);
        }
      }
    }
  }

  private static Layout grown(Layout base, LayoutFrame.Delta delta) {
    try {
      return delta.apply(base);
    } catch (WeirException.BadData e) {
      throw new WeirException.Corrupt("layout delta: " + e.getMessage(), e);
    }
  }

  private boolean isCurrent(SampleRecord sampleRecord) {
    if (epochs.isCurrent(sampleRecord.group(), sampleRecord.epoch())) {
      return true;
    }
    staleEpochRows += sampleRecord.rows().size();
    return false;
  }

  private void park(long offset, long appendedMillis, SampleRecord sampleRecord, byte[] value) {
    for (ParkedRecords.Parked evicted :
        parked.add(new ParkedRecords.Parked(offset, appendedMillis, sampleRecord, value))) {
      giveUp(
          evicted.offset(),
          evicted.appendedMillis(),
          evicted.value(),
          "layout %s of %s is not known, and records that wait for theirs are more than %d bytes"
              .formatted(
                  evicted.sampleRecord().layoutHash(),
                  evicted.sampleRecord().group(),
                  settings.maxParkedBytes()));
    }
  }

  private void release(Hash128 layoutHash) {
    for (ParkedRecords.Parked waiting : parked.remove(layoutHash)) {
      Layout layout = layouts.get(layoutHash);
      if (layout != null) {
        deliver(
            waiting.offset(),
            waiting.appendedMillis(),
            layout,
            waiting.sampleRecord(),
            waiting.value());
      }
    }
  }

  private void deliver(
      long offset, long appendedMillis, Layout layout, SampleRecord sampleRecord, byte[] value) {
    try {
      for (Row row : sampleRecord.rows()) {
        row.checkFits(layout.size());
      }
    } catch (WeirException.Corrupt e) {
      giveUp(offset, appendedMillis, value, sampleRecord.group() + ": " + messageOf(e));
      return;
    }
    receiver.rows(offset, appendedMillis, layout, sampleRecord);
  }

  private void giveUpOverdue(long appendedMillis) {
    long oldest = appendedMillis - settings.maxParked().toMillis();
    for (ParkedRecords.Parked overdue : parked.removeBefore(oldest)) {
      GroupKey group = overdue.sampleRecord().group();
      giveUp(
          overdue.offset(),
          overdue.appendedMillis(),
          overdue.value(),
          "layout %s of %s did not come within %s"
              .formatted(overdue.sampleRecord().layoutHash(), group, settings.maxParked()));
    }
  }

  /// Gives up the records that wait for their layout, up to and including an offset.
  ///
  /// @param why they can wait no longer
  public void giveUpParked(long lastOffset, String why) {
    for (ParkedRecords.Parked held : parked.removeUpTo(lastOffset)) {
      giveUp(
          held.offset(),
          held.appendedMillis(),
          held.value(),
          "layout %s of %s has not come, and %s"
              .formatted(held.sampleRecord().layoutHash(), held.sampleRecord().group(), why));
    }
  }

  private void giveUp(long offset, long appendedMillis, byte[] value, String reason) {
    deadLetters++;
    receiver.deadLetter(offset, appendedMillis, value, reason);
  }

  /// The lowest offset whose rows wait for their layout: nobody may claim to have covered it.
  public OptionalLong lowestParkedOffset() {
    return parked.lowestOffset();
  }

  /// Records that wait for their layout.
  public int parkedRecords() {
    return parked.size();
  }

  /// The groups of those that were appended since a time.
  public Set<GroupKey> parkedGroups(long sinceMillis) {
    return parked.groups(sinceMillis);
  }

  public long parkedBytes() {
    return parked.bytes();
  }

  /// Rows dropped because their owner had been replaced.
  public long staleEpochRows() {
    return staleEpochRows;
  }

  /// Records given up.
  public long deadLetters() {
    return deadLetters;
  }

  /// Layouts that are remembered.
  public int knownLayouts() {
    return layouts.size();
  }
}
