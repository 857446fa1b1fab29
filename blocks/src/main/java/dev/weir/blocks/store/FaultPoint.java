package dev.weir.blocks.store;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The steps of writing, merging and deleting blocks after each of which a process may be killed
/// without harm. A test has a process end itself at one of them, as by `kill -9`:
/// `-Dweir.halt_at=OBJECT_NAMED:3` is the third time that an object has its name. Without the
/// property a step costs a comparison.
public enum FaultPoint {
  /// A link is written beside the store, whole.
  LINK_WRITTEN,
  /// A merged block is written beside the store, and read back.
  MERGE_VERIFIED,
  /// The bytes of an object are copied into the store, and not on the disk yet.
  OBJECT_COPIED,
  /// They are on the disk, under no name.
  OBJECT_SYNCED,
  /// The object has its name, and the name is not on the disk yet.
  OBJECT_NAMED,
  /// It is published, and nobody has heard of it.
  OBJECT_PUBLISHED,
  /// An object is deleted, the next one is not.
  OBJECT_DELETED;

  private static final String PROPERTY = "weir.halt_at";

  /// As after SIGKILL.
  private static final int EXIT_CODE = 137;

  /// Where to end, and after how many times.
  private record Halt(FaultPoint at, AtomicLong left) {
    private static final @Nullable Halt WANTED = of(System.getProperty(PROPERTY, ""));

    static @Nullable Halt of(String text) {
      if (text.isEmpty()) {
        return null;
      }
      int colon = text.indexOf(':');
      return new Halt(
          valueOf(text.substring(0, colon)),
          new AtomicLong(Long.parseLong(text.substring(colon + 1))));
    }
  }

  /// Says that the step is done.
  public void pass() {
    Halt wanted = Halt.WANTED;
    if (wanted != null && wanted.at == this && wanted.left.decrementAndGet() == 0) {
      Runtime.getRuntime().halt(EXIT_CODE);
    }
  }
}
