package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockContents;
import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.Companion;
import dev.weir.blocks.tsdb.TsdbBlock;
import dev.weir.blocks.tsdb.TsdbMeta;
import dev.weir.model.TimeRange;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `weir blocks inspect`: what is in a block, and what takes how much of it.
@Command(
    name = "inspect",
    description = "Say what is in a block, Weir's or Prometheus's, and what takes how much of it.")
final class InspectCommand implements Runnable {

  @Parameters(
      arity = "1..*",
      paramLabel = "BLOCK",
      description = "A name as in `weir blocks ls`, a file, or a directory of Prometheus's blocks.")
  private List<String> blocks = List.of();

  @Mixin private StoreOptions store;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  InspectCommand() {}

  @Override
  public void run() {
    PrintWriter out = spec.commandLine().getOut();
    for (String named : blocks) {
      for (BlockTarget target : BlockTarget.find(named, store)) {
        switch (target) {
          case BlockTarget.OfWeir(BlockReader block) -> print(block, out);
          case BlockTarget.OfPrometheus(Path directory) -> print(directory, out);
        }
      }
    }
  }

  private static void print(BlockReader block, PrintWriter out) {
    BlockMeta meta = block.meta();
    out.println("%s: %s".formatted(block.name(), TextTable.bytes(block.sizeBytes())));
    out.println(
        "  level %d, written %s".formatted(meta.level(), TextTable.time(meta.createdAtMillis())));
    if (BlockName.parse(block.name()).orElse(null) instanceof BlockName.Downsampled name) {
      out.println(
          "  windows of %s from %s to %s, shard %d of %d; samples below are what is kept of them"
              .formatted(
                  name.resolution().text(),
                  TextTable.time(name.range().startMillis() - 1),
                  TextTable.time(name.range().endMillis()),
                  name.shard() + 1,
                  name.shards()));
      meta.covers().forEach(range -> out.println("  made from what was in " + range));
    } else {
      meta.covers().forEach(range -> out.println("  covers " + range));
    }
    for (String source : meta.sources()) {
      out.println(
          Companion.parse(source)
              .map(
                  other -> "  tenant %s had records in %s".formatted(other.tenant(), other.range()))
              .orElse("  made from " + source));
    }
    List<BlockContents.SectionContents> contents = BlockContents.of(block).sections();
    for (int i = 0; i < contents.size(); i++) {
      print(meta.sections().get(i), contents.get(i), out);
    }
  }

  private static void print(
      BlockMeta.SectionMeta meta, BlockContents.SectionContents contents, PrintWriter out) {
    Optional<TimeRange> times = meta.times();
    out.println(
        "  tenant %s: %d samples of %d series in %d groups, %d windows%s"
            .formatted(
                meta.tenant(),
                meta.samples(),
                contents.indexedSeries(),
                contents.groups(),
                contents.windows(),
                times
                    .map(range ->
                        ", from %s to %s"
                            .formatted(
                                TextTable.time(range.startMillis()),
                                TextTable.time(range.endMillis())))
                    .orElse("")));
    out.println(
        "    %d label names, %d label pairs, %d series of live layouts alone"
            .formatted(contents.labelNames(), contents.labelPairs(), contents.layoutSeries()));
    TextTable table = new TextTable("    PART", "FRAMES", "STORED", "RAW", "BYTES A SAMPLE");
    for (BlockContents.Part part : contents.parts()) {
      table.add(
          "    " + part.kind(),
          Integer.toString(part.frames()),
          TextTable.bytes(part.storedBytes()),
          TextTable.bytes(part.rawBytes()),
          TextTable.ratio(part.storedBytes(), meta.samples()));
    }
    table.print(out);
  }

  private static void print(Path directory, PrintWriter out) {
    try (TsdbBlock block = new TsdbBlock(directory)) {
      TsdbMeta meta = block.meta();
      out.println("%s: a block of Prometheus's".formatted(directory));
      out.println(
          "  %d samples of %d series in %d chunks of %s (%s bytes a sample), from %s to %s"
              .formatted(
                  meta.samples(),
                  meta.series(),
                  meta.chunks(),
                  TextTable.bytes(block.chunkBytes()),
                  TextTable.ratio(block.chunkBytes(), meta.samples()),
                  TextTable.time(meta.minMillis()),
                  TextTable.time(meta.maxMillis())));
      out.println("  level %d, made from %s".formatted(meta.level(), meta.sources()));
      if (block.deletionsChecksum() != 0) {
        out.println("  some samples are deleted");
      }
    }
  }
}
