package dev.weir.standalone.history;

import dev.weir.history.job.ScratchDirectory;
import dev.weir.history.store.HistoryStore;
import dev.weir.history.tail.LogTail;
import dev.weir.schemas.Topics.Deployment;
import dev.weir.schemas.read.SampleReader;
import dev.weir.schemas.wire.ConfluentRegistry;
import dev.weir.schemas.wire.SchemaRegistry;
import dev.weir.service.config.WeirConfig;
import dev.weir.service.kafka.KafkaSettings;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// What topics have that no block has yet.
final class TailOptions {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT,...",
      split = ",",
      description =
          "Brokers whose topics have what no block has yet; it is read as well (default: those that"
              + " the weir.yml names; without one, blocks alone are read).")
  private List<String> kafka = List.of();

  @Option(names = "--blocks-only", description = "Reads blocks alone, whatever the weir.yml names.")
  private boolean blocksOnly;

  @Option(
      names = "--buffer-memory",
      paramLabel = "MIB",
      defaultValue = "64",
      description =
          "Rows of topics that are in memory at once, and results that wait for earlier ones in each"
              + " task; more go to temporary files (default: ${DEFAULT-VALUE}).")
  private int memoryMebibytes;

  @Spec(Spec.Target.MIXEE)
  private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  TailOptions() {}

  /// What waits in memory at one place.
  long bufferBytes() {
    if (memoryMebibytes < 1) {
      throw new ParameterException(
          spec.commandLine(), "--buffer-memory %d: use 1 or more".formatted(memoryMebibytes));
    }
    return (long) memoryMebibytes << 20;
  }

  /// Reads what no block has into a temporary directory; empty if nobody is to be asked for it.
  ///
  /// @throws dev.weir.model.WeirException.Unavailable if Kafka does not answer
  Optional<Path> read(HistoryStore store, WeirConfig weir, InstantSource clock) {
    if (blocksOnly || (kafka.isEmpty() && weir.kafka().bootstrapServers().isEmpty())) {
      return Optional.empty();
    }
    KafkaSettings settings =
        kafka.isEmpty()
            ? KafkaSettings.ofCluster(weir.kafka())
            : KafkaSettings.of(weir.kafka(), Deployment.CLUSTER, kafka);
    LogTail.Settings reading =
        new LogTail.Settings(
            bufferBytes(), weir.storage().retention(), SampleReader.Settings.DEFAULT, PATIENCE);
    Optional<SchemaRegistry> registry =
        weir.schemaRegistry()
            .url()
            .map(url -> ConfluentRegistry.connect(List.of(url.toString()), Map.of()));
    Path directory = ScratchDirectory.make().resolve("tail");
    try (HistoryStore.Opened opened = store.open()) {
      LogTail.Outcome outcome =
          new LogTail(settings, registry, reading, clock).read(opened.blocks(), directory);
      PrintWriter err = spec.commandLine().getErr();
      err.println(
          "%,d samples of topics at %s are in no block yet, and are read as well"
              .formatted(outcome.samples(), settings.address()));
      if (outcome.unreadable() > 0) {
        err.println(
            "warning: %,d records of these topics could not be read"
                .formatted(outcome.unreadable()));
      }
      return Optional.of(directory);
    } finally {
      registry.ifPresent(SchemaRegistry::close);
    }
  }
}
