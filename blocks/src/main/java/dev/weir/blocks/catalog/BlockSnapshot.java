package dev.weir.blocks.catalog;

import dev.weir.blocks.block.BlockMeta;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.deletion.Deletions;
import dev.weir.blocks.deletion.HiddenSamples;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import dev.weir.model.source.SeriesSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The blocks of a store as one listing found them. Immutable; safe for use by many threads.
///
/// **Which blocks count for a tenant.** All that have something of it, except those whose records
/// are all in a compacted block of that tenant: a link in any, a compacted block in one of a higher
/// level, or of the same level that begins earlier. So what counts holds every record, before and
/// after each step of a compaction, and whoever compacted what, with whatever view of the store.
///
/// Blocks that count may still overlap, when two sinks, each thinking itself the owner, compacted
/// pieces that overlap. Read in order of their first offsets, the earlier before the later, they
/// give each sample as the lowest offset has it: a block that begins before that offset and does
/// not hold it ends before it, and so has no sample of that series and time.
///
/// **What was imported** covers no offsets and counts beside them, after everything that came
/// through Kafka: an import never changes a sample that Weir took itself. An imported block counts
/// unless one of a higher level is made from it.
public final class BlockSnapshot {
  static final BlockSnapshot EMPTY =
      new BlockSnapshot(new TreeMap<>(), new TreeMap<>(), Deletions.NONE);

  /// By the first record that a block covers: the order of precedence, in which a lower offset
  /// wins.
  private static final Comparator<NamedBlock> PRECEDENCE =
      Comparator.comparing((NamedBlock block) -> block.reader().meta().covers().getFirst())
          .thenComparing(block -> block.reader().name());

  private static final Comparator<NamedBlock> HIGHEST_LEVEL_FIRST =
      Comparator.comparingInt((NamedBlock block) -> -block.name().level())
          .thenComparing(PRECEDENCE);

  /// A topic's partition.
  public record TopicPartition(String topic, int partition) implements Comparable<TopicPartition> {
    private static final Comparator<TopicPartition> ORDER =
        Comparator.comparing(TopicPartition::topic).thenComparingInt(TopicPartition::partition);

    @Override
    public int compareTo(TopicPartition other) {
      return ORDER.compare(this, other);
    }
  }

  /// The blocks that count for a tenant.
  private record Counting(List<NamedBlock> compacted, Coverage coverage) {}

  private final SortedMap<String, NamedBlock> entries;
  private final SortedMap<String, WeirException> unreadable;
  private final Deletions deletions;
  private final Map<TopicPartition, List<NamedBlock>> links = new HashMap<>();

  // Found when somebody asks, once.
  private final Map<Tenant, Counting> counting = new ConcurrentHashMap<>();
  private final Map<Tenant, List<BlockReader>> blocks = new ConcurrentHashMap<>();
  private final Map<Tenant, List<BlockReader>> imports = new ConcurrentHashMap<>();
  private final Map<TopicPartition, BlockChain> chains = new ConcurrentHashMap<>();
  private final Map<Tenant, DownsampledSlices> downsampled = new ConcurrentHashMap<>();
  private volatile @Nullable Map<String, Instant> replaced;
  private volatile @Nullable Map<Tenant, List<OffsetRange>> tenantGaps;

  BlockSnapshot(
      SortedMap<String, NamedBlock> entries,
      SortedMap<String, WeirException> unreadable,
      Deletions deletions) {
    this.entries = entries;
    this.unreadable = unreadable;
    this.deletions = deletions;
    for (NamedBlock block : entries.values()) {
      if (block.name() instanceof BlockName.Chain link) {
        links
            .computeIfAbsent(
                new TopicPartition(link.topic(), link.partition()), _ -> new ArrayList<>())
            .add(block);
      }
    }
    links.values().forEach(ofPartition -> ofPartition.sort(PRECEDENCE));
  }

  SortedMap<String, NamedBlock> entries() {
    return entries;
  }

  /// All blocks, those that no longer count too, by name.
  public List<BlockReader> blocks() {
    return entries.values().stream().map(NamedBlock::reader).toList();
  }

  /// A block by its name.
  public Optional<BlockReader> block(String name) {
    return Optional.ofNullable(entries.get(name)).map(NamedBlock::reader);
  }

  /// The blocks that could not be opened, and why.
  public Map<String, WeirException> unreadable() {
    return unreadable;
  }

  /// Those of them that may have samples of a tenant: its own, and links, which have those of all.
  public SortedMap<String, WeirException> unreadableOf(Tenant tenant) {
    SortedMap<String, WeirException> found = new TreeMap<>(unreadable);
    found.keySet().removeIf(name -> !ownerOf(name).map(tenant::equals).orElse(true));
    return found;
  }

  /// The tenants that have samples in a block.
  public List<Tenant> tenants() {
    TreeSet<Tenant> tenants = new TreeSet<>();
    for (NamedBlock block : entries.values()) {
      block.reader().meta().sections().forEach(section -> tenants.add(section.tenant()));
    }
    return List.copyOf(tenants);
  }

  /// The blocks that count for a tenant and have a section of it, the lowest offset first: where
  /// two have a sample of one series and time, the one in the earlier block wins.
  public List<BlockReader> blocks(Tenant tenant) {
    return blocks.computeIfAbsent(tenant, this::findBlocks);
  }

  private List<BlockReader> findBlocks(Tenant tenant) {
    Counting found = counting(tenant);
    Stream<NamedBlock> small =
        links.values().stream()
            .flatMap(List::stream)
            .filter(link -> link.reader().meta().section(tenant).isPresent())
            .filter(link -> !link.isCoveredBy(found.coverage));
    return Stream.concat(found.compacted.stream(), small)
        .sorted(PRECEDENCE)
        .map(NamedBlock::reader)
        .toList();
  }

  /// The imported blocks of a tenant that have samples: after [#blocks] and after what storage
  /// nodes have, in this order.
  public List<BlockReader> imports(Tenant tenant) {
    return imports.computeIfAbsent(
        tenant,
        owner ->
            importedBlocks(owner)
                .map(NamedBlock::reader)
                .filter(block -> block.meta().section(owner).isPresent())
                .filter(block -> !replacedImports().containsKey(block.name()))
                .toList());
  }

  /// What of a tenant's past is downsampled: apart from [#blocks] and [#imports], and in place of
  /// them where a reader can do with windows.
  public DownsampledSlices downsampled(Tenant tenant) {
    // Not within computeIfAbsent, since it asks for more of this snapshot.
    DownsampledSlices known = downsampled.get(tenant);
    if (known == null) {
      known = DownsampledSlices.of(this, tenant);
      downsampled.put(tenant, known);
    }
    return known;
  }

  /// The imported blocks that others are made from, and since when these are there.
  private Map<String, Instant> replacedImports() {
    Map<String, Instant> found = replaced;
    if (found == null) {
      found = new HashMap<>();
      for (NamedBlock block : entries.values()) {
        if (block.name() instanceof BlockName.Imported imported && imported.isMerged()) {
          for (String source : block.reader().meta().sources()) {
            found.merge(source, block.publishedAt(), (a, b) -> a.isBefore(b) ? a : b);
          }
        }
      }
      replaced = found;
    }
    return found;
  }

  /// What a tenant has in some of these blocks that may be in a range, without what is deleted; in
  /// order of precedence.
  ///
  /// @param of [#blocks] or [#imports] of the tenant
  public List<SeriesSource> sources(Tenant tenant, List<BlockReader> of, TimeRange range) {
    List<SeriesSource> sources = new ArrayList<>();
    for (BlockReader block : of) {
      TimeRange times = block.meta().section(tenant).flatMap(one -> one.times()).orElse(null);
      if (times != null && times.overlaps(range)) {
        sources.add(
            HiddenSamples.in(new BlockSeriesSource(block), deletions.hiding(tenant, block), times));
      }
    }
    return sources;
  }

  /// The same, of blocks that may have exemplars in a range.
  ///
  /// @param of [#blocks] or [#imports] of the tenant
  public List<SeriesSource> exemplarSources(Tenant tenant, List<BlockReader> of, TimeRange range) {
    List<SeriesSource> sources = new ArrayList<>();
    for (BlockReader block : of) {
      if (block.meta().section(tenant).filter(one -> one.hasExemplarsIn(range)).isPresent()) {
        sources.add(
            HiddenSamples.in(
                new BlockSeriesSource(block), deletions.hiding(tenant, block), TimeRange.ALL));
      }
    }
    return sources;
  }

  /// The deletions that hold.
  public Deletions deletions() {
    return deletions;
  }

  /// What was imported for a tenant and is there whole: the last block of an import names what that
  /// is, and the blocks that it became.
  public Set<String> importedSources(Tenant tenant) {
    Set<String> imported = new TreeSet<>();
    importedBlocks(tenant)
        .map(block -> block.reader().meta().sources())
        .filter(sources ->
            sources.stream()
                .allMatch(source ->
                    !source.startsWith(BlockName.IMPORTED_PREFIX)
                        || entries.containsKey(source)
                        || replacedImports().containsKey(source)))
        .forEach(imported::addAll);
    return imported;
  }

  private Stream<NamedBlock> importedBlocks(Tenant tenant) {
    return entries.values().stream()
        .filter(block ->
            block.name() instanceof BlockName.Imported imported
                && imported.tenant().equals(tenant));
  }

  private Counting counting(Tenant tenant) {
    return counting.computeIfAbsent(tenant, this::findCounting);
  }

  private Counting findCounting(Tenant tenant) {
    List<NamedBlock> candidates =
        entries.values().stream()
            .filter(block ->
                block.name() instanceof BlockName.Compacted compacted
                    && compacted.tenant().equals(tenant))
            .sorted(HIGHEST_LEVEL_FIRST)
            .toList();
    List<NamedBlock> chosen = new ArrayList<>();
    Coverage coverage = new Coverage();
    for (NamedBlock candidate : candidates) {
      if (!candidate.isCoveredBy(coverage)) {
        chosen.add(candidate);
        candidate.reader().meta().covers().forEach(coverage::add);
      }
    }
    return new Counting(chosen, coverage);
  }

  /// The partitions that have a block.
  public List<TopicPartition> partitions() {
    TreeSet<TopicPartition> partitions = new TreeSet<>(links.keySet());
    for (NamedBlock block : entries.values()) {
      for (OffsetRange range : block.reader().meta().covers()) {
        partitions.add(new TopicPartition(range.topic(), range.partition()));
      }
    }
    for (String name : unreadable.keySet()) {
      if (BlockName.parse(name).orElse(null) instanceof BlockName.OfPartition block) {
        partitions.add(new TopicPartition(block.topic(), block.partition()));
      }
    }
    return List.copyOf(partitions);
  }

  /// The chain of a partition; empty if it has no block.
  public BlockChain chain(String topic, int partition) {
    return chains.computeIfAbsent(new TopicPartition(topic, partition), this::findChain);
  }

  private BlockChain findChain(TopicPartition of) {
    List<OffsetRange> compacted = new ArrayList<>();
    for (NamedBlock block : entries.values()) {
      if (block.name() instanceof BlockName.Compacted) {
        block.reader().meta().covers().stream()
            .filter(range -> range.topic().equals(of.topic) && range.partition() == of.partition)
            .forEach(compacted::add);
      }
    }
    List<BlockChain.Problem.Unreadable> problems = new ArrayList<>();
    unreadable.forEach((name, error) -> {
      if (BlockName.parse(name).orElse(null) instanceof BlockName.Chain link
          && link.topic().equals(of.topic)
          && link.partition() == of.partition) {
        problems.add(new BlockChain.Problem.Unreadable(name, error));
      }
    });
    List<BlockChain.Link> chained =
        links(of.topic, of.partition).stream()
            .map(link -> new BlockChain.Link(link.name(), link.meta().covers().getFirst()))
            .toList();
    return BlockChain.of(of.topic, of.partition, chained, compacted, problems);
  }

  /// What tenants lack though others' blocks cover it, by tenant, in order.
  private Map<Tenant, List<OffsetRange>> tenantGaps() {
    Map<Tenant, List<OffsetRange>> found = tenantGaps;
    if (found == null) {
      found = new TenantGaps(entries.values(), unreadable.keySet()).find();
      tenantGaps = found;
    }
    return found;
  }

  /// Whether a tenant lacks something of a partition that a block had once.
  public boolean hasGap(Tenant tenant, TopicPartition partition) {
    return tenantGaps().getOrDefault(tenant, List.of()).stream()
        .anyMatch(
            gap -> gap.topic().equals(partition.topic) && gap.partition() == partition.partition);
  }

  /// What keeps a partition from being whole: its chain's problems, and what single tenants lack.
  public List<BlockChain.Problem> problems(TopicPartition partition) {
    BlockChain chain = chain(partition.topic, partition.partition);
    List<BlockChain.Problem> problems = new ArrayList<>(chain.problems());
    tenantGaps()
        .forEach((tenant, gaps) ->
            gaps.stream()
                .filter(gap ->
                    gap.topic().equals(partition.topic) && gap.partition() == partition.partition)
                .forEach(gap -> problems.add(new BlockChain.Problem.TenantGap(tenant, gap))));
    return problems;
  }

  /// Records that no block has for a tenant although later ones are in blocks, a sentence each.
  public List<String> gaps(Tenant tenant) {
    return problems(tenant, false);
  }

  private List<String> problems(Tenant tenant, boolean withUnreadable) {
    List<String> found = new ArrayList<>();
    for (TopicPartition partition : partitions()) {
      for (BlockChain.Problem problem : problems(partition)) {
        boolean concerns =
            switch (problem) {
              case BlockChain.Problem.Gap _ -> true;
              case BlockChain.Problem.TenantGap gap -> gap.tenant().equals(tenant);
              case BlockChain.Problem.Unreadable _ -> withUnreadable;
              // Every record is there, some twice, and readers see each sample once.
              case BlockChain.Problem.Overlap _ -> false;
            };
        if (concerns) {
          found.add(problem.toString());
        }
      }
    }
    return found;
  }

  /// What a reader of a tenant's samples may miss, a sentence each: blocks that cannot be opened,
  /// and [#gaps].
  public List<String> missing(Tenant tenant) {
    List<String> missing = problems(tenant, true);
    unreadable.forEach((name, error) -> {
      if (ownerOf(name).filter(tenant::equals).isPresent()) {
        missing.add(new BlockChain.Problem.Unreadable(name, error).toString());
      }
    });
    return missing;
  }

  /// What a reader of a tenant's samples may see wrong, a sentence each: what is [#missing], and
  /// what is shown although it may be deleted.
  public List<String> problems(Tenant tenant) {
    List<String> problems = missing(tenant);
    problems.addAll(deletions.problems(tenant));
    return problems;
  }

  /// The tenant that a block is of alone, by its name.
  private static Optional<Tenant> ownerOf(String path) {
    return BlockName.parse(path)
        .flatMap(name ->
            switch (name) {
              case BlockName.Chain _ -> Optional.empty();
              case BlockName.Compacted compacted -> Optional.of(compacted.tenant());
              case BlockName.Imported imported -> Optional.of(imported.tenant());
              case BlockName.Downsampled downsampled -> Optional.of(downsampled.tenant());
            });
  }

  /// The small blocks of a partition that are there, in order.
  public List<BlockReader> links(String topic, int partition) {
    return links.getOrDefault(new TopicPartition(topic, partition), List.of()).stream()
        .map(NamedBlock::reader)
        .toList();
  }

  /// The last small block of a partition: it names the layouts that are alive at the chain's end.
  public Optional<BlockReader> lastLink(String topic, int partition) {
    List<NamedBlock> ofPartition =
        links.getOrDefault(new TopicPartition(topic, partition), List.of());
    return ofPartition.isEmpty() ? Optional.empty() : Optional.of(ofPartition.getLast().reader());
  }

  /// The blocks that count for nobody any more, by name, and since when: all their tenants' samples
  /// are in compacted blocks that count, and the last of these was published then. The last link of
  /// a chain is never among them, because it names the layouts that are alive. They may be deleted
  /// once no query reads them any longer.
  public SortedMap<String, Instant> superseded() {
    TreeSet<String> lastLinks = new TreeSet<>();
    links.values().forEach(ofPartition -> lastLinks.add(ofPartition.getLast().reader().name()));
    List<Tenant> tenants = tenants();
    SortedMap<String, Instant> superseded = new TreeMap<>();
    for (NamedBlock block : entries.values()) {
      String name = block.reader().name();
      Optional<Instant> since =
          switch (block.name()) {
            case BlockName.Compacted(Tenant tenant, _, _, _, _) ->
                counting(tenant).compacted.contains(block)
                    ? Optional.empty()
                    : coveredSince(block, tenant);
            case BlockName.Chain _ ->
                lastLinks.contains(name) ? Optional.empty() : linkCoveredSince(block, tenants);
            case BlockName.Imported _ -> Optional.ofNullable(replacedImports().get(name));
            case BlockName.Downsampled(Tenant tenant, _, _, _, _, _) ->
                Optional.ofNullable(downsampled(tenant).superseded().get(name));
          };
      since.ifPresent(instant -> superseded.put(name, instant));
    }
    return superseded;
  }

  private Optional<Instant> linkCoveredSince(NamedBlock link, List<Tenant> tenants) {
    // A link without sections stands for its offsets until somebody else does.
    if (link.reader().meta().sections().isEmpty()) {
      return tenants.stream()
          .flatMap(tenant -> coveredSince(link, tenant).stream())
          .min(Comparator.naturalOrder());
    }
    Instant since = Instant.MIN;
    for (BlockMeta.SectionMeta section : link.reader().meta().sections()) {
      Optional<Instant> ofTenant = coveredSince(link, section.tenant());
      if (ofTenant.isEmpty()) {
        return Optional.empty();
      }
      since = ofTenant.get().isAfter(since) ? ofTenant.get() : since;
    }
    return Optional.of(since);
  }

  /// When the compacted blocks of a tenant were there that hold a block's records; empty if they do
  /// not hold all.
  private Optional<Instant> coveredSince(NamedBlock block, Tenant tenant) {
    Counting found = counting(tenant);
    if (!block.isCoveredBy(found.coverage)) {
      return Optional.empty();
    }
    Instant since = Instant.MIN;
    for (OffsetRange range : block.reader().meta().covers()) {
      Instant first =
          found.compacted.stream()
              .filter(compacted -> compacted.covers(range))
              .map(NamedBlock::publishedAt)
              .min(Comparator.naturalOrder())
              .orElseThrow();
      since = first.isAfter(since) ? first : since;
    }
    return Optional.of(since);
  }
}
