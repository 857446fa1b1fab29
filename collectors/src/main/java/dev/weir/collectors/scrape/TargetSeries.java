package dev.weir.collectors.scrape;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.exposition.BodyReader;
import dev.weir.collectors.exposition.ExpositionException;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.MetricType;
import dev.weir.model.PartitionKey;
import dev.weir.model.SeriesMeta;
import dev.weir.model.Slice;
import dev.weir.model.WeirException;
import dev.weir.schemas.publish.PushedSeries;
import dev.weir.schemas.publish.SliceTree;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The series that a target exposes, with numbers, and the slices and layouts that they are in. For
/// one thread.
///
/// A series that names another target than its own (`honor_labels`, federation) belongs to the
/// tenant's pushed series; all others are in the target's own slices.
///
/// Series that a body brings are provisional until [#commit]; [#rollback] forgets them, so that a
/// scrape that fails in the end leaves nothing behind. A series that is no longer exposed stays,
/// its column absent, until [#forgetUnseen]: so a layout seldom changes, and then by additions,
/// which travel as such.
final class TargetSeries implements BodyReader.Series {
  /// Stands for series that are refused because the tenant has too many. They count as exposed.
  static final int REFUSED = -2;

  /// Stands for the scrape of a series that had no sample yet.
  static final long NEVER = Long.MIN_VALUE;

  private final TenantSeries tenant;
  private final Target target;
  private final PartitionKey partitionKey;
  private SeriesRules rules;

  private final List<SeriesMeta> metas = new ArrayList<>();
  private final List<PushedSeries.@Nullable Series> foreign = new ArrayList<>();
  private final Map<Labels, Integer> byLabels = new HashMap<>();
  private SliceTree tree = new SliceTree();
  private final Map<Slice, OwnSlice> bySlice = new HashMap<>();
  private final List<OwnSlice> slices = new ArrayList<>();
  private int[] sliceOf = {};
  private int[] columnOf = {};

  /// The number of the last scrape in which the series had a sample.
  private long[] lastSeen = {};

  /// The same, for samples whose end is marked.
  private long[] lastTracked = {};

  private int committed;
  private @Nullable WeirException refusal;

  TargetSeries(TenantSeries tenant, Target target, SeriesRules rules) {
    this.tenant = requireNonNull(tenant, "tenant");
    this.target = requireNonNull(target, "target");
    this.partitionKey = PartitionKey.of(tenant.tenant(), target.labels());
    this.rules = requireNonNull(rules, "rules");
  }

  /// Takes other rules. Series that the new ones do not lead to are treated as gone. Who reads
  /// bodies has to forget what it knows of series.
  void setRules(SeriesRules newRules) {
    rules = newRules;
  }

  @Override
  public int number(Labels exposed, Set<String> blank, MetricType type) throws ExpositionException {
    Optional<Labels> labels = rules.apply(exposed, blank, type);
    if (labels.isEmpty()) {
      return BodyReader.DROPPED;
    }
    try {
      return number(new SeriesMeta(labels.get(), type), false);
    } catch (WeirException.LimitExceeded e) {
      refusal = e;
      return REFUSED;
    }
  }

  /// The number of the series that reports on the scrape itself. It is never refused: that a target
  /// is there has to be seen above all when there are too many series.
  int reportNumber(String metric) {
    return number(new SeriesMeta(rules.ofReport(metric), MetricType.GAUGE), true);
  }

  private int number(SeriesMeta given, boolean beyondLimit) {
    Integer known = byLabels.get(given.labels());
    if (known != null) {
      setType(known, given);
      return known;
    }
    SeriesMeta meta = given.withSharedTexts();
    PushedSeries.Series pushed = null;
    if (!PartitionKey.of(tenant.tenant(), meta.labels()).equals(partitionKey)) {
      pushed = tenant.pushed().of(meta);
    } else if (beyondLimit) {
      tenant.countScraped();
    } else {
      tenant.admitScraped(meta.labels());
    }
    int number = metas.size();
    metas.add(meta);
    foreign.add(pushed);
    byLabels.put(meta.labels(), number);
    reserve(number + 1);
    lastSeen[number] = NEVER;
    lastTracked[number] = NEVER;
    if (pushed == null) {
      addOwn(number, meta);
    }
    return number;
  }

  private void reserve(int capacity) {
    if (capacity > lastSeen.length) {
      int larger = Math.max(64, Math.max(capacity, 2 * lastSeen.length));
      sliceOf = Arrays.copyOf(sliceOf, larger);
      columnOf = Arrays.copyOf(columnOf, larger);
      lastSeen = Arrays.copyOf(lastSeen, larger);
      lastTracked = Arrays.copyOf(lastTracked, larger);
    }
  }

  /// A type that was unknown may become known, a known one may change; none becomes unknown.
  private void setType(int number, SeriesMeta meta) {
    SeriesMeta present = metas.get(number);
    if (present.type() == meta.type() || meta.type() == MetricType.UNKNOWN) {
      return;
    }
    metas.set(number, new SeriesMeta(present.labels(), meta.type()));
    if (foreign.get(number) == null) {
      sliceWith(meta.labels().groupingHash()).touch();
    }
  }

  private void addOwn(int number, SeriesMeta meta) {
    sliceWith(meta.labels().groupingHash()).add(number);
  }

  private OwnSlice sliceWith(long groupingHash) {
    return slice(tree.sliceOf(groupingHash));
  }

  private OwnSlice slice(Slice slice) {
    return bySlice.computeIfAbsent(
        slice, number -> new OwnSlice(new GroupKey(partitionKey, target.id(), number)));
  }

  /// Keeps the series that the body brought, and puts new ones into layouts.
  void commit() {
    committed = metas.size();
    boolean changed = false;
    for (OwnSlice slice : List.copyOf(bySlice.values())) {
      if (slice.isChanged()) {
        changed = true;
        splitIfNeeded(slice);
      }
    }
    if (changed) {
      layOut();
    }
  }

  private void splitIfNeeded(OwnSlice slice) {
    if (slice.members().size() <= Slice.MAX_SERIES) {
      return;
    }
    long[] hashes =
        slice.members().stream()
            .mapToLong(member -> metas.get(member).labels().groupingHash())
            .toArray();
    Slice number = slice.group().slice();
    if (!SliceTree.shouldSplit(number, hashes)) {
      return;
    }
    bySlice.remove(number);
    tree.split(number);
    for (int i = 0; i < hashes.length; i++) {
      sliceWith(hashes[i]).add(slice.members().get(i));
    }
    splitIfNeeded(slice(number.left()));
    splitIfNeeded(slice(number.right()));
  }

  private void layOut() {
    slices.clear();
    bySlice.values().stream()
        .filter(slice -> !slice.members().isEmpty())
        .sorted((a, b) -> a.group().slice().compareTo(b.group().slice()))
        .forEach(slices::add);
    for (int index = 0; index < slices.size(); index++) {
      OwnSlice slice = slices.get(index);
      if (slice.isChanged()) {
        slice.layOut(metas);
      }
      for (int column = 0; column < slice.layout().size(); column++) {
        int member = slice.memberOfColumn(column);
        sliceOf[member] = index;
        columnOf[member] = column;
      }
    }
  }

  /// Forgets the series that the body brought. Who reads bodies has to forget them, too.
  ///
  /// @return whether there were any
  boolean rollback() {
    if (metas.size() == committed) {
      return false;
    }
    for (OwnSlice slice : bySlice.values()) {
      slice.truncate(committed);
    }
    int own = 0;
    for (int number = metas.size() - 1; number >= committed; number--) {
      byLabels.remove(metas.get(number).labels());
      own += foreign.get(number) == null ? 1 : 0;
      metas.removeLast();
      foreign.removeLast();
    }
    tenant.releaseScraped(own);
    return true;
  }

  /// Whether some series had no sample since a scrape.
  boolean hasUnseen(long oldestScrape) {
    for (int number = 0; number < committed; number++) {
      if (lastSeen[number] < oldestScrape) {
        return true;
      }
    }
    return false;
  }

  /// Forgets the series that had no sample since a scrape; all others get other numbers. Who reads
  /// bodies has to forget what it knows of series.
  void forgetUnseen(long oldestScrape) {
    List<SeriesMeta> oldMetas = List.copyOf(metas);
    List<PushedSeries.@Nullable Series> oldForeign = new ArrayList<>(foreign);
    long[] oldSeen = lastSeen.clone();
    long[] oldTracked = lastTracked.clone();
    metas.clear();
    foreign.clear();
    byLabels.clear();
    bySlice.clear();
    int released = 0;
    for (int old = 0; old < oldMetas.size(); old++) {
      SeriesMeta meta = oldMetas.get(old);
      if (oldSeen[old] < oldestScrape) {
        released += oldForeign.get(old) == null ? 1 : 0;
        continue;
      }
      int number = metas.size();
      metas.add(meta);
      foreign.add(oldForeign.get(old));
      byLabels.put(meta.labels(), number);
      lastSeen[number] = oldSeen[old];
      lastTracked[number] = oldTracked[old];
      if (oldForeign.get(old) == null) {
        addOwn(number, meta);
      }
    }
    tenant.releaseScraped(released);
    commit();
    layOut();
  }

  /// Tells the tenant that the series of other targets are still there.
  void refreshForeign() {
    for (int number = 0; number < committed; number++) {
      if (foreign.get(number) != null) {
        try {
          foreign.set(number, tenant.pushed().of(metas.get(number)));
        } catch (WeirException.LimitExceeded e) {
          // It was forgotten in the meantime, and others took its place.
          refusal = e;
        }
      }
    }
  }

  /// Forgets everything: the target is no longer scraped.
  void release() {
    rollback();
    forgetUnseen(Long.MAX_VALUE);
    tree = new SliceTree();
  }

  /// Why series were refused since the last call; null if none were.
  @Nullable WeirException takeRefusal() {
    WeirException taken = refusal;
    refusal = null;
    return taken;
  }

  int size() {
    return metas.size();
  }

  /// The target's slices that have series, as they are since the last commit.
  List<OwnSlice> slices() {
    return slices;
  }

  /// The pushed series that a number stands for; null if it is one of the target's own.
  PushedSeries.@Nullable Series foreign(int number) {
    return foreign.get(number);
  }

  /// The place of one of the target's own series in [#slices].
  int sliceOf(int number) {
    return sliceOf[number];
  }

  int columnOf(int number) {
    return columnOf[number];
  }

  long lastSeen(int number) {
    return lastSeen[number];
  }

  void seen(int number, long scrape) {
    lastSeen[number] = scrape;
  }

  long lastTracked(int number) {
    return lastTracked[number];
  }

  void tracked(int number, long scrape) {
    lastTracked[number] = scrape;
  }

  SeriesMeta meta(int number) {
    return metas.get(number);
  }
}
