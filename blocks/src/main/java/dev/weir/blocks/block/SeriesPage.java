package dev.weir.blocks.block;

import dev.weir.model.SeriesMeta;
import org.jspecify.annotations.Nullable;

/// The series in one frame of the index, each decoded when it is first asked for and kept, so that
/// queries do not make the same labels again. Safe for use by many threads: two may decode the same
/// series at once, and either result is right.
final class SeriesPage implements BlockCache.Weighted {
  /// What a series with its labels takes, beside the text of the labels, which pages share.
  private static final int SERIES_BYTES = 280;

  /// A series of the index.
  ///
  /// @param lateMillis how much later than its group's first timestamp its first sample is
  /// @param earlyMillis how much earlier than the last its last
  record Indexed(SeriesMeta meta, int group, long lateMillis, long earlyMillis) {}

  private final Section section;
  private final Entries entries;
  private final @Nullable Indexed[] decoded;

  SeriesPage(Section section, Entries entries) {
    this.section = section;
    this.entries = entries;
    this.decoded = new Indexed[entries.count()];
  }

  boolean mayHold(int id) {
    return id >= entries.id(0) && id <= entries.id(entries.count() - 1);
  }

  /// A series by its number; null if it is not here.
  @Nullable Indexed find(int id) {
    int index = entries.indexOf(id);
    if (index < 0) {
      return null;
    }
    Indexed known = decoded[index];
    if (known == null) {
      SeriesEntry entry = section.readSeries(entries.at(index));
      known =
          new Indexed(section.meta(entry), entry.group(), entry.lateMillis(), entry.earlyMillis());
      decoded[index] = known;
    }
    return known;
  }

  @Override
  public long weightBytes() {
    return entries.weightBytes() + (long) SERIES_BYTES * decoded.length;
  }
}
