package dev.weir.streams.partial;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Labels;
import dev.weir.promql.query.QueryValue.Sample;
import dev.weir.streams.definition.GroupId;
import java.util.List;
import java.util.Map;

/// What one partition has to say to the evaluation of a rule group at one time.
///
/// @param definition hash of the version of the group that was evaluated, and of how it was split
/// @param timestampMillis the time of the evaluation; of one that is still reading the past of the
///   group's columns, the next
/// @param cut the offset after the last that was read of each input topic
/// @param leaves by number; a leaf that is not in it came to nothing
/// @param warming whether the partition has nothing to say yet, because it is reading the past
public record Partial(
    GroupId group,
    Hash128 definition,
    long timestampMillis,
    int partition,
    Map<String, Long> cut,
    Map<Integer, Leaf> leaves,
    boolean warming) {

  /// What a leaf came to.
  public sealed interface Leaf {
    /// An instant vector; its series are in the order of their labels.
    record Values(List<Sample> samples) implements Leaf {
      public Values {
        samples = List.copyOf(samples);
      }

      public List<Labels> series() {
        return samples.stream().map(Sample::labels).toList();
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
      Map<Integer, Leaf> leaves) {
    this(group, definition, timestampMillis, partition, cut, leaves, false);
  }

  /// What a partition says while it is reading the past of a group's columns.
  public static Partial warming(
      GroupId group, Hash128 definition, long timestampMillis, int partition) {
    return new Partial(group, definition, timestampMillis, partition, Map.of(), Map.of(), true);
  }

  public Partial {
    requireNonNull(group, "group");
    requireNonNull(definition, "definition");
    cut = Map.copyOf(cut);
    leaves = Map.copyOf(leaves);
  }
}
