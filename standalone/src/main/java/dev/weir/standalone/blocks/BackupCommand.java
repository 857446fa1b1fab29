package dev.weir.standalone.blocks;

import dev.weir.blocks.backup.Backup;
import dev.weir.model.CountText;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir backup`: copies what counts of the blocks.
@Command(
    name = "backup",
    description = {
      "Copy all blocks that count, and what was deleted, into a directory; nothing has to stop.",
      "On one volume nothing is copied: files get second names; of an object store (--weir.config) all is"
          + " fetched. Into the directory of an earlier backup only what is new goes, and what was merged or is"
          + " past retention goes from it; what the store has lost stays. Rows of the last minutes that are in no block yet are left out;"
          + " POST /api/v1/admin/tsdb/snapshot has them written first."
    })
public final class BackupCommand implements Runnable {

  @Parameters(
      paramLabel = "DIR",
      description = "A directory that is empty, missing, or has an earlier backup.")
  private Path directory;

  @Option(
      names = "--replace",
      description =
          "Remove from the directory whatever the store does not have, also what it has lost, or what is of"
              + " another store.")
  private boolean replace;

  @Mixin private StoreOptions store;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  BackupCommand() {}

  @Override
  public void run() {
    Backup.Outcome outcome;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("backing up");
      outcome =
          new Backup(store.withoutCache(), InstantSource.system())
              .into(directory, replace ? Backup.Earlier.REPLACE : Backup.Earlier.KEEP, bar::at);
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
    List<String> problems = new ArrayList<>();
    if (!outcome.lost().isEmpty()) {
      problems.add(
          "the store no longer has %s of the earlier backup, and nothing stands for what is in them; they stay in the backup: put them back into the store (docs/storage.md, Repair), or give --replace to be without them:"
              .formatted(CountText.of(outcome.lost().size(), "object")));
      problems.addAll(outcome.lost());
    }
    if (!outcome.unreadable().isEmpty()) {
      problems.add("blocks of the store cannot be opened, and are not backed up:");
      problems.addAll(outcome.unreadable());
    }
    problems.addAll(outcome.gaps());
    if (!problems.isEmpty()) {
      throw new WeirException.Corrupt(String.join("\n", problems));
    }
  }

  /// What this backup has that an earlier one in the directory did not have.
  private static String added(Backup.Outcome outcome) {
    int added = outcome.added();
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
