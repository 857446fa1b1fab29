package dev.weir.blocks.merge;

import dev.weir.model.GroupKey;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Groups whose samples are laid over each other when they are read.
///
/// @param inputs in order of precedence
record MergedGroup(GroupKey key, List<SeriesMeta> series, List<Input> inputs)
    implements SeriesGroup {

  /// A group that is merged.
  ///
  /// @param series in order of labels; the merged group may have fewer and more
  /// @param samples decodes the samples; called once
  record Input(List<SeriesMeta> series, Supplier<GroupSamples> samples) {}

  /// Decoded samples of an input.
  ///
  /// @param outputs the merged column of each column, or -1
  private record Decoded(GroupSamples samples, int[] outputs) {
    long[] timestamps() {
      return samples.timestampsMillis();
    }
  }

  @Override
  public GroupSamples read() {
    List<Decoded> decoded = new ArrayList<>(inputs.size());
    int total = 0;
    for (Input input : inputs) {
      GroupSamples samples = input.samples().get();
      if (samples.timestampsMillis().length > 0) {
        decoded.add(new Decoded(samples, outputs(input.series())));
        total += samples.timestampsMillis().length;
      }
    }
    if (decoded.size() == 1 && isIdentity(decoded.getFirst().outputs())) {
      return decoded.getFirst().samples();
    }
    long[] timestamps = union(decoded, total);
    SamplesBuilder merged = new SamplesBuilder(series.size(), timestamps);
    for (Decoded one : decoded) {
      add(one, timestamps, timestamps.length == total, merged);
    }
    return merged.build();
  }

  private boolean isIdentity(int[] outputs) {
    if (outputs.length != series.size()) {
      return false;
    }
    for (int column = 0; column < outputs.length; column++) {
      if (outputs[column] != column) {
        return false;
      }
    }
    return true;
  }

  /// Where an input's series are among the merged ones; both are in order of labels.
  private int[] outputs(List<SeriesMeta> input) {
    int[] outputs = new int[input.size()];
    int output = 0;
    for (int column = 0; column < outputs.length; column++) {
      while (output < series.size()
          && !series.get(output).labels().equals(input.get(column).labels())
          && series.get(output).labels().compareTo(input.get(column).labels()) < 0) {
        output++;
      }
      boolean found =
          output < series.size() && series.get(output).labels().equals(input.get(column).labels());
      outputs[column] = found ? output++ : -1;
    }
    return outputs;
  }

  private static long[] union(List<Decoded> decoded, int total) {
    long[] all = new long[total];
    int count = 0;
    boolean ascending = true;
    for (Decoded one : decoded) {
      long[] timestamps = one.timestamps();
      ascending &= count == 0 || timestamps[0] > all[count - 1];
      System.arraycopy(timestamps, 0, all, count, timestamps.length);
      count += timestamps.length;
    }
    if (ascending) {
      return all;
    }
    Arrays.sort(all);
    int distinct = 0;
    for (int i = 0; i < all.length; i++) {
      if (i == 0 || all[i] != all[i - 1]) {
        all[distinct++] = all[i];
      }
    }
    return distinct == all.length ? all : Arrays.copyOf(all, distinct);
  }

  /// Lays samples under those that were added before.
  ///
  /// @param disjoint whether no two inputs have a timestamp in common
  private static void add(Decoded input, long[] timestamps, boolean disjoint, SamplesBuilder to) {
    int[] positions = positions(input.timestamps(), timestamps);
    boolean copies =
        disjoint && positions[positions.length - 1] - positions[0] == positions.length - 1;
    List<GroupSamples.Column> columns = input.samples().columns();
    for (int c = 0; c < columns.size(); c++) {
      int output = input.outputs()[c];
      if (output >= 0 && copies) {
        to.copy(columns.get(c), output, positions[0]);
      } else if (output >= 0) {
        fill(columns.get(c), output, positions, to);
      }
    }
  }

  private static int[] positions(long[] input, long[] timestamps) {
    int[] positions = new int[input.length];
    int at = Arrays.binarySearch(timestamps, input[0]);
    for (int i = 0; i < input.length; i++) {
      while (timestamps[at] < input[i]) {
        at++;
      }
      positions[i] = at;
    }
    return positions;
  }

  private static void fill(
      GroupSamples.Column column, int output, int[] positions, SamplesBuilder to) {
    @Nullable NativeHistogram[] histograms = column.histograms();
    long[] starts = column.startTimestampsMillis();
    for (int i = 0; i < positions.length; i++) {
      int at = positions[i];
      if (!column.hasSample(i) || to.hasSample(output, at)) {
        continue;
      }
      NativeHistogram histogram = histograms == null ? null : histograms[i];
      if (histogram == null) {
        to.putValue(output, at, column.values()[i]);
      } else {
        to.putHistogram(output, at, histogram);
      }
      if (starts != null && starts[i] != 0) {
        to.putStartTimestamp(output, at, starts[i]);
      }
    }
  }
}
