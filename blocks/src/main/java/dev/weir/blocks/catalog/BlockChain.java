package dev.weir.blocks.catalog;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// The blocks of one partition, end to end: what is durable of it. The chain is the truth about how
/// far a partition was read; a consumer group's offset is a hint.
///
/// A compacted block stands for the links that it was made from, whether they are still there or
/// not. In a chain that is whole, each record up to the end is in exactly one link. What a single
/// tenant lacks is not the chain's to say, but [BlockSnapshot#problems]'.
///
/// @param covered what is covered, joined where it meets, in order
/// @param problems what keeps the chain from being whole, in order of offsets
public record BlockChain(
    String topic, int partition, List<OffsetRange> covered, List<Problem> problems) {
  /// A reason why the chain is not whole.
  public sealed interface Problem {
    /// Records that no block has: a block is lost, or somebody deleted it.
    record Gap(OffsetRange missing) implements Problem {
      @Override
      public String toString() {
        return "%s is in no block; put its block back from a backup (docs/storage.md, Repair)"
            .formatted(missing);
      }
    }

    /// Records that a tenant had, and no block has for it, though those of other tenants cover
    /// them.
    record TenantGap(Tenant tenant, OffsetRange missing) implements Problem {
      @Override
      public String toString() {
        return "%s is in no block of tenant %s; put its block back from a backup (docs/storage.md, Repair)"
            .formatted(missing, tenant);
      }
    }

    /// Records that two links have. Readers see each sample once all the same.
    record Overlap(Link first, Link second) implements Problem {
      @Override
      public String toString() {
        return "%s and %s overlap; links of a chain meet, end to start".formatted(first, second);
      }
    }

    /// A block that cannot be opened, so that nobody knows where it ends.
    record Unreadable(String name, WeirException error) implements Problem {
      @Override
      public String toString() {
        String message = String.valueOf(error.getMessage());
        return "%s cannot be opened%s"
            .formatted(
                name, message.startsWith(name) ? message.substring(name.length()) : ": " + message);
      }
    }
  }

  /// A block and what it covers of the partition.
  public record Link(String name, OffsetRange covers) implements Comparable<Link> {
    public Link {
      requireNonNull(name, "name");
      requireNonNull(covers, "covers");
    }

    @Override
    public int compareTo(Link other) {
      int byRange = covers.compareTo(other.covers);
      return byRange != 0 ? byRange : name.compareTo(other.name);
    }

    @Override
    public String toString() {
      return "%s %s".formatted(name, covers);
    }
  }

  public BlockChain {
    requireNonNull(topic, "topic");
    covered = List.copyOf(covered);
    problems = List.copyOf(problems);
  }

  /// The chain of these blocks.
  ///
  /// @param links small blocks of the partition
  /// @param compacted what compacted blocks cover of it, in place of links that may be gone
  /// @param unreadable small blocks of the partition that cannot be opened
  public static BlockChain of(
      String topic,
      int partition,
      List<Link> links,
      List<OffsetRange> compacted,
      List<Problem.Unreadable> unreadable) {
    List<Problem> problems = new ArrayList<>(overlaps(links));
    List<OffsetRange> ranges = new ArrayList<>(compacted);
    links.forEach(link -> ranges.add(link.covers));
    ranges.sort(null);
    List<OffsetRange> covered = new ArrayList<>();
    for (OffsetRange range : ranges) {
      OffsetRange last = covered.isEmpty() ? null : covered.getLast();
      if (last == null || range.firstOffset() > last.endOffset()) {
        if (last != null) {
          long gapStart = last.endOffset();
          long gapEnd = range.firstOffset();
          problems.add(new Problem.Gap(new OffsetRange(topic, partition, gapStart, gapEnd)));
        }
        covered.add(range);
      } else if (range.endOffset() > last.endOffset()) {
        covered.set(
            covered.size() - 1,
            new OffsetRange(topic, partition, last.firstOffset(), range.endOffset()));
      }
    }
    problems.addAll(unreadable);
    return new BlockChain(topic, partition, covered, problems);
  }

  private static List<Problem> overlaps(List<Link> links) {
    List<Link> sorted = links.stream().sorted().toList();
    List<Problem> overlaps = new ArrayList<>();
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).covers.overlaps(sorted.get(i - 1).covers)) {
        overlaps.add(new Problem.Overlap(sorted.get(i - 1), sorted.get(i)));
      }
    }
    return overlaps;
  }

  /// Whether there is neither gap nor overlap nor a block that cannot be opened.
  public boolean isWhole() {
    return problems.isEmpty();
  }

  /// The offset to go on from; empty if there is no block yet.
  public OptionalLong endOffset() {
    return covered.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(covered.getLast().endOffset());
  }

  /// Whether every record of the range is in a block.
  public boolean covers(OffsetRange range) {
    return covered.stream().anyMatch(part -> part.contains(range));
  }
}
