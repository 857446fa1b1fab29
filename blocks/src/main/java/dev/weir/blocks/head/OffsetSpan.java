package dev.weir.blocks.head;

/// Offsets of one partition, from [#from] up to but not including [#to].
record OffsetSpan(long from, long to) {
  OffsetSpan {
    if (from > to) {
      throw new IllegalArgumentException(
          "offsets from %d up to %d; the end is not before the start".formatted(from, to));
    }
  }

  boolean contains(long offset) {
    return offset >= from && offset < to;
  }
}
