package dev.weir.blocks.merge;

import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SeriesGroup;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Goes through merged groups, and holds the cursors of their sources open.
final class MergedCursor implements GroupCursor {
  private final List<MergedSeriesSource.Part> parts;
  private final Iterator<SeriesGroup> groups;
  private final Completeness completeness;

  MergedCursor(
      List<MergedSeriesSource.Part> parts, List<SeriesGroup> groups, Completeness completeness) {
    this.parts = parts;
    this.groups = groups.iterator();
    this.completeness = completeness;
  }

  static MergedCursor of(List<MergedSeriesSource.Part> parts) {
    Completeness completeness = Completeness.FULL;
    List<List<SeriesGroup>> bySource = new ArrayList<>(parts.size());
    for (MergedSeriesSource.Part part : parts) {
      completeness = completeness.and(part.completeness());
      bySource.add(part.groups());
    }
    return new MergedCursor(parts, GroupPlan.merge(bySource), completeness);
  }

  @Override
  public @Nullable SeriesGroup next() {
    return groups.hasNext() ? groups.next() : null;
  }

  @Override
  public Completeness completeness() {
    return completeness;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    for (MergedSeriesSource.Part part : parts) {
      try {
        part.close();
      } catch (RuntimeException e) {
        if (failure == null) {
          failure = e;
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
