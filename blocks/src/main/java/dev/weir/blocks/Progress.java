package dev.weir.blocks;

/// Is told how far something long has come.
@FunctionalInterface
public interface Progress {
  /// @param done of `total`, both in what the task counts
  void at(long done, long total);
}
