package dev.weir.standalone.blocks;

import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.exchange.TsdbImport;
import dev.weir.blocks.exchange.WorkFiles;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.model.CountText;
import dev.weir.model.Labels;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.client.DurationConverter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir blocks import`: takes over what Prometheus, or OpenMetrics text, has.
@Command(
    name = "import",
    description = {
      "Take over the blocks of a Prometheus, or samples from OpenMetrics text with timestamps.",
      "A source that was imported before is left out, one that was broken off goes on. Of two values"
          + " for one series and time the one that Weir took itself is kept. A data directory that is"
          + " not there yet is made."
    })
final class ImportCommand implements Runnable {

  @Parameters(
      arity = "1..*",
      paramLabel = "SOURCE",
      description =
          "A directory with Prometheus's blocks (a data directory or a snapshot), one of its blocks,"
              + " or a file of OpenMetrics text.")
  private List<Path> sources = List.of();

  @Mixin private StoreOptions store;

  @Mixin private SelectionOptions selection;

  @Option(
      names = "--block-duration",
      paramLabel = "DURATION",
      defaultValue = "1d",
      converter = DurationConverter.class,
      description = "Time that a block spans (default: ${DEFAULT-VALUE}).")
  private Duration blockDuration;

  @Option(
      names = "--again",
      description =
          "Import once more what was imported before, such as after deleting series of it; both are"
              + " kept until they are merged.")
  private boolean again;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  ImportCommand() {}

  @Override
  public void run() {
    Duration retention = store.weir().orElseGet(WeirConfig::defaults).storage().retention();
    BlockStore target =
        store.made(made ->
            spec.commandLine().getErr().println("%s was not there, and is made".formatted(made)));
    TsdbImport.Options options =
        new TsdbImport.Options(
            selection.tenant(), selection.matchers(), selection.range(spec), blockDuration, again);
    InstantSource clock = InstantSource.system();
    WorkFiles work = new WorkFiles(store.workDirectory(), clock.instant());
    TsdbImport tsdbImport = new TsdbImport(target, options, work, clock);
    BlockCatalog catalog = StoreOptions.catalog(target);
    List<String> leftOut = new ArrayList<>();
    for (Path source : sources) {
      if (Files.isDirectory(source)) {
        importBlocks(source, catalog, tsdbImport, retention, leftOut);
      } else if (Files.isRegularFile(source)) {
        importText(source, catalog, tsdbImport, work, retention);
      } else {
        throw new WeirException.BadData(
            "%s is neither a directory nor a file; name a Prometheus's data directory, a block, or"
                    .formatted(source)
                + " OpenMetrics text");
      }
    }
    new LeftOut(leftOut).throwIfAny("what was imported");
  }

  private void importBlocks(
      Path directory,
      BlockCatalog catalog,
      TsdbImport tsdbImport,
      Duration retention,
      List<String> leftOut) {
    List<Path> blocks = TsdbBlock.find(directory);
    if (blocks.isEmpty()) {
      throw new WeirException.BadData(
          "%s has no blocks: no directory in it that is named by a ULID and has a meta.json"
              .formatted(directory));
    }
    for (Path path : blocks) {
      try (TsdbBlock block = new TsdbBlock(path);
          ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
        TimeRange range = selection.range(spec);
        if (!range.overlaps(block.meta().minMillis(), block.meta().maxMillis() - 1)) {
          continue;
        }
        warnOfRetention(path, block.meta().maxMillis(), retention);
        bar.label(String.valueOf(path.getFileName()));
        TsdbImport.Outcome outcome = tsdbImport.run(block, catalog.refresh(), bar::at);
        report(path, outcome);
        if (outcome.leftOut().count() > 0) {
          leftOut.add(
              "%s: labels of %d series are not UTF-8; have their source send UTF-8: %s%s"
                  .formatted(
                      path,
                      outcome.leftOut().count(),
                      outcome.leftOut().first().stream()
                          .map(Labels::toString)
                          .collect(Collectors.joining(", ")),
                      outcome.leftOut().count() > outcome.leftOut().first().size() ? ", …" : ""));
        }
      }
    }
  }

  private void importText(
      Path file, BlockCatalog catalog, TsdbImport tsdbImport, WorkFiles work, Duration retention) {
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr());
        OpenMetricsBlock made = OpenMetricsBlock.read(file, work, InstantSource.system(), bar)) {
      warnOfRetention(file, made.block().meta().maxMillis(), retention);
      bar.label(String.valueOf(file.getFileName()));
      report(
          file,
          tsdbImport.run(made.block(), made.source(), made::typeOf, catalog.refresh(), bar::at));
      if (made.exemplars() > 0) {
        spec.commandLine()
            .getErr()
            .println(
                "%s: %d exemplars were left out: only samples are imported"
                    .formatted(file, made.exemplars()));
      }
    }
  }

  private void warnOfRetention(Path source, long maxMillis, Duration retention) {
    Instant last = Instant.ofEpochMilli(maxMillis);
    if (last.isBefore(InstantSource.system().instant().minus(retention))) {
      spec.commandLine()
          .getErr()
          .println(
              ("%s: all samples are older than storage.retention, %d days%s; what is imported will be"
                      + " deleted unless that is longer")
                  .formatted(
                      source,
                      retention.toDays(),
                      store.weir().isPresent() ? "" : " without a weir.yml (--weir.config)"));
    }
  }

  private void report(Path source, TsdbImport.Outcome outcome) {
    String text =
        outcome.known()
            ? "%s: was imported before (--again imports it once more)".formatted(source)
            : "%s: %d samples of %d series in %s, %s%s%s"
                .formatted(
                    source,
                    outcome.samples(),
                    outcome.series(),
                    CountText.of(outcome.blocks(), "new block"),
                    TextTable.bytes(outcome.bytes()),
                    outcome.present() == 0
                        ? ""
                        : "; present already: " + CountText.of(outcome.present(), "block"),
                    outcome.conflicts() == 0
                        ? ""
                        : "; %d samples came twice with different values"
                            .formatted(outcome.conflicts()));
    spec.commandLine().getOut().println(text);
  }
}
