package dev.weir.standalone.history;

import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.Resolution;
import dev.weir.history.downsample.DownsamplePlan;
import dev.weir.history.job.Downsample;
import dev.weir.history.store.HistorySource;
import dev.weir.history.store.HistoryStore;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.standalone.blocks.ProgressBar;
import dev.weir.standalone.blocks.StoreOptions;
import dev.weir.standalone.blocks.TextTable;
import dev.weir.standalone.client.DurationConverter;
import dev.weir.standalone.client.TenantOption;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/// `weir downsample`: windows of old samples, beside them.
@Command(
    name = "downsample",
    description = {
      "Put samples in blocks together to windows of 5 minutes and of 1 hour, in blocks beside them,"
          + " which queries read where their step and ranges allow it.",
      "What is there stays; what was broken off goes on when the command is given again. Samples"
          + " that arrived since have their slice made anew. Run it more often than samples go."
    })
public final class DownsampleCommand implements Callable<Integer> {
  private static final long CACHE_BYTES = 16 << 20;

  /// So many labels a task has in memory.
  private static final int SERIES_PER_SHARD = 100_000;

  @Mixin private StoreOptions store;
  @Mixin private FlinkOptions flink;

  @Option(
      names = "--from",
      paramLabel = "TIME",
      converter = TimeOrAgo.Converter.class,
      description =
          "Slices that end then or later: RFC 3339, or how long ago (default: all that there is).")
  private Optional<TimeOrAgo> from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = TimeOrAgo.Converter.class,
      description = "Slices that end then or earlier: RFC 3339, or how long ago.")
  private Optional<TimeOrAgo> to;

  @Option(
      names = "--older-than",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "Slices that ended so long ago (default: 2d, unless --to is given).")
  private Optional<Duration> olderThan;

  @Option(
      names = "--resolution",
      paramLabel = "5m|1h|both",
      defaultValue = "both",
      converter = ResolutionsConverter.class,
      description = "How long windows are (default: ${DEFAULT-VALUE}).")
  private Resolutions resolutions;

  @Mixin private TenantOption tenant;

  @Option(
      names = "--accept-missing",
      description = "Goes on although samples are missing in blocks.")
  private boolean acceptMissing;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  DownsampleCommand() {}

  /// What `--resolution` names.
  record Resolutions(List<Resolution> all) {}

  /// Reads `5m`, `1h` and `both`.
  static final class ResolutionsConverter implements ITypeConverter<Resolutions> {
    @Override
    public Resolutions convert(String text) {
      if (text.equals("both")) {
        return new Resolutions(List.of(Resolution.values()));
      }
      return Resolution.of(text)
          .map(one -> new Resolutions(List.of(one)))
          .orElseThrow(() ->
              new TypeConversionException(
                  "\"%s\" is no resolution; use 5m, 1h or both".formatted(text)));
    }
  }

  @Override
  public Integer call() {
    StoredBlocks blocks = StoredBlocks.of(store);
    DownsamplePlan plan;
    try (HistoryStore.Opened opened = blocks.open()) {
      plan = plan(blocks, opened);
    }
    Downsample done;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("downsample");
      done = Downsample.run(plan, flink.target(spec), bar::at);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%,d samples read, %,d new blocks, %s; %,d slices were there"
            .formatted(
                done.samplesRead(), done.blocks(), TextTable.bytes(done.bytes()), plan.present()));
    if (plan.outdated() > 0) {
      out.println(
          "%,d slices cannot be made, or made anew with what arrived or was deleted since: retention has taken samples of them"
              .formatted(plan.outdated()));
    }
    return CommandLine.ExitCode.OK;
  }

  private DownsamplePlan plan(StoredBlocks blocks, HistoryStore.Opened opened) {
    BlockSnapshot snapshot =
        new HistorySource(opened.blocks(), CACHE_BYTES, System::nanoTime).snapshot();
    List<String> missing = snapshot.problems(tenant.tenant());
    missing.forEach(one -> spec.commandLine().getErr().println("warning: " + one));
    if (!missing.isEmpty() && !acceptMissing) {
      throw new WeirException.Unavailable(
          "samples are missing, first: %s; windows would lack them. With --accept-missing the others are put together all the same"
              .formatted(missing.getFirst()));
    }
    return DownsamplePlan.of(
        blocks,
        snapshot,
        tenant.tenant(),
        resolutions.all(),
        range(InstantSource.system()),
        SERIES_PER_SHARD);
  }

  private TimeRange range(InstantSource clock) {
    Instant now = clock.instant();
    if (to.isPresent() && olderThan.isPresent()) {
      throw new ParameterException(
          spec.commandLine(), "--to and --older-than say the same; give one of them");
    }
    Instant end =
        to.map(time -> time.before(now))
            .orElseGet(() -> now.minus(olderThan.orElse(Duration.ofDays(2))));
    Instant start = from.map(time -> time.before(now)).orElse(Instant.EPOCH);
    if (start.isAfter(end)) {
      throw new ParameterException(
          spec.commandLine(), "--from %s is after the end, %s".formatted(start, end));
    }
    if (end.isAfter(now)) {
      throw new ParameterException(
          spec.commandLine(), "--to %s is in the future; samples are still to come".formatted(end));
    }
    return new TimeRange(start.toEpochMilli(), end.toEpochMilli());
  }
}
