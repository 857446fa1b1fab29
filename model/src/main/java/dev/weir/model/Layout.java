package dev.weir.model;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/// The ordered series of one slice with their types. Column `i` of a row belongs to series `i`.
///
/// The order is canonical (by labels, see [Labels]), so producers with equal sets of series have
/// equal layouts. The hash is [Hash128] over each series in order: its labels' canonical bytes
/// (name, 0xFF, value, 0xFF for each pair), 0xFE, and one byte with the type's code.
public final class Layout {
  private static final byte END_OF_LABELS = (byte) 0xfe;
  private static final SharedLayouts SHARED = new SharedLayouts();

  private final List<SeriesMeta> series;
  private final List<Labels> labels;
  private final Hash128 hash;

  private Layout(List<SeriesMeta> canonicalSeries) {
    this.series = canonicalSeries;
    this.labels = canonicalSeries.stream().map(SeriesMeta::labels).toList();
    this.hash = hash(canonicalSeries);
  }

  /// A layout of these series, put into canonical order. Equal layouts are the same object for as
  /// long as somebody holds it, so that their series take memory once.
  ///
  /// @throws WeirException.BadData if two have the same labels
  public static Layout of(List<SeriesMeta> series) {
    List<SeriesMeta> sorted = new ArrayList<>(series);
    sorted.sort(Comparator.comparing(SeriesMeta::labels));
    for (int i = 1; i < sorted.size(); i++) {
      if (sorted.get(i).labels().equals(sorted.get(i - 1).labels())) {
        throw new WeirException.BadData(
            "series %s stands twice in a layout; labels tell series apart"
                .formatted(sorted.get(i).labels()));
      }
    }
    return SHARED.share(new Layout(List.copyOf(sorted)));
  }

  /// This layout and more series, in canonical order.
  public Layout plus(List<SeriesMeta> more) {
    List<SeriesMeta> all = new ArrayList<>(series.size() + more.size());
    all.addAll(series);
    all.addAll(more);
    return of(all);
  }

  private static Hash128 hash(List<SeriesMeta> series) {
    Labels.CanonicalBytes bytes = new Labels.CanonicalBytes();
    for (SeriesMeta meta : series) {
      meta.labels().writeCanonical(bytes);
      bytes.writeByte(END_OF_LABELS).writeByte(meta.type().code());
    }
    return bytes.hash();
  }

  /// The series in column order.
  public List<SeriesMeta> series() {
    return series;
  }

  /// The labels of the series in column order: always the same list.
  public List<Labels> labels() {
    return labels;
  }

  /// Number of columns.
  public int size() {
    return series.size();
  }

  public Hash128 hash() {
    return hash;
  }

  @Override
  public boolean equals(Object other) {
    return this == other || (other instanceof Layout layout && hash.equals(layout.hash));
  }

  @Override
  public int hashCode() {
    return hash.hashCode();
  }

  @Override
  public String toString() {
    return "Layout[%s, %d series]".formatted(hash, series.size());
  }
}
