package dev.weir.blocks.exchange;

import dev.weir.blocks.Progress;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbSeries;
import dev.weir.model.Matcher;
import dev.weir.model.PartitionKey;
import dev.weir.model.Slice;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The series of a Prometheus block, sorted into the groups that Weir keeps them in: by job and
/// instance, or by a hash of their labels, as if they had been pushed. In memory is a number of
/// bytes for each series, not its labels.
final class SeriesRuns {
  /// Series of one group.
  ///
  /// @param from first place in [#references]
  /// @param to after the last
  record Run(PartitionKey key, Slice slice, int from, int to) {
    int size() {
      return to - from;
    }
  }

  /// Samples of a group that are decoded at a time: 16 bytes each.
  private static final long MAX_SAMPLES = 4_000_000;

  private static final int SAMPLES_PER_CHUNK = 120;

  private final int[] references;
  private final long[] hashes;
  private final int[] samples;
  private final List<Run> runs = new ArrayList<>();
  private final LeftOutSeries leftOut;

  private SeriesRuns(int[] references, long[] hashes, int[] samples, LeftOutSeries leftOut) {
    this.leftOut = leftOut;
    this.references = references;
    this.hashes = hashes;
    this.samples = samples;
  }

  /// @param range of the samples that are wanted
  /// @param blockMillis how much time is decoded at once
  /// @param progress counts series
  static SeriesRuns of(
      TsdbBlock block,
      Tenant tenant,
      List<Matcher> matchers,
      TimeRange range,
      long blockMillis,
      Progress progress) {
    int all = block.seriesCount();
    int[] references = new int[all];
    int[] keyIds = new int[all];
    long[] hashes = new long[all];
    int[] samples = new int[all];
    Map<PartitionKey, Integer> ids = new HashMap<>();
    List<PartitionKey> keys = new ArrayList<>();
    LeftOutSeries leftOut = new LeftOutSeries();
    int count = 0;
    for (int place = 0; place < all; place++) {
      progress.at(place, all);
      TsdbSeries series = block.series(block.reference(place));
      long estimated = samples(series, range, blockMillis);
      if (estimated == 0 || !Matcher.allMatch(matchers, series.labels())) {
        continue;
      }
      if (!series.isUtf8()) {
        leftOut.add(series.labels());
        continue;
      }
      references[count] = series.reference();
      PartitionKey key = PartitionKey.of(tenant, series.labels());
      Integer id = ids.putIfAbsent(key, keys.size());
      if (id == null) {
        id = keys.size();
        keys.add(key);
      }
      keyIds[count] = id;
      hashes[count] = series.labels().groupingHash();
      samples[count++] = (int) Math.min(Integer.MAX_VALUE, estimated);
    }
    return sorted(count, references, keyIds, hashes, samples, keys, leftOut);
  }

  /// How many samples of a series there may be at once; 0 if there are none.
  private static long samples(TsdbSeries series, TimeRange range, long blockMillis) {
    long chunks = 0;
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (int i = 0; i < series.chunks().length; i++) {
      if (range.overlaps(series.startMillis()[i], series.endMillis()[i])) {
        chunks++;
        start = Math.min(start, series.startMillis()[i]);
        end = Math.max(end, series.endMillis()[i]);
      }
    }
    if (chunks == 0) {
      return 0;
    }
    double part = Math.min(1, (double) blockMillis / Math.max(1, TimeRange.between(start, end)));
    return 1 + (long) (chunks * SAMPLES_PER_CHUNK * part);
  }

  private static SeriesRuns sorted(
      int count,
      int[] references,
      int[] keyIds,
      long[] hashes,
      int[] samples,
      List<PartitionKey> keys,
      LeftOutSeries leftOut) {
    Integer[] order = new Integer[count];
    Arrays.setAll(order, i -> i);
    Arrays.sort(
        order,
        Comparator.<Integer>comparingInt(i -> keyIds[i])
            .thenComparing((a, b) -> Long.compareUnsigned(hashes[a], hashes[b])));
    SeriesRuns runs = new SeriesRuns(new int[count], new long[count], new int[count], leftOut);
    for (int i = 0; i < count; i++) {
      runs.references[i] = references[order[i]];
      runs.hashes[i] = hashes[order[i]];
      runs.samples[i] = samples[order[i]];
    }
    int from = 0;
    while (from < count) {
      int id = keyIds[order[from]];
      int to = from;
      while (to < count && keyIds[order[to]] == id) {
        to++;
      }
      runs.split(new Run(keys.get(id), Slice.WHOLE, from, to));
      from = to;
    }
    return runs;
  }

  /// Splits series of one key, ascending by hash, until each part is small enough.
  private void split(Run run) {
    if (run.size() == 0) {
      return;
    }
    if (!isTooLarge(run) || !run.slice.canSplit()) {
      runs.add(run);
      return;
    }
    int middle = run.from;
    while (middle < run.to && run.slice.left().holds(hashes[middle])) {
      middle++;
    }
    split(new Run(run.key, run.slice.left(), run.from, middle));
    split(new Run(run.key, run.slice.right(), middle, run.to));
  }

  private boolean isTooLarge(Run run) {
    if (run.size() > Slice.MAX_SERIES) {
      return true;
    }
    long all = 0;
    for (int i = run.from; i < run.to; i++) {
      all += samples[i];
    }
    return all > MAX_SAMPLES && run.size() > 1;
  }

  List<Run> runs() {
    return runs;
  }

  /// Series whose labels are not UTF-8: Weir's are.
  LeftOutSeries leftOut() {
    return leftOut;
  }

  int seriesCount() {
    return references.length;
  }

  /// The references of a run's series, in order of labels.
  int[] references(Run run) {
    int[] ofRun = Arrays.copyOfRange(references, run.from, run.to);
    // References ascend with labels, as numbers without sign.
    for (int i = 0; i < ofRun.length; i++) {
      ofRun[i] ^= Integer.MIN_VALUE;
    }
    Arrays.sort(ofRun);
    for (int i = 0; i < ofRun.length; i++) {
      ofRun[i] ^= Integer.MIN_VALUE;
    }
    return ofRun;
  }
}
