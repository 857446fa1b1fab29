package dev.weir.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Why a broker could write its directory no longer, and what helps, as far as the disk shows it:
/// Kafka does not say it when it gives up. It does not use a directory again that failed once, so
/// the process has to start again in any case.
final class FailureCause {
  /// A disk with less than this has no room for a segment of a log and its indexes.
  private static final long FULL_BELOW = 32L << 20;

  private FailureCause() {}

  /// Half a sentence about the directory of a broker that failed.
  static String of(Path directory) {
    try {
      return of(Files.getFileStore(directory).getUsableSpace());
    } catch (IOException e) {
      return "the directory cannot be reached (%s); mend that, and restart the process"
          .formatted(e.getMessage());
    }
  }

  static String of(long freeBytes) {
    return freeBytes < FULL_BELOW
        ? "the disk is full, with %d KB left; make space, and restart the process"
            .formatted(freeBytes >> 10)
        : "the log above says why, and the disk has %d MB left; mend the cause, and restart the process"
            .formatted(freeBytes >> 20);
  }
}
