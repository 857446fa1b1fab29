package dev.weir.streams.leaf;

/// Knows where the partitions of the samples end. A partition that nobody writes to gives no record
/// that would show how late it is.
@FunctionalInterface
public interface LogEnds {
  /// Nothing is known.
  long UNKNOWN = Long.MIN_VALUE;

  /// The time up to which a reader has read all that was appended, if it has read everything before
  /// an offset; [#UNKNOWN] if there is more, or nobody knows.
  ///
  /// @param position the offset after the last that was read
  long readToMillis(int partition, long position);
}
