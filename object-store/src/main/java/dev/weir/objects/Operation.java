package dev.weir.objects;

/// What an object store is asked to do, as it is counted.
public enum Operation {
  READ("read"),
  WRITE("write"),
  LIST("list"),
  STAT("stat"),
  DELETE("delete");

  private final String text;

  Operation(String text) {
    this.text = text;
  }

  /// As metrics and messages have it.
  @Override
  public String toString() {
    return text;
  }
}
