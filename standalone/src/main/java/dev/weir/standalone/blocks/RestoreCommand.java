package dev.weir.standalone.blocks;

import dev.weir.blocks.backup.Restore;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.pipeline.BlockStores;
import dev.weir.standalone.pipeline.DataDirectory;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir restore`: brings a backup back.
@Command(
    name = "restore",
    description = {
      "Bring a backup, or a snapshot, back into an empty data directory or object store.",
      "Its blocks stand beside what Kafka brings from then on, and need no Kafka to be the same."
    })
public final class RestoreCommand implements Runnable {

  @Parameters(
      paramLabel = "DIR",
      description = "The directory of a backup, or of a snapshot in data/snapshots.")
  private Path backup;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "data",
      description = "The data directory to make (default: ${DEFAULT-VALUE}).")
  private Path data;

  @Option(
      names = "--weir.config",
      paramLabel = "FILE",
      description =
          "A weir.yml, whose storage.object_store says where the blocks go if not into the data"
              + " directory; it has to be empty.")
  private Optional<Path> weirFile;

  @Option(
      names = "--same-kafka",
      description =
          "The topics that the blocks were made from are still there: bring the blocks back as they"
              + " were, so that sinks go on reading where they end.")
  private boolean sameKafka;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  RestoreCommand() {}

  @Override
  public void run() {
    WeirConfig config = weirFile.map(WeirConfig::read).orElseGet(WeirConfig::defaults);
    String into;
    Restore.Outcome outcome;
    try (DataDirectory owned = DataDirectory.open(data);
        BlockStores stores =
            BlockStores.open(config.storage().objectStore(), DataDirectory.blocksIn(owned.path()));
        ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("restoring");
      into = stores.description();
      outcome = restore(stores, DataDirectory.unpublishedIn(owned.path())).run(sameKafka, bar::at);
    }
    spec.commandLine()
        .getOut()
        .println(
            "%s: %d objects, %s, of the backup of %s"
                .formatted(
                    into,
                    outcome.objects(),
                    TextTable.bytes(outcome.sizeBytes()),
                    outcome.manifest().createdAt()));
  }

  private Restore restore(BlockStores stores, Path scratch) {
    return stores.isRemote()
        ? new Restore(
            backup, stores.withoutCache(), stores.description(), scratch, InstantSource.system())
        : new Restore(backup, stores.directory(), InstantSource.system());
  }
}
