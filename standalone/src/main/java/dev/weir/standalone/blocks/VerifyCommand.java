package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockChain;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbSeries;
import dev.weir.blocks.tsdb.chunk.SampleSink;
import dev.weir.model.NativeHistogram;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir blocks verify`: reads and decodes everything.
@Command(
    name = "verify",
    description = {
      "Read and decode every byte of blocks, Weir's or Prometheus's, and name all that is wrong.",
      "Without a block: all in the directory, and whether each partition's chain is whole."
    })
final class VerifyCommand implements Runnable {

  @Parameters(
      arity = "0..*",
      paramLabel = "BLOCK",
      description = "A name as in `weir blocks ls`, a file, or a directory of Prometheus's blocks.")
  private List<String> blocks = List.of();

  @Mixin private StoreOptions store;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  VerifyCommand() {}

  @Override
  public void run() {
    List<String> problems = new ArrayList<>();
    long verified = 0;
    try (ProgressBar bar = new ProgressBar(spec.commandLine().getErr())) {
      bar.label("verifying");
      if (blocks.isEmpty()) {
        verified = verifyStore(bar, problems);
      }
      for (String named : blocks) {
        List<BlockTarget> targets = BlockTarget.find(named, store);
        for (BlockTarget target : targets) {
          bar.at(verified++, blocks.size());
          verify(target, problems);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new WeirException.Corrupt(String.join("\n", problems));
    }
    spec.commandLine().getOut().println("%d blocks: all is well".formatted(verified));
  }

  private long verifyStore(ProgressBar bar, List<String> problems) {
    BlockSnapshot snapshot = store.list();
    List<BlockReader> all = snapshot.blocks();
    for (int i = 0; i < all.size(); i++) {
      bar.at(i, all.size());
      verify(new BlockTarget.OfWeir(all.get(i)), problems);
    }
    snapshot.unreadable().forEach((_, error) -> problems.add(error.getMessage()));
    for (BlockSnapshot.TopicPartition partition : snapshot.partitions()) {
      for (BlockChain.Problem problem : snapshot.problems(partition)) {
        if (!(problem instanceof BlockChain.Problem.Unreadable)) {
          problems.add(problem.toString());
        }
      }
    }
    return all.size();
  }

  private static void verify(BlockTarget target, List<String> problems) {
    try {
      switch (target) {
        case BlockTarget.OfWeir(BlockReader block) ->
            block.verify().forEach(problem -> problems.add(problem.getMessage()));
        case BlockTarget.OfPrometheus(Path directory) -> verify(directory, problems);
      }
    } catch (WeirException.Corrupt | WeirException.BadData e) {
      problems.add(e.getMessage());
    }
  }

  private static void verify(Path directory, List<String> problems) {
    try (TsdbBlock block = new TsdbBlock(directory)) {
      Count count = new Count();
      for (int place = 0; place < block.seriesCount(); place++) {
        try {
          TsdbSeries series = block.series(block.reference(place));
          if (!series.isUtf8()) {
            problems.add("%s: labels of %s are not UTF-8".formatted(directory, series.labels()));
          }
          block.read(series, TimeRange.ALL, count);
        } catch (WeirException.Corrupt e) {
          problems.add(e.getMessage());
        }
      }
      if (problems.isEmpty()
          && block.deletionsChecksum() == 0
          && count.samples != block.meta().samples()) {
        problems.add(
            "%s: has %d samples, its meta.json says %d"
                .formatted(directory, count.samples, block.meta().samples()));
      }
    }
  }

  private static final class Count implements SampleSink {
    private long samples;

    @Override
    public void value(long timestampMillis, long startMillis, double value) {
      samples++;
    }

    @Override
    public void histogram(long timestampMillis, long startMillis, NativeHistogram histogram) {
      samples++;
    }
  }
}
