package dev.weir.blocks.merge;

import dev.weir.model.GroupKey;
import dev.weir.model.Labels;
import dev.weir.model.NativeHistogram;
import dev.weir.model.SeriesMeta;
import dev.weir.model.source.GroupColumns;
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
  /// @param columns opens the samples; called once
  record Input(List<SeriesMeta> series, Supplier<GroupColumns> columns) {}

  /// The samples of an input that has any.
  ///
  /// @param places the input's column of each merged one, or -1
  private record Opened(GroupColumns columns, int[] places) {
    long[] timestamps() {
      return columns.timestampsMillis();
    }
  }

  @Override
  public GroupSamples read() {
    return columns().readAll(series.size());
  }

  @Override
  public GroupColumns columns() {
    List<Opened> opened = new ArrayList<>(inputs.size());
    int total = 0;
    for (Input input : inputs) {
      GroupColumns columns = input.columns().get();
      if (columns.timestampsMillis().length > 0) {
        opened.add(new Opened(columns, places(input.series())));
        total += columns.timestampsMillis().length;
      }
    }
    if (opened.size() == 1 && isIdentity(opened.getFirst().places())) {
      return opened.getFirst().columns();
    }
    long[] timestamps = union(opened, total);
    List<Layer> layers = new ArrayList<>(opened.size());
    for (Opened one : opened) {
      int[] positions = positions(one.timestamps(), timestamps);
      boolean together =
          timestamps.length == total
              && positions[positions.length - 1] - positions[0] == positions.length - 1;
      layers.add(new Layer(one.columns(), one.places(), positions, together));
    }
    return new LaidOver(timestamps, layers);
  }

  private static boolean isIdentity(int[] places) {
    for (int column = 0; column < places.length; column++) {
      if (places[column] != column) {
        return false;
      }
    }
    return true;
  }

  /// Where the merged series are among an input's; both are in order of labels.
  private int[] places(List<SeriesMeta> input) {
    int[] places = new int[series.size()];
    Arrays.fill(places, -1);
    int output = 0;
    for (int column = 0; column < input.size(); column++) {
      Labels labels = input.get(column).labels();
      while (output < places.length
          && !series.get(output).labels().equals(labels)
          && series.get(output).labels().compareTo(labels) < 0) {
        output++;
      }
      if (output < places.length && series.get(output).labels().equals(labels)) {
        places[output++] = column;
      }
    }
    return places;
  }

  private static long[] union(List<Opened> opened, int total) {
    long[] all = new long[total];
    int count = 0;
    boolean ascending = true;
    for (Opened one : opened) {
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

  /// An input as it lies in the merged group.
  ///
  /// @param places the input's column of each merged one, or -1
  /// @param positions of its timestamps among all
  /// @param together whether no other input has a timestamp from its first to its last
  private record Layer(GroupColumns columns, int[] places, int[] positions, boolean together) {}

  /// Columns of several layers, the earlier over the later.
  private static final class LaidOver implements GroupColumns {
    private final long[] timestamps;
    private final List<Layer> layers;
    private final SamplesBuilder merged;

    LaidOver(long[] timestamps, List<Layer> layers) {
      this.timestamps = timestamps;
      this.layers = layers;
      this.merged = new SamplesBuilder(1, timestamps);
    }

    @Override
    public long[] timestampsMillis() {
      return timestamps;
    }

    @Override
    public long heldBytes() {
      return layers.stream().mapToLong(layer -> layer.columns.heldBytes()).sum();
    }

    @Override
    public GroupSamples.Column column(int series) {
      merged.clear();
      for (Layer layer : layers) {
        int place = layer.places[series];
        if (place >= 0 && layer.together) {
          merged.copy(layer.columns.column(place), 0, layer.positions[0]);
        } else if (place >= 0) {
          fill(layer.columns.column(place), layer.positions);
        }
      }
      return merged.column(0);
    }

    private void fill(GroupSamples.Column column, int[] positions) {
      @Nullable NativeHistogram[] histograms = column.histograms();
      long[] starts = column.startTimestampsMillis();
      double[] weights = column.weights();
      for (int i = 0; i < positions.length; i++) {
        int at = positions[i];
        if (!column.hasSample(i) || merged.hasSample(0, at)) {
          continue;
        }
        NativeHistogram histogram = histograms == null ? null : histograms[i];
        if (histogram == null) {
          merged.putValue(0, at, column.values()[i]);
        } else {
          merged.putHistogram(0, at, histogram);
        }
        if (starts != null && starts[i] != 0) {
          merged.putStartTimestamp(0, at, starts[i]);
        }
        if (weights != null) {
          merged.putWeight(0, at, weights[i]);
        }
      }
    }
  }
}
