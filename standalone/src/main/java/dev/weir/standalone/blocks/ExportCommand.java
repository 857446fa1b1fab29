package dev.weir.standalone.blocks;

import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.exchange.TsdbExport;
import dev.weir.blocks.tsdb.TsdbMeta;
import dev.weir.model.WeirException;
import dev.weir.standalone.client.DurationConverter;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir blocks export`: writes blocks that Prometheus reads.
@Command(
    name = "export",
    description = {
      "Write a tenant's samples as blocks that Prometheus and promtool read.",
      "What sinks have not written into blocks yet is not exported."
    })
final class ExportCommand implements Runnable {

  @Parameters(
      paramLabel = "DIR",
      description = "Where the blocks are to be, such as a new Prometheus's data directory.")
  private Path target;

  @Mixin private StoreOptions store;

  @Mixin private SelectionOptions selection;

  @Option(
      names = "--block-duration",
      paramLabel = "DURATION",
      defaultValue = "2h",
      converter = DurationConverter.class,
      description = "Time that a block spans, a multiple of 2h (default: ${DEFAULT-VALUE}).")
  private Duration blockDuration;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ExportCommand() {}

  @Override
  public void run() {
    TsdbExport.Options options =
        new TsdbExport.Options(
            selection.tenant(), selection.matchers(), selection.range(spec), blockDuration);
    TsdbExport export = new TsdbExport(options, InstantSource.system(), new SecureRandom());
    BlockSnapshot snapshot = store.list();
    LeftOut leftOut = LeftOut.ofSamples(snapshot, selection.tenant());
    if (!snapshot.tenants().contains(selection.tenant())) {
      leftOut.throwIfAny("the list of blocks");
      throw new WeirException.BadData(
          "tenant %s has no blocks; tenants with blocks are %s"
              .formatted(selection.tenant(), snapshot.tenants()));
    }
    TsdbExport.Outcome outcome;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("exporting");
      outcome = export.run(snapshot, target, bar::at);
    }
    PrintWriter out = spec.commandLine().getOut();
    TextTable table = new TextTable("BLOCK", "FROM", "TO", "SERIES", "CHUNKS", "SAMPLES");
    for (TsdbMeta meta : outcome.blocks()) {
      table.add(
          meta.ulid().text(),
          TextTable.time(meta.minMillis()),
          TextTable.time(meta.maxMillis()),
          Long.toString(meta.series()),
          Long.toString(meta.chunks()),
          Long.toString(meta.samples()));
    }
    if (!table.isEmpty()) {
      table.print(out);
    }
    out.println(
        "%d blocks with %d samples in %s"
            .formatted(
                outcome.blocks().size(),
                outcome.blocks().stream().mapToLong(TsdbMeta::samples).sum(),
                target));
    if (outcome.startTimestamps() > 0) {
      spec.commandLine()
          .getErr()
          .println(
              "start timestamps of %d samples were left out: Prometheus's blocks have no place for them"
                  .formatted(outcome.startTimestamps()));
    }
    leftOut.throwIfAny("the export");
  }
}
