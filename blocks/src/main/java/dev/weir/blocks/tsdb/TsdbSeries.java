package dev.weir.blocks.tsdb;

import static java.util.Objects.requireNonNull;

import dev.weir.model.Labels;

/// A series of a Prometheus block and where its chunks are.
///
/// @param reference names the series in the block; ascends with labels
/// @param isUtf8 whether all names and values of labels are; else a sign stands for what is not.
///   Prometheus takes such series, and cannot say in JSON what they are called
/// @param startMillis of the first sample of each chunk
/// @param endMillis of the last sample of each chunk
/// @param chunks where each is: the segment's number in the upper 32 bits, the offset in it in the
///   lower
public record TsdbSeries(
    int reference,
    Labels labels,
    boolean isUtf8,
    long[] startMillis,
    long[] endMillis,
    long[] chunks) {
  public TsdbSeries {
    requireNonNull(labels, "labels");
  }
}
