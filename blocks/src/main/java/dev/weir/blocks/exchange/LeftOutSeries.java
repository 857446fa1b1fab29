package dev.weir.blocks.exchange;

import dev.weir.model.Labels;
import java.util.ArrayList;
import java.util.List;

/// Series that are not imported: how many, and the first few. For one thread.
public final class LeftOutSeries {
  private static final int SHOWN = 5;

  private final List<Labels> first = new ArrayList<>();
  private int count;

  LeftOutSeries() {}

  void add(Labels labels) {
    count++;
    if (first.size() < SHOWN) {
      first.add(labels);
    }
  }

  public int count() {
    return count;
  }

  /// The first few; a sign stands for what is not UTF-8.
  public List<Labels> first() {
    return List.copyOf(first);
  }
}
