package dev.weir.history.job;

import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// A directory for what is of no use once this process has ended, and then is gone: Flink leaves
/// files behind until its cluster has come to rest, which is after the job.
public final class ScratchDirectory {
  private ScratchDirectory() {}

  /// Makes one among the system's temporary files.
  public static Path make() {
    try {
      Path directory = Files.createTempDirectory("weir-history-");
      Runtime.getRuntime()
          .addShutdownHook(
              Thread.ofPlatform()
                  .name("remove-scratch")
                  .unstarted(() -> WorkFiles.remove(directory)));
      return directory;
    } catch (IOException e) {
      throw new WeirException.Unavailable("no temporary directory can be made: " + e, e);
    }
  }
}
