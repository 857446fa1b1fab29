package dev.weir.streams.partial;

import static java.util.Objects.requireNonNull;

import dev.weir.model.AbsentValue;
import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.model.Layout;
import dev.weir.model.MetricType;
import dev.weir.model.NativeHistogram;
import dev.weir.model.Row;
import dev.weir.model.SeriesMeta;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.rules.alert.SilentTargets;
import dev.weir.streams.definition.GroupId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What one partition has to say to the evaluation of a rule group at one time.
///
/// @param definition hash of the version of the group that was evaluated, and of how it was split
/// @param timestampMillis the time of the evaluation; of one that is still reading the past of the
///   group's columns, the next
/// @param cut the offset after the last that was read of each input topic
/// @param leaves by number; a leaf that is not in it came to nothing
/// @param silent targets that the group's rules select, and whose rows have stopped coming
/// @param warming whether the partition has nothing to say yet, because it is reading the past
public record Partial(
    GroupId group,
    Hash128 definition,
    long timestampMillis,
    int partition,
    Map<String, Long> cut,
    Map<Integer, Leaf> leaves,
    SilentTargets silent,
    boolean warming) {

  /// What a leaf came to.
  public sealed interface Leaf {
    /// An instant vector: the series of a layout, and a row with a sample for each.
    record Values(Layout layout, Row row) implements Leaf {
      public Values {
        requireNonNull(layout, "layout");
        if (!row.isWhole()) {
          throw new WeirException.Corrupt("values of a leaf are no whole row");
        }
        row.checkFits(layout.size());
      }

      /// @param samples of series that are told apart by their labels
      public static Values of(List<Sample> samples, long timestampMillis) {
        List<Sample> sorted = new ArrayList<>(samples);
        sorted.sort(Comparator.comparing(Sample::labels));
        List<SeriesMeta> series = new ArrayList<>(sorted.size());
        double[] values = new double[sorted.size()];
        List<Integer> columns = new ArrayList<>();
        List<NativeHistogram> histograms = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
          Sample sample = sorted.get(i);
          series.add(new SeriesMeta(sample.labels(), MetricType.UNKNOWN));
          NativeHistogram histogram = sample.histogram();
          values[i] = histogram == null ? AbsentValue.replaceIn(sample.value()) : AbsentValue.VALUE;
          if (histogram != null) {
            columns.add(i);
            histograms.add(histogram);
          }
        }
        return new Values(
            Layout.of(series),
            new Row(
                timestampMillis,
                null,
                values,
                new Row.Histograms(
                    columns.stream().mapToInt(Integer::intValue).toArray(),
                    histograms.toArray(new NativeHistogram[0])),
                Row.StartTimestamps.NONE,
                List.of()));
      }

      public boolean isEmpty() {
        return layout.size() == 0;
      }

      /// The samples, in the order of their labels.
      public List<Sample> samples() {
        @Nullable NativeHistogram[] histograms = new NativeHistogram[layout.size()];
        int[] columns = row.histograms().columns();
        for (int i = 0; i < columns.length; i++) {
          histograms[columns[i]] = row.histograms().values()[i];
        }
        List<Sample> samples = new ArrayList<>(layout.size());
        for (int i = 0; i < layout.size(); i++) {
          Labels labels = layout.series().get(i).labels();
          samples.add(new Sample(labels, row.values()[i], histograms[i]));
        }
        return samples;
      }
    }

    /// It could not be computed from the data that it met.
    record Failed(String message) implements Leaf {
      public Failed {
        requireNonNull(message, "message");
      }
    }
  }

  /// What an evaluation came to.
  public Partial(
      GroupId group,
      Hash128 definition,
      long timestampMillis,
      int partition,
      Map<String, Long> cut,
      Map<Integer, Leaf> leaves,
      SilentTargets silent) {
    this(group, definition, timestampMillis, partition, cut, leaves, silent, false);
  }

  /// What a partition says while it is reading the past of a group's columns.
  public static Partial warming(
      GroupId group, Hash128 definition, long timestampMillis, int partition) {
    return new Partial(
        group,
        definition,
        timestampMillis,
        partition,
        Map.of(),
        Map.of(),
        SilentTargets.NONE,
        true);
  }

  public Partial {
    requireNonNull(group, "group");
    requireNonNull(definition, "definition");
    requireNonNull(silent, "silent");
    cut = Map.copyOf(cut);
    leaves = Map.copyOf(leaves);
  }
}
