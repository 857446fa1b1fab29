package dev.weir.query.source;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockCatalog;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.merge.MergedSeriesSource.Bounds;
import dev.weir.blocks.node.PartitionOffset;
import dev.weir.blocks.resolution.DownsampledBlocks;
import dev.weir.blocks.resolution.ResolvedSelection;
import dev.weir.model.Labels;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.Listing;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesExemplars;
import dev.weir.model.source.SeriesSource;
import dev.weir.query.source.NodeDirectory.Node;
import dev.weir.query.source.NodeDirectory.Partition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/// Everything that there is: blocks as the catalog knows them, from the storage nodes what lies
/// behind them, and what was imported, which is asked last because what came through Kafka wins.
///
/// If a node has given up rows that the catalog does not know a block for yet, or does not serve a
/// partition any more, the store is listed again and the question is put once more. What is missing
/// then, or because a node cannot be reached, is a warning.
///
/// Stretches of time that are downsampled are read as windows where a selection can do with them
/// ([ResolvedSelection]), unless a node has rows of that time: what arrived late is in no window.
final class PipelineSource implements SeriesSource {
  private final BlockCatalog catalog;
  private final NodeDirectory directory;
  private final List<Partition> partitions;
  private final Executor executor;
  private final Bounds bounds;
  private final NodeFailures failures;
  private final Relisting relisting;
  private final long maxWindowMillis;

  /// @param partitions all that the topics have, served or not
  /// @param executor where blocks and nodes are asked side by side
  /// @param bounds of what one question asks of them
  PipelineSource(
      BlockCatalog catalog,
      NodeDirectory directory,
      List<Partition> partitions,
      Executor executor,
      Bounds bounds,
      NodeFailures failures,
      Relisting relisting) {
    this.catalog = requireNonNull(catalog, "catalog");
    this.directory = requireNonNull(directory, "directory");
    this.partitions = List.copyOf(partitions);
    this.executor = requireNonNull(executor, "executor");
    this.bounds = requireNonNull(bounds, "bounds");
    this.failures = requireNonNull(failures, "failures");
    this.relisting = requireNonNull(relisting, "relisting");
    this.maxWindowMillis = Long.MAX_VALUE;
  }

  private PipelineSource(PipelineSource source, long maxWindowMillis) {
    this.catalog = source.catalog;
    this.directory = source.directory;
    this.partitions = source.partitions;
    this.executor = source.executor;
    this.bounds = source.bounds;
    this.failures = source.failures;
    this.relisting = source.relisting;
    this.maxWindowMillis = maxWindowMillis;
  }

  /// The same, which reads longer windows than these only where nothing else is left.
  PipelineSource withMaxWindow(long millis) {
    return new PipelineSource(this, millis);
  }

  /// The sources of one question.
  ///
  /// @param snapshot the blocks that it knows
  /// @param gaps what nobody serves, or no block has any more
  /// @param movedOn whether a node has answered that blocks or owners have changed
  private record Plan(
      BlockSnapshot snapshot, SeriesSource source, Completeness gaps, AtomicBoolean movedOn) {}

  /// What of some blocks of a snapshot a question is put to.
  @FunctionalInterface
  private interface Blocks {
    List<SeriesSource> of(BlockSnapshot snapshot, List<BlockReader> blocks);
  }

  /// What is asked, as the blocks decide that are known.
  ///
  /// @param clip what of a storage node is asked
  /// @param windows what is asked beside blocks of samples and nodes
  private record Asked(
      Blocks blocks,
      UnaryOperator<SeriesSource> clip,
      List<SeriesSource> windows,
      Completeness completeness) {
    /// @param blocks of samples; nothing else but nodes is asked
    Asked(Blocks blocks) {
      this(blocks, UnaryOperator.identity(), List.of(), Completeness.FULL);
    }
  }

  private Plan plan(Tenant tenant, Function<BlockSnapshot, Asked> question) {
    BlockSnapshot snapshot = catalog.current();
    Asked asked = question.apply(snapshot);
    AtomicBoolean movedOn = new AtomicBoolean();
    List<SeriesSource> sources = new ArrayList<>();
    sources.addAll(asked.blocks.of(snapshot, snapshot.blocks(tenant)));
    List<SeriesSource> nodes = new ArrayList<>();
    Completeness gaps =
        addNodes(snapshot, nodes, movedOn)
            .and(lostBlocks(snapshot, tenant))
            .and(unlisted())
            .and(asked.completeness);
    nodes.forEach(node -> sources.add(asked.clip.apply(node)));
    sources.addAll(asked.blocks.of(snapshot, snapshot.imports(tenant)));
    sources.addAll(asked.windows);
    return new Plan(snapshot, new MergedSeriesSource(sources, executor, bounds), gaps, movedOn);
  }

  /// That no block is known, because the store has not answered since the start.
  private Completeness unlisted() {
    return catalog.hasListed()
        ? Completeness.FULL
        : new Completeness(
            0,
            List.of(
                "blocks are missing: their store has not answered since this process started, and"
                    + " is asked again"));
  }

  /// Blocks that are damaged or gone. Nobody knows what times they had, so how far an answer is
  /// complete is left as it is, and the warning says what is missing.
  private static Completeness lostBlocks(BlockSnapshot snapshot, Tenant tenant) {
    return new Completeness(
        Long.MAX_VALUE,
        Stream.concat(
                snapshot.missing(tenant).stream()
                    .map(problem -> "samples may be missing: " + problem),
                snapshot.deletions().problems(tenant).stream())
            .toList());
  }

  private Completeness addNodes(
      BlockSnapshot snapshot, List<SeriesSource> sources, AtomicBoolean movedOn) {
    Map<Partition, Node> nodes = directory.nodes();
    TreeSet<Partition> all = new TreeSet<>(nodes.keySet());
    all.addAll(partitions);
    Map<Node, List<PartitionOffset>> questions = new LinkedHashMap<>();
    Completeness gaps = Completeness.FULL;
    OldestRows oldest = new OldestRows();
    for (Partition partition : all) {
      Node node = nodes.get(partition);
      if (node == null) {
        gaps =
            gaps.and(
                new Completeness(
                    blocksCompleteTo(snapshot, partition),
                    List.of(
                        "%s: recent samples are missing: no storage node serves it"
                            .formatted(partition))));
      } else {
        long from =
            catalog.hasListed()
                ? snapshot.chain(partition.topic(), partition.number()).endOffset().orElse(0)
                : oldest.of(partition, node);
        questions
            .computeIfAbsent(node, _ -> new ArrayList<>())
            .add(new PartitionOffset(partition.topic(), partition.number(), from));
      }
    }
    questions.forEach((node, offsets) ->
        sources.add(
            new AskedNode(
                node.storage().from(offsets),
                "storage node %s (%s)".formatted(node.member(), node.address()),
                blocksCompleteTo(snapshot, offsets),
                movedOn,
                failures)));
    return gaps;
  }

  /// Whether somebody serves every partition.
  boolean isServed() {
    return directory.nodes().keySet().containsAll(partitions);
  }

  private static long blocksCompleteTo(BlockSnapshot snapshot, List<PartitionOffset> offsets) {
    long completeTo = Long.MAX_VALUE;
    for (PartitionOffset offset : offsets) {
      Partition partition = new Partition(offset.topic(), offset.partition());
      completeTo = Math.min(completeTo, blocksCompleteTo(snapshot, partition));
    }
    return completeTo;
  }

  /// Up to when the partition's blocks are taken to be complete: the latest sample of its last link
  /// that has any; the epoch if there is none. Samples may lie in the future, as clocks of senders
  /// do, but nothing is complete later than its block was written.
  private static long blocksCompleteTo(BlockSnapshot snapshot, Partition partition) {
    for (BlockReader link : snapshot.links(partition.topic(), partition.number()).reversed()) {
      OptionalLong latest =
          link.meta().sections().stream()
              .flatMap(section -> section.times().stream())
              .mapToLong(TimeRange::endMillis)
              .max();
      if (latest.isPresent()) {
        return Math.min(latest.getAsLong(), link.meta().createdAtMillis());
      }
    }
    return 0;
  }

  /// Puts a question, and again after looking at the store anew if a node has moved on.
  private <T> T ask(
      Tenant tenant,
      Function<BlockSnapshot, Asked> asked,
      Function<Plan, T> question,
      Consumer<T> discard) {
    Plan plan = plan(tenant, asked);
    T answer = question.apply(plan);
    // While no block is known, none of what nodes have given up can be found.
    if (!plan.movedOn().get()
        || !catalog.hasListed()
        || relisting.newerThan(plan.snapshot()) == plan.snapshot()) {
      return answer;
    }
    discard.accept(answer);
    return question.apply(plan(tenant, asked));
  }

  private static Blocks samplesIn(Tenant tenant, TimeRange range) {
    return (snapshot, blocks) -> snapshot.sources(tenant, blocks, range);
  }

  /// The samples and windows of a selection.
  private Asked resolved(
      BlockSnapshot snapshot,
      Tenant tenant,
      List<Matcher> matchers,
      TimeRange range,
      SelectHints hints) {
    ResolvedSelection found = ResolvedSelection.of(snapshot, tenant, range, hints, maxWindowMillis);
    if (!found.hasWindows()) {
      return new Asked(samplesIn(tenant, range));
    }
    List<String> warnings = new ArrayList<>(found.warnings());
    if (hasRows(snapshot, tenant, matchers, found.windowed())) {
      // Samples then, wherever they are there.
      found = ResolvedSelection.of(snapshot, tenant, range, hints, 0);
      if (!found.hasWindows()) {
        return new Asked(samplesIn(tenant, range));
      }
      warnings = new ArrayList<>(found.warnings());
      if (hasRows(snapshot, tenant, matchers, found.windowed())) {
        warnings.add(
            "samples that arrived after they were downsampled are missing in a part of the answer");
      }
    }
    return asked(found, tenant, range, snapshot, warnings);
  }

  /// The samples and windows of a resolved selection.
  private static Asked asked(
      ResolvedSelection found,
      Tenant tenant,
      TimeRange range,
      BlockSnapshot snapshot,
      List<String> warnings) {
    return new Asked(
        (of, blocks) -> of.sources(tenant, blocks, range).stream().map(found::samplesOf).toList(),
        found::samplesOf,
        found.windows(snapshot),
        new Completeness(Long.MAX_VALUE, warnings));
  }

  /// Whether a storage node has rows of a time of which there are windows.
  private boolean hasRows(
      BlockSnapshot snapshot, Tenant tenant, List<Matcher> matchers, TimeRange range) {
    List<SeriesSource> nodes = new ArrayList<>();
    // What they leave out, the selection itself says.
    var _ = addNodes(snapshot, nodes, new AtomicBoolean());
    SelectHints labelsOnly = new SelectHints(0, 0, Optional.empty(), List.of(), false, true);
    try (GroupCursor rows =
        new MergedSeriesSource(nodes, executor, bounds)
            .select(tenant, matchers, range, labelsOnly)) {
      return rows.next() != null;
    }
  }

  private <T> Listing<T> listing(
      Tenant tenant, TimeRange range, Function<SeriesSource, Listing<T>> question) {
    return listing(
        tenant,
        snapshot ->
            new Asked(
                samplesIn(tenant, range),
                UnaryOperator.identity(),
                DownsampledBlocks.left(snapshot, tenant, range),
                Completeness.FULL),
        question);
  }

  private <T> Listing<T> listing(
      Tenant tenant,
      Function<BlockSnapshot, Asked> asked,
      Function<SeriesSource, Listing<T>> question) {
    return ask(
        tenant, asked, plan -> question.apply(plan.source()).and(plan.gaps()), listing -> {});
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    return ask(
        tenant,
        snapshot -> resolved(snapshot, tenant, matchers, range, hints),
        plan -> plan.source().select(tenant, matchers, range, hints).and(plan.gaps()),
        GroupCursor::close);
  }

  @Override
  public Listing<SeriesExemplars> exemplars(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        tenant,
        _ -> new Asked((snapshot, blocks) -> snapshot.exemplarSources(tenant, blocks, range)),
        source -> source.exemplars(tenant, selectors, range, limit));
  }

  @Override
  public Listing<String> labelNames(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(tenant, range, source -> source.labelNames(tenant, selectors, range, limit));
  }

  @Override
  public Listing<String> labelValues(
      Tenant tenant, String name, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(
        tenant, range, source -> source.labelValues(tenant, name, selectors, range, limit));
  }

  @Override
  public Listing<Labels> series(
      Tenant tenant, List<List<Matcher>> selectors, TimeRange range, int limit) {
    return listing(tenant, range, source -> source.series(tenant, selectors, range, limit));
  }
}
