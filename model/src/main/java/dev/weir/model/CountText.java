package dev.weir.model;

/// Numbers of things in messages: `1 target`, `2 targets`.
public final class CountText {
  private CountText() {}

  /// @param noun in the singular; its plural ends in s
  public static String of(long count, String noun) {
    return count == 1 ? "1 " + noun : count + " " + noun + "s";
  }
}
