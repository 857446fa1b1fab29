package dev.weir.standalone.blocks;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.model.CountText;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.standalone.client.TenantConverter;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `weir blocks ls`: a line for each block.
@Command(
    name = "ls",
    description = {
      "List blocks: what they cover, from when to when they have samples, and how large they are.",
      "Blocks that are merged into others already, and wait to be deleted, are marked."
    })
final class LsCommand implements Runnable {

  @Mixin private StoreOptions store;

  @Option(
      names = "--tenant",
      paramLabel = "NAME",
      converter = TenantConverter.class,
      description = "Blocks with samples of this tenant only (default: all).")
  private Optional<Tenant> tenant;

  @Spec private CommandSpec spec;

  @SuppressWarnings("NullAway.Init") // picocli sets the fields.
  LsCommand() {}

  @Override
  public void run() {
    BlockSnapshot snapshot = store.list();
    PrintWriter out = spec.commandLine().getOut();
    Set<String> merged = new HashSet<>(snapshot.superseded().keySet());
    TextTable table =
        new TextTable(
            "NAME", "TENANTS", "COVERS", "FROM", "TO", "STATE", "SERIES", "SAMPLES", "SIZE");
    Total counting = new Total();
    Total downsampled = new Total();
    Total superseded = new Total();
    for (BlockReader block : snapshot.blocks()) {
      List<BlockMeta.SectionMeta> sections =
          block.meta().sections().stream()
              .filter(section -> tenant.map(section.tenant()::equals).orElse(true))
              .toList();
      if (tenant.isPresent() && sections.isEmpty()) {
        continue;
      }
      long ofBlock = sections.stream().mapToLong(BlockMeta.SectionMeta::samples).sum();
      add(table, block, sections, ofBlock, merged.contains(block.name()));
      Total total =
          merged.contains(block.name())
              ? superseded
              : BlockName.isDownsampled(block.name()) ? downsampled : counting;
      total.add(ofBlock, block.sizeBytes());
    }
    if (!table.isEmpty()) {
      table.print(out);
    }
    out.println(
        "%d blocks, %d samples, %s%s%s%s"
            .formatted(
                counting.blocks,
                counting.samples,
                TextTable.bytes(counting.bytes),
                counting.samples == 0
                    ? ""
                    : ", %s bytes a sample"
                        .formatted(TextTable.ratio(counting.bytes, counting.samples)),
                downsampled.blocks == 0 ? "" : "; downsampled: " + downsampled.size(),
                superseded.blocks == 0 ? "" : "; merged, to be deleted: " + superseded.size()));
    LeftOut.ofBlocks(snapshot, tenant).throwIfAny("the list");
  }

  /// Of some blocks.
  private static final class Total {
    private int blocks;
    private long samples;
    private long bytes;

    void add(long samplesOfBlock, long bytesOfBlock) {
      blocks++;
      samples += samplesOfBlock;
      bytes += bytesOfBlock;
    }

    String size() {
      return "%s, %s".formatted(CountText.of(blocks, "block"), TextTable.bytes(bytes));
    }
  }

  private static void add(
      TextTable table,
      BlockReader block,
      List<BlockMeta.SectionMeta> sections,
      long samples,
      boolean merged) {
    long start = Long.MAX_VALUE;
    long end = Long.MIN_VALUE;
    for (BlockMeta.SectionMeta section : sections) {
      start = Math.min(start, section.times().map(TimeRange::startMillis).orElse(start));
      end = Math.max(end, section.times().map(TimeRange::endMillis).orElse(end));
    }
    table.add(
        block.name(),
        sections.isEmpty()
            ? "-"
            : sections.stream()
                .map(section -> section.tenant().name())
                .collect(Collectors.joining(",")),
        covers(block),
        start > end ? "-" : TextTable.time(start),
        start > end ? "-" : TextTable.time(end),
        merged ? "merged" : "counts",
        Long.toString(sections.stream().mapToLong(BlockMeta.SectionMeta::series).sum()),
        Long.toString(samples),
        TextTable.bytes(block.sizeBytes()));
  }

  private static String covers(BlockReader block) {
    BlockMeta meta = block.meta();
    if (BlockName.parse(block.name()).orElse(null) instanceof BlockName.Downsampled name) {
      TimeRange range = name.range();
      return "%s windows, %s to %s"
          .formatted(
              name.resolution().text(),
              TextTable.time(range.startMillis() - 1),
              TextTable.time(range.endMillis()));
    }
    return meta.isImported()
        ? "imported"
        : meta.covers().stream().map(Object::toString).collect(Collectors.joining(" "));
  }
}
