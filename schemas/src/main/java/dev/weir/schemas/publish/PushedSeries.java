package dev.weir.schemas.publish;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The series of one tenant that come one by one, in any order and any portions (remote write,
/// OTLP, series of a scrape that name another target, recorded series), and the layouts that grow
/// as they appear. A [RowAssembler] makes rows of them.
///
/// Receiving a sample of a series that is known takes no parsing: [RowAssembler#find] has it by a
/// hash of the labels in whatever bytes they arrived. Senders repeat themselves, so the series that
/// came next the last time is tried before all others are looked through, which would miss the
/// processor's caches each time. Only a series that is not found is parsed, and given to [#of].
///
/// A series that was silent for [Settings#idle] is forgotten, at the next push or when somebody
/// asks for [#size], and its layout shrinks.
///
/// Safe for use by several threads.
public final class PushedSeries {

  /// @param idle silence after which a series is forgotten
  /// @param maxSamples samples of one [RowAssembler], which is one request
  public record Settings(Duration idle, int maxSamples) {
    public static final Settings DEFAULT = new Settings(Duration.ofMinutes(30), 1_000_000);
  }

  /// Decides whether a series that is not known yet may come in.
  @FunctionalInterface
  public interface Admission {
    /// @param active how many series of the tenant are known
    /// @throws dev.weir.model.WeirException.LimitExceeded if it may not
    void admit(Labels labels, int active);
  }

  /// A series that is known, and where its samples go. Valid for as long as its holder likes: if it
  /// has moved in the meantime, its samples go where it is now, and if it has been forgotten, they
  /// still become rows of the group that it was in.
  ///
  /// Everything that a sample of it needs lies in one object: with many series, time goes where
  /// memory is reached for.
  public static final class Series {
    private final PushedSlice slice;
    private final int slot;
    private volatile SeriesMeta meta;
    private volatile long lastSeenMillis;

    /// Whether it was forgotten, or has moved.
    private volatile boolean gone;

    /// What it is now, if it has moved. Never points back, so what has moved can be collected.
    private volatile @Nullable Series successor;

    /// The series that came after this one the last time: a guess, by whichever thread was last.
    private @Nullable Series follower;

    /// The first of its keys; zero before it has one.
    private long keyHigh;

    private long keyLow;
    private List<Hash128> keys;

    private Series(
        SeriesMeta meta, PushedSlice slice, int slot, long lastSeenMillis, List<Hash128> keys) {
      this.meta = meta;
      this.slice = slice;
      this.slot = slot;
      this.lastSeenMillis = lastSeenMillis;
      this.keys = keys;
    }

    /// The same series elsewhere.
    private Series movedTo(PushedSlice other, int otherSlot) {
      Series moved = new Series(meta, other, otherSlot, lastSeenMillis, keys);
      moved.keyHigh = keyHigh;
      moved.keyLow = keyLow;
      successor = moved;
      leave();
      return moved;
    }

    private void leave() {
      gone = true;
      follower = null;
    }

    /// The series as it is now.
    Series current() {
      Series next = successor;
      if (next == null) {
        return this;
      }
      Series last = next.current();
      // What lies between is not to be kept for as long as somebody has the first.
      successor = last;
      return last;
    }

    public SeriesMeta meta() {
      return meta;
    }

    PushedSlice slice() {
      return slice;
    }

    int slot() {
      return slot;
    }

    private void add(Hash128 key) {
      if (keys.isEmpty()) {
        keyHigh = key.high();
        keyLow = key.low();
        keys = List.of(key);
      } else {
        List<Hash128> more = new ArrayList<>(keys);
        more.add(key);
        keys = List.copyOf(more);
      }
    }

    private boolean isKnownBy(Hash128 key) {
      return key.low() == keyLow && key.high() == keyHigh && !gone;
    }

    private void touch(long nowMillis) {
      // Written seldom: the field shares its cache line with what every request reads.
      if (nowMillis - lastSeenMillis > TOUCH_MILLIS) {
        lastSeenMillis = nowMillis;
      }
    }
  }

  /// The slices of one partition key.
  private static final class Target {
    private final SliceTree tree = new SliceTree();
    private final Map<Slice, PushedSlice> slices = new HashMap<>();
  }

  private static final long TOUCH_MILLIS = 60_000;

  /// Byte forms of one series' labels that are kept: a well-behaved sender has one.
  private static final int MAX_KEYS = 4;

  private final Tenant tenant;
  private final InstantSource clock;
  private final Settings settings;
  private final Admission admission;

  private final ConcurrentHashMap<Hash128, Series> byKey = new ConcurrentHashMap<>();

  /// Guards what follows and the growth of slices.
  private final Object lock = new Object();

  private final Map<Labels, Series> byLabels = new HashMap<>();
  private final Map<PartitionKey, Target> targets = new HashMap<>();
  private volatile long nextSweepMillis;

  public PushedSeries(Tenant tenant, InstantSource clock, Settings settings, Admission admission) {
    this.tenant = requireNonNull(tenant, "tenant");
    this.clock = requireNonNull(clock, "clock");
    this.settings = requireNonNull(settings, "settings");
    this.admission = requireNonNull(admission, "admission");
    this.nextSweepMillis = clock.millis() + sweepMillis();
  }

  private long sweepMillis() {
    return Math.max(1, settings.idle().toMillis() / 4);
  }

  /// A series by the hash of its labels as they arrived, if [#of] was called with it before.
  ///
  /// @param before the series that came before it in the same request, if one did
  @Nullable Series find(Hash128 rawLabels, @Nullable Series before, long nowMillis) {
    Series guess = before == null ? null : before.follower;
    if (guess != null && guess.isKnownBy(rawLabels)) {
      guess.touch(nowMillis);
      return guess;
    }
    Series series = byKey.get(rawLabels);
    if (series != null) {
      series.touch(nowMillis);
    }
    if (before != null) {
      before.follower = series;
    }
    return series;
  }

  /// The series with these labels, which is taken in if it is new.
  ///
  /// @param rawLabels hash of the labels as they arrived, by which [RowAssembler#find] then has it
  public Series of(SeriesMeta meta, Hash128 rawLabels) {
    synchronized (lock) {
      Series series = of(meta);
      if (series.keys.size() < MAX_KEYS && byKey.putIfAbsent(rawLabels, series) == null) {
        series.add(rawLabels);
      }
      return series;
    }
  }

  /// The series with these labels, which is taken in if it is new. A type that was unknown may
  /// become known; a known one stays.
  ///
  /// @throws dev.weir.model.WeirException.LimitExceeded if it is new and not admitted
  public Series of(SeriesMeta given) {
    long nowMillis = clock.millis();
    synchronized (lock) {
      Series known = byLabels.get(given.labels());
      if (known != null) {
        known.touch(nowMillis);
        if (known.meta.type() == MetricType.UNKNOWN && given.type() != MetricType.UNKNOWN) {
          known.meta = new SeriesMeta(known.meta.labels(), given.type());
          known.slice.setType(known.slot, known.meta);
        }
        return known;
      }
      admission.admit(given.labels(), byLabels.size());
      SeriesMeta meta = given.withSharedTexts();
      PartitionKey key = PartitionKey.of(tenant, meta.labels());
      Target target = targets.computeIfAbsent(key, _ -> new Target());
      long hash = meta.labels().groupingHash();
      PushedSlice slice =
          target.slices.computeIfAbsent(
              target.tree.sliceOf(hash), number -> new PushedSlice(key, number));
      Series series = new Series(meta, slice, slice.slotCount(), nowMillis, List.of());
      slice.add(series, meta, hash);
      byLabels.put(meta.labels(), series);
      if (slice.shouldSplit()) {
        split(key, target, slice);
        return byLabels.getOrDefault(meta.labels(), series);
      }
      return series;
    }
  }

  private void split(PartitionKey key, Target target, PushedSlice slice) {
    target.slices.remove(slice.number());
    target.tree.split(slice.number());
    for (Slice half : List.of(slice.number().left(), slice.number().right())) {
      PushedSlice fresh = new PushedSlice(key, half);
      move(slice, fresh, (_, hash) -> half.holds(hash));
      if (fresh.slotCount() > 0) {
        target.slices.put(half, fresh);
        if (fresh.shouldSplit()) {
          split(key, target, fresh);
        }
      }
    }
    slice.retire();
  }

  /// Moves the members of a slice to another, where they are found from now on.
  private void move(PushedSlice slice, PushedSlice other, PushedSlice.Member member) {
    for (Series moved : slice.moveTo(other, member, Series::movedTo)) {
      byLabels.put(moved.meta.labels(), moved);
      moved.keys.forEach(key -> byKey.put(key, moved));
    }
  }

  /// Starts making rows, and forgets idle series if that is due.
  public RowAssembler assembler() {
    long nowMillis = clock.millis();
    forgetIdle(nowMillis);
    return new RowAssembler(this, settings.maxSamples(), nowMillis);
  }

  private void forgetIdle(long nowMillis) {
    if (nowMillis < nextSweepMillis) {
      return;
    }
    synchronized (lock) {
      if (nowMillis < nextSweepMillis) {
        return;
      }
      nextSweepMillis = nowMillis + sweepMillis();
      long oldest = nowMillis - settings.idle().toMillis();
      targets.values().removeIf(target -> forgetIdle(target, oldest));
    }
  }

  /// Forgets a target's idle series; true if none is left.
  private boolean forgetIdle(Target target, long oldestMillis) {
    target
        .slices
        .entrySet()
        .removeIf(entry -> {
          PushedSlice slice = entry.getValue();
          // Decided once: another thread may see a series again at any moment.
          Set<Series> idle = slice.select(series -> series.lastSeenMillis < oldestMillis);
          if (!idle.isEmpty()) {
            idle.forEach(this::forget);
            PushedSlice fresh = new PushedSlice(slice.key(), slice.number());
            move(slice, fresh, (series, _) -> !idle.contains(series));
            entry.setValue(fresh);
            slice.retire();
          }
          return entry.getValue().slotCount() == 0;
        });
    return target.slices.isEmpty();
  }

  private void forget(Series series) {
    series.leave();
    byLabels.remove(series.meta.labels());
    series.keys.forEach(byKey::remove);
  }

  /// Series that are known. Idle ones are forgotten first if that is due: nobody else does so where
  /// a tenant pushes no longer.
  public int size() {
    forgetIdle(clock.millis());
    synchronized (lock) {
      return byLabels.size();
    }
  }
}
