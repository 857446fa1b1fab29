package dev.weir.standalone.blocks;

import dev.weir.blocks.backup.Backup;
import dev.weir.model.CountText;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir backup`: copies what counts of the blocks.
@Command(
    name = "backup",
    description = {
      "Copy all blocks that count, and what was deleted, into a directory; nothing has to stop.",
      "On one volume nothing is copied: files get second names; of an object store (--weir.config) all is"
          + " fetched. Into the directory of an earlier backup only what is new goes. Rows of the last minutes that are in no block yet are left out;"
          + " POST /api/v1/admin/tsdb/snapshot has them written first."
    })
public final class BackupCommand implements Runnable {

  @Parameters(
      paramLabel = "DIR",
      description = "A directory that is empty, missing, or has an earlier backup.")
  private Path directory;

  @Mixin private StoreOptions store;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  BackupCommand() {}

  @Override
  public void run() {
    Backup.Outcome outcome;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("backing up");
      outcome = new Backup(store.withoutCache(), InstantSource.system()).into(directory, bar::at);
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: %s, %s, verified; %s"
                .formatted(
                    directory,
                    CountText.of(outcome.manifest().objects().size(), "object"),
                    TextTable.bytes(outcome.manifest().sizeBytes()),
                    added(outcome)));
    if (!outcome.unreadable().isEmpty()) {
      throw new WeirException.Corrupt(
          "the backup is without blocks that cannot be opened:\n"
              + String.join("\n", outcome.unreadable()));
    }
  }

  /// What this backup has that an earlier one in the directory did not have.
  private static String added(Backup.Outcome outcome) {
    int added = outcome.manifest().objects().size() - outcome.kept();
    if (added <= 0) {
      return "nothing is new";
    }
    return "%d new, %s"
        .formatted(
            added,
            outcome.copiedBytes() == 0
                ? "by second names of the files"
                : TextTable.bytes(outcome.copiedBytes()) + " copied");
  }
}
