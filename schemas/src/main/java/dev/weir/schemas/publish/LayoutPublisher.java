package dev.weir.schemas.publish;

import static java.util.Objects.requireNonNull;

import dev.weir.model.GroupKey;
import dev.weir.model.Layout;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.schemas.LayoutFrame;
import dev.weir.schemas.SampleRecord;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// Decides which records carry their layout.
///
/// A record carries it, whole or as what was added to the last acknowledged one, from when it
/// changes until a record that carries it is acknowledged; and whole, as a key frame, in every
/// interval once. Where a group's intervals begin is spread by its hash. A record without a layout
/// is always in the same interval as an acknowledged key frame of its group, so a reader that
/// starts [Settings#lookback] early knows every layout.
///
/// One for each producer. Safe for use by several threads; of one group, records are published one
/// after another, in the order in which they were prepared.
public final class LayoutPublisher {

  /// @param keyFrameInterval how often a group's layout is sent whole
  /// @param maxGroups groups to remember; of one forgotten, the next record is a key frame
  public record Settings(Duration keyFrameInterval, int maxGroups) {
    public static final Settings DEFAULT = new Settings(Duration.ofMinutes(10), 1_000_000);

    /// How long a record may wait between being prepared and being appended, beyond which a reader
    /// may have to wait for the next key frame.
    private static final Duration DELIVERY = Duration.ofMinutes(1);

    public Settings {
      if (keyFrameInterval.toMillis() < 1 || maxGroups < 1) {
        throw new IllegalArgumentException(
            "key frame interval %s and %d groups; both are positive"
                .formatted(keyFrameInterval, maxGroups));
      }
    }

    /// How much earlier a reader begins so that it knows every layout.
    public Duration lookback() {
      return keyFrameInterval.plus(DELIVERY);
    }
  }

  /// A record to send, and what its sender tells afterwards.
  public final class Publication {
    private final SampleRecord sampleRecord;
    private final Layout layout;
    private final long preparedMillis;

    private Publication(SampleRecord sampleRecord, Layout layout, long preparedMillis) {
      this.sampleRecord = sampleRecord;
      this.layout = layout;
      this.preparedMillis = preparedMillis;
    }

    public SampleRecord sampleRecord() {
      return sampleRecord;
    }

    /// The record is in Kafka for good. Whoever does not call this (the record was lost, or nobody
    /// knows) leaves it at the layout being sent again.
    public void acknowledged() {
      if (sampleRecord.layout().isPresent()) {
        LayoutPublisher.this.acknowledged(this);
      }
    }
  }

  private static final long NEVER = Long.MIN_VALUE / 2;

  private static final class GroupState {
    private @Nullable Layout acknowledged;
    private long lastWholeMillis = NEVER;
  }

  private final InstantSource clock;
  private final Settings settings;
  private final Map<GroupKey, GroupState> groups;

  public LayoutPublisher(InstantSource clock) {
    this(clock, Settings.DEFAULT);
  }

  public LayoutPublisher(InstantSource clock, Settings settings) {
    this.clock = requireNonNull(clock, "clock");
    this.settings = requireNonNull(settings, "settings");
    this.groups =
        new LinkedHashMap<>(16, 0.75f, true) {
          private static final long serialVersionUID = 1L;

          @Override
          protected boolean removeEldestEntry(Map.Entry<GroupKey, GroupState> eldest) {
            return size() > settings.maxGroups();
          }
        };
  }

  /// Makes the record of these rows, with its layout if that is due.
  ///
  /// @param epoch the owner's epoch, or [SampleRecord#NO_EPOCH]
  /// @param nextDueMillis when the group's next row is due, if that is known
  public Publication prepare(
      GroupKey group, Layout layout, List<Row> rows, long epoch, OptionalLong nextDueMillis) {
    long now = clock.millis();
    Optional<LayoutFrame> frame;
    synchronized (groups) {
      GroupState state = groups.computeIfAbsent(group, _ -> new GroupState());
      frame = frame(group, layout, state, now);
    }
    return new Publication(
        new SampleRecord(group, layout.hash(), frame, rows, epoch, nextDueMillis), layout, now);
  }

  private Optional<LayoutFrame> frame(
      GroupKey group, Layout layout, GroupState state, long nowMillis) {
    Layout acknowledged = state.acknowledged;
    if (acknowledged == null || keyFrameIsDue(group, state, nowMillis)) {
      return Optional.of(new LayoutFrame.Whole(layout));
    }
    if (acknowledged.equals(layout)) {
      return Optional.empty();
    }
    List<SeriesMeta> added = added(acknowledged, layout);
    return Optional.of(
        added == null || added.size() > layout.size() / 2
            ? new LayoutFrame.Whole(layout)
            : new LayoutFrame.Delta(acknowledged.hash(), added));
  }

  private boolean keyFrameIsDue(GroupKey group, GroupState state, long nowMillis) {
    return interval(group, nowMillis) != interval(group, state.lastWholeMillis);
  }

  /// The number of the key frame interval that a time is in, counted from the group's own start.
  private long interval(GroupKey group, long millis) {
    long length = settings.keyFrameInterval().toMillis();
    long spread = Math.floorMod(group.hashCode() * 0x9e3779b97f4a7c15L, length);
    return Math.floorDiv(millis - spread, length);
  }

  /// What a layout has beside another, or null if it lacks some of it. Both are in order.
  private static @Nullable List<SeriesMeta> added(Layout before, Layout after) {
    List<SeriesMeta> added = new ArrayList<>();
    int at = 0;
    for (SeriesMeta series : after.series()) {
      if (at == before.size() || !series.labels().equals(before.series().get(at).labels())) {
        added.add(series);
        continue;
      }
      if (before.series().get(at).type() != series.type()) {
        return null;
      }
      at++;
    }
    return at == before.size() ? added : null;
  }

  private void acknowledged(Publication publication) {
    SampleRecord sampleRecord = publication.sampleRecord;
    synchronized (groups) {
      GroupState state = groups.get(sampleRecord.group());
      if (state == null) {
        return;
      }
      state.acknowledged = publication.layout;
      if (sampleRecord.layout().orElseThrow() instanceof LayoutFrame.Whole) {
        state.lastWholeMillis = Math.max(state.lastWholeMillis, publication.preparedMillis);
      }
    }
  }

  /// Groups that are remembered.
  public int groupCount() {
    synchronized (groups) {
      return groups.size();
    }
  }
}
