package dev.weir.blocks.block;

/// What the entries of a region are. Codes stand in files and never change; a reader passes over
/// regions of codes that it does not know.
enum RegionKind {
  /// By group: its timestamps in a window.
  TIMESTAMPS(1),
  /// By series: its values in a window.
  VALUES(2),
  /// By series: its native histograms in a window.
  HISTOGRAMS(3),
  /// By series: its start timestamps in a window.
  START_TIMESTAMPS(4),
  /// By series: its exemplars in a window. Code 5 was meant for them in versions 1 and 2, and never
  /// used.
  EXEMPLARS(6),
  /// By group: its key.
  GROUPS(16),
  /// By series: its labels and type.
  SERIES(17),
  /// By label pair: its value.
  PAIRS(18),
  /// By label pair: the series that have it.
  POSTINGS(19),
  /// By group: its layouts that are alive at the block's end.
  LAYOUTS(20),
  /// By label pair of a metric's name: unit and help of the metric.
  METADATA(21);

  private final int code;

  RegionKind(int code) {
    this.code = code;
  }

  int code() {
    return code;
  }
}
