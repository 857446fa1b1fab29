package dev.weir.standalone.history;

import dev.weir.history.job.Backfill;
import dev.weir.history.job.RuleFailures;
import dev.weir.history.range.SliceEvaluator.Purpose;
import dev.weir.model.WeirException;
import dev.weir.rules.Rule;
import dev.weir.rules.RuleGroup;
import dev.weir.standalone.blocks.ProgressBar;
import dev.weir.standalone.blocks.TextTable;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir backfill`: records what recording rules would have recorded.
@Command(
    name = "backfill",
    description = {
      "Evaluate recording rules over samples in blocks, and write what they record as blocks.",
      "What a rule has recorded already stays; only gaps are filled. A backfill that was broken off"
          + " goes on when the command is given again, and one that is whole writes nothing."
    })
public final class BackfillCommand implements Callable<Integer> {

  @Parameters(
      arity = "0..*",
      paramLabel = "RULES",
      description = "Rule files or PrometheusRule manifests, as rule_files names them.")
  private List<Path> files = List.of();

  @Mixin private HistoryOptions options;

  @Option(
      names = "--accept-missing",
      description =
          "Goes on although samples are missing in blocks: what rules make of their absence stays.")
  private boolean acceptMissing;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  BackfillCommand() {}

  @Override
  public Integer call() {
    List<RuleGroup> groups = options.rules(files, spec);
    HistoryOptions.Context context = options.context(spec, InstantSource.system());
    if (!context.missing().isEmpty() && !acceptMissing) {
      throw new WeirException.Unavailable(
          "samples are missing, first: %s; what is recorded now would stay. With --accept-missing it"
                  .formatted(context.missing().getFirst())
              + " is recorded all the same");
    }
    Backfill backfill;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("backfill");
      backfill =
          Backfill.run(context.plan(Purpose.BACKFILL, groups), options.target(spec), bar::at);
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(
        "%,d samples in %d new blocks, %s; %d slices were there or have nothing new"
            .formatted(
                backfill.samples(),
                backfill.blocks(),
                TextTable.bytes(backfill.bytes()),
                backfill.present()));
    int number = 0;
    for (RuleGroup group : groups) {
      for (Rule rule : group.rules()) {
        RuleFailures failures = backfill.failures().get(number++);
        if (failures != null) {
          out.println(
              "%s failed at %,d evaluations, first at %s: %s"
                  .formatted(
                      rule.name(),
                      failures.count(),
                      Lengths.time(failures.firstMillis()),
                      failures.reason()));
        }
      }
    }
    if (backfill.withheld() > 0) {
      out.println(
          "%,d slices are not written, since evaluations in them failed"
              .formatted(backfill.withheld()));
    }
    return backfill.failures().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }
}
