package dev.weir.blocks.deletion;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import java.util.List;

/// Samples that somebody deleted: those of some series in a range of time that were there at that
/// moment, and no later ones.
///
/// **What was there** is told by offsets: a record of a partition was there if it lies below the
/// partition's cut, which is where its log ended when the deletion was asked for. An imported or
/// downsampled block was there if it is named, or one is that it was made from.
///
/// **Which blocks it hides samples of.** A block that begins below the cut and does not name the
/// deletion among its sources. Whoever writes a block looks for deletions after it is settled which
/// records go in, leaves out what they delete, and names them. So a block that names a deletion has
/// nothing left to hide, though it may go on beyond the cut; and one that does not was settled
/// before the deletion was published, so that all of it had arrived while the deletion was still
/// being asked for, and may be deleted with it.
///
/// Example: the cut is 1000. Link [900, 1000) is hidden; [900, 1100), written before the deletion
/// was published, is hidden too; [900, 1100) that names it was written without what it deletes, and
/// shows the rest; [1000, 1100) is no matter of it.
///
/// @param name of the object
/// @param selectors a series is deleted if all matchers of one of them pass
/// @param cuts of the partitions that had records
/// @param imports names of the imported and downsampled blocks that were there and have samples in
///   the range
public record Deletion(
    DeletionName name,
    List<List<Matcher>> selectors,
    TimeRange range,
    List<Cut> cuts,
    List<String> imports) {
  /// The first offset of a partition whose record was not there yet.
  public record Cut(String topic, int partition, long offset) {
    public Cut {
      requireNonNull(topic, "topic");
      if (partition < 0 || offset < 0) {
        throw new IllegalArgumentException(
            "partition %d and offset %d are not negative".formatted(partition, offset));
      }
    }
  }

  public Deletion {
    requireNonNull(name, "name");
    selectors = selectors.stream().map(List::copyOf).toList();
    requireNonNull(range, "range");
    cuts = List.copyOf(cuts);
    imports = List.copyOf(imports);
    if (selectors.isEmpty()) {
      throw new IllegalArgumentException("a deletion names at least one selector");
    }
  }

  public Tenant tenant() {
    return name.tenant();
  }

  /// The cut of a partition; 0 if it had no records.
  public long cut(String topic, int partition) {
    for (Cut cut : cuts) {
      if (cut.partition == partition && cut.topic.equals(topic)) {
        return cut.offset;
      }
    }
    return 0;
  }

  /// Whether records of a range were there.
  public boolean reaches(OffsetRange range) {
    return range.firstOffset() < cut(range.topic(), range.partition());
  }

  /// Whether an imported or downsampled block was there, or one that it is made from.
  public boolean names(BlockReader block) {
    return imports.contains(block.name())
        || block.meta().sources().stream().anyMatch(imports::contains);
  }

  public boolean matches(Labels labels) {
    return selectors.stream().anyMatch(selector -> Matcher.allMatch(selector, labels));
  }

  /// Whether a block has samples that may have to be left out.
  public boolean hides(BlockReader block) {
    return block.meta().section(tenant()).filter(section -> section.overlaps(range)).isPresent()
        && !block.meta().sources().contains(name.path())
        && (names(block) || block.meta().covers().stream().anyMatch(this::reaches));
  }
}
