package dev.weir.standalone.history;

import dev.weir.history.job.FlinkTarget;
import dev.weir.history.job.HistoryPlan;
import dev.weir.history.job.HistorySettings;
import dev.weir.history.notify.AlertLabels;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.history.store.HistorySource;
import dev.weir.history.store.HistoryStore;
import dev.weir.history.tail.TailedStore;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.relabel.Relabeler;
import dev.weir.promql.parser.ParserOptions;
import dev.weir.promql.query.EngineSettings;
import dev.weir.rules.RuleGroup;
import dev.weir.rules.file.RuleFileSettings;
import dev.weir.rules.file.RuleFiles;
import dev.weir.service.config.AlertmanagersConfig;
import dev.weir.service.config.GlobalConfig;
import dev.weir.service.config.PrometheusConfig;
import dev.weir.service.config.WeirConfig;
import dev.weir.standalone.blocks.StoreOptions;
import dev.weir.standalone.client.TenantOption;
import dev.weir.standalone.pipeline.Features;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/// Which history, which part of it, evaluated how and where.
final class HistoryOptions {
  private static final long CACHE_BYTES = 16 << 20;
  private static final String EXTERNAL_URL = "http://localhost:9090";

  @Mixin private StoreOptions store;

  @Mixin private TailOptions tail;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "TIME",
      converter = TimeOrAgo.Converter.class,
      description =
          "The first evaluation: RFC 3339 (UTC unless it says otherwise) or a day, or how long before"
              + " the last, such as 30d.")
  private TimeOrAgo from;

  @Option(
      names = "--to",
      paramLabel = "TIME",
      converter = TimeOrAgo.Converter.class,
      description = "The last evaluation: RFC 3339, or how long ago (default: the last sample).")
  private Optional<TimeOrAgo> to;

  @Mixin private TenantOption tenant;

  @Option(
      names = "--config.file",
      paramLabel = "FILE",
      description =
          "A prometheus.yml: its rule_files where no rule file is given, evaluation_interval,"
              + " rule_query_offset and external_labels.")
  private Optional<Path> configFile;

  @Option(
      names = "--enable-feature",
      split = ",",
      paramLabel = "NAME",
      description = "Experimental parts of PromQL, as weir run takes them.")
  private List<String> features = List.of();

  @Mixin private FlinkOptions flink;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  HistoryOptions() {}

  /// What holds for the rules, apart from themselves.
  ///
  /// @param range of evaluation times
  /// @param tail directory of what topics have besides; empty if they are not read
  /// @param bufferBytes of what waits in memory at one place
  /// @param missing what a reader of the blocks may miss, a sentence each
  record Context(
      HistoryStore store,
      HistorySettings settings,
      TimeRange range,
      Optional<Path> tail,
      long bufferBytes,
      List<String> missing) {
    Context {
      missing = List.copyOf(missing);
    }

    HistoryPlan plan(Purpose purpose, List<RuleGroup> groups) {
      HistoryPlan plan =
          HistoryPlan.of(purpose, store, settings, groups, range).withBuffer(bufferBytes);
      return tail.map(plan::withTail).orElse(plan);
    }
  }

  private GlobalConfig global() {
    return configFile
        .map(path -> PrometheusConfig.read(path).global())
        .orElse(GlobalConfig.DEFAULT);
  }

  private Features enabled(CommandSpec spec) {
    Features enabled = new Features(Set.copyOf(features));
    if (!enabled.unknown().isEmpty()) {
      throw new ParameterException(
          spec.commandLine(),
          "--enable-feature: not known: " + String.join(", ", enabled.unknown()));
    }
    return enabled;
  }

  /// The groups of rule files, in order; those of the configuration's where none is given.
  ///
  /// @throws WeirException.BadData with every problem of every file
  List<RuleGroup> rules(List<Path> files, CommandSpec spec) {
    List<String> patterns = new ArrayList<>();
    if (files.isEmpty()) {
      Path config =
          configFile.orElseThrow(() ->
              new ParameterException(
                  spec.commandLine(),
                  "no rule file is given; name one, or a prometheus.yml with --config.file"));
      patterns.addAll(PrometheusConfig.read(config).ruleFiles());
    } else {
      Set<Path> named = new HashSet<>();
      for (Path file : files) {
        if (!named.add(file.toAbsolutePath().normalize())) {
          spec.commandLine()
              .getErr()
              .println("warning: %s is named twice, and read once".formatted(file));
        }
        patterns.add(file.toString());
      }
    }
    RuleFiles read =
        RuleFiles.read(
            patterns,
            new RuleFileSettings(
                global().evaluationInterval(),
                global().ruleQueryOffset(),
                enabled(spec).language()));
    PrintWriter err = spec.commandLine().getErr();
    read.warnings().forEach(warning -> err.println("warning: " + warning));
    return read.groups();
  }

  /// Opens the store to see what there is. Says what a reader of it may miss.
  ///
  /// @throws WeirException.BadData if it has no samples of the tenant in the range
  Context context(CommandSpec spec, InstantSource clock) {
    WeirConfig weir = store.weir().orElseGet(WeirConfig::defaults);
    Features enabled = enabled(spec);
    EngineSettings engine =
        enabled
            .applyTo(EngineSettings.DEFAULT)
            .withLookback(weir.query().lookback())
            .withDefaultSubqueryStep(global().evaluationInterval());
    HistorySettings settings =
        HistorySettings.of(
            tenant.tenant(),
            engine,
            enabled.names().stream().filter(ParserOptions::isFeature).sorted().toList(),
            global().externalLabels().toMap(),
            EXTERNAL_URL);
    StoredBlocks blocks = StoredBlocks.of(store);
    Optional<Path> links = tail.read(blocks, weir, clock);
    List<String> missing = new ArrayList<>();
    TimeRange range = range(blocks, links, missing, spec, clock);
    return new Context(blocks, settings, range, links, tail.bufferBytes(), missing);
  }

  private TimeRange range(
      StoredBlocks blocks,
      Optional<Path> links,
      List<String> missing,
      CommandSpec spec,
      InstantSource clock) {
    try (HistoryStore.Opened opened = blocks.open()) {
      HistorySource source =
          new HistorySource(TailedStore.of(opened.blocks(), links), CACHE_BYTES, System::nanoTime);
      PrintWriter err = spec.commandLine().getErr();
      missing.addAll(source.snapshot().problems(tenant.tenant()));
      missing.forEach(one -> err.println("warning: " + one));
      TimeRange there =
          source
              .times(tenant.tenant())
              .orElseThrow(() ->
                  new WeirException.BadData("there are no samples of tenant " + tenant.tenant()));
      Instant now = clock.instant();
      long last = Math.min(there.endMillis(), now.toEpochMilli());
      Instant end = to.map(time -> time.before(now)).orElseGet(() -> Instant.ofEpochMilli(last));
      Instant start = from.before(end);
      if (start.isAfter(end)) {
        throw new ParameterException(
            spec.commandLine(), "--from %s is after --to %s".formatted(start, end));
      }
      TimeRange range = new TimeRange(start.toEpochMilli(), end.toEpochMilli());
      if (!range.overlaps(there)) {
        throw new WeirException.BadData(
            "there are samples of tenant %s from %s to %s, and none between %s and %s"
                .formatted(
                    tenant.tenant(),
                    Instant.ofEpochMilli(there.startMillis()),
                    Instant.ofEpochMilli(there.endMillis()),
                    start,
                    end));
      }
      if (range.startMillis() < there.startMillis()) {
        err.println(
            "warning: samples begin at %s, after --from %s"
                .formatted(Instant.ofEpochMilli(there.startMillis()), start));
      }
      if (range.endMillis() > there.endMillis() + 60_000) {
        err.println(
            "warning: samples end at %s, before --to %s"
                .formatted(Instant.ofEpochMilli(there.endMillis()), end));
      }
      return range;
    }
  }

  /// The labels that alerts are routed by: with external labels and, where the configuration sends
  /// alerts to Alertmanagers, its `alert_relabel_configs`.
  AlertLabels alertLabels() {
    AlertmanagersConfig alertmanagers =
        configFile
            .map(path -> PrometheusConfig.read(path).alertmanagers())
            .orElse(AlertmanagersConfig.NONE);
    return new AlertLabels(
        global().externalLabels(),
        alertmanagers.destinations().isEmpty()
            ? Relabeler.NONE
            : Relabeler.of(alertmanagers.alertRelabelConfigs()));
  }

  /// Where the job runs.
  FlinkTarget target(CommandSpec spec) {
    return flink.target(spec);
  }
}
