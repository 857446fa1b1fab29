package dev.weir.standalone.blocks;

import dev.weir.blocks.analysis.Cardinality;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir blocks analyze`: where the series come from.
@Command(
    name = "analyze",
    description = {
      "Say how many series a tenant has, from which metrics and labels they come, and how many came"
          + " and went.",
      "Reads indexes alone, no samples. What sinks have not written yet is not counted."
    })
final class AnalyzeCommand implements Runnable {

  @Mixin private StoreOptions store;

  @Mixin private SelectionOptions selection;

  @Option(
      names = "--limit",
      paramLabel = "LINES",
      defaultValue = "20",
      description = "How long each list may be (default: ${DEFAULT-VALUE}).")
  private int limit;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  AnalyzeCommand() {}

  @Override
  public void run() {
    BlockSnapshot snapshot = store.list();
    LeftOut leftOut = LeftOut.ofSamples(snapshot, selection.tenant());
    Optional<TimeRange> times = times(snapshot, selection.range(spec));
    if (times.isEmpty()) {
      leftOut.throwIfAny("the list of blocks");
      throw new WeirException.BadData(
          "tenant %s has no samples in that time; tenants with blocks are %s"
              .formatted(selection.tenant(), snapshot.tenants()));
    }
    TimeRange range = times.get();
    Cardinality cardinality;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("counting");
      cardinality =
          Cardinality.of(
              StoreOptions.source(snapshot, selection.tenant(), range),
              selection.tenant(),
              selection.matchers(),
              range,
              limit,
              bar::at);
    }
    print(cardinality, spec.commandLine().getOut());
    leftOut.throwIfAny("the count");
  }

  /// The time that the tenant has samples of, as far as it is wanted.
  private Optional<TimeRange> times(BlockSnapshot snapshot, TimeRange wanted) {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (BlockReader block : StoreOptions.counting(snapshot, selection.tenant())) {
      Optional<TimeRange> times = StoreOptions.times(block, selection.tenant());
      if (times.isPresent()) {
        start = Math.min(start, times.get().startMillis());
        end = Math.max(end, times.get().endMillis());
      }
    }
    start = Math.max(start, wanted.startMillis());
    end = Math.min(end, wanted.endMillis());
    return start > end ? Optional.empty() : Optional.of(new TimeRange(start, end));
  }

  private void print(Cardinality found, PrintWriter out) {
    out.println(
        "tenant %s, %s to %s: %d series"
            .formatted(
                selection.tenant(),
                TextTable.time(found.range().startMillis()),
                TextTable.time(found.range().endMillis()),
                found.series()));
    out.println(
        "%d are new (no sample in the first %s), %d are gone (none in the last %s)"
            .formatted(found.started(), edge(found), found.ended(), edge(found)));
    TextTable metrics = new TextTable("METRICS WITH MOST SERIES", "SERIES", "NEW", "GONE");
    found.metrics().forEach(metric -> add(metrics, metric));
    TextTable churning = new TextTable("METRICS WITH MOST CHURN", "SERIES", "NEW", "GONE");
    found.churning().forEach(metric -> add(churning, metric));
    TextTable labels = new TextTable("LABELS WITH MOST VALUES", "VALUES", "LENGTH", "SERIES");
    found
        .labels()
        .forEach(label ->
            labels.add(
                label.name(),
                Long.toString(label.values()),
                TextTable.bytes(label.valueBytes()),
                Long.toString(label.series())));
    TextTable pairs = new TextTable("LABEL PAIRS WITH MOST SERIES", "SERIES");
    found
        .pairs()
        .forEach(pair -> pairs.add(pair.name() + "=" + pair.value(), Long.toString(pair.series())));
    for (TextTable table : new TextTable[] {metrics, churning, labels, pairs}) {
      if (!table.isEmpty()) {
        out.println();
        table.print(out);
      }
    }
  }

  private static String edge(Cardinality found) {
    return Duration.ofMillis(found.edgeMillis()).toSeconds() + " s";
  }

  private static void add(TextTable table, Cardinality.Metric metric) {
    table.add(
        metric.name().isEmpty() ? "(no name)" : metric.name(),
        Long.toString(metric.series()),
        Long.toString(metric.started()),
        Long.toString(metric.ended()));
  }
}
