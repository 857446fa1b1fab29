package dev.weir.blocks.block;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.DeletionName;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.WeirException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What a block is, in one small read.
///
/// ```
/// Meta     => Level:uvarint CreatedAtMillis:varint Covers Sources Sections
/// Covers   => Count:uvarint (Topic:text Partition:uvarint FirstOffset:uvarint Offsets:uvarint)*
/// Sources  => Count:uvarint Name:text*
/// Sections => Count:uvarint Section*
/// Section  => Tenant:text Series:uvarint Samples:uvarint StartMillis:varint LengthMillis:uvarint
///             RootOffset:uvarint RootStored:uvarint RootRaw:uvarint
///             Exemplars:uvarint [StartMillis:varint LengthMillis:uvarint]
/// ```
///
/// *Level* is 0 for a link of a partition's chain. *Offsets* is how many the range spans.
/// *Sections* ascend by tenant. *StartMillis* and *LengthMillis* span the samples, and are 0 where
/// there are none. The root is a frame ([Frames]) with a [SectionRoot]. *Exemplars* is how many
/// there are; where it is not 0, their times follow.
///
/// A deletion among the sources ([DeletionName]) is one whose samples were left out. Another tenant
/// ([dev.weir.blocks.store.Companion]) had something in the links that a compacted block stands
/// for; blocks that were made before there were such entries say nothing of others.
///
/// Invariants: a link covers one range of one partition and has no blocks as sources; a compacted
/// block has exactly one section. A link without sections is a hole that somebody accepted, or
/// records without samples. A block of level 1 or more that covers nothing was imported: it has one
/// section, or none and says by its sources what an import had that is whole with it. Of level 2
/// and above, its sources are all imported blocks that it stands for, those of its sources too.
///
/// Version 1 of the block format is the first version. Imported blocks came later; a reader that
/// does not know them refuses them alone. Version 3 adds *Exemplars*; before, there are none.
///
/// @param level 0 for a link of a chain, more for a compacted block
/// @param createdAtMillis by the clock of the writer; for people
/// @param covers the records whose samples are in the block: all those of its tenants
/// @param sources names of the blocks that it was made from, and that readers leave alone for its
///   tenant, and of the deletions that nothing has to be left out for any more; and companions
/// @param sections one for each tenant, by tenant
public record BlockMeta(
    int level,
    long createdAtMillis,
    List<OffsetRange> covers,
    List<String> sources,
    List<SectionMeta> sections) {
  private static final int MAX_LEVEL = BlockName.MAX_LEVEL;

  /// What a tenant has in a block.
  ///
  /// @param series how many have samples or exemplars
  /// @param samples floats, histograms and staleness markers
  /// @param times of the samples; empty if there are none and the section is there for its layouts
  /// @param root where its [SectionRoot] is
  /// @param exemplars empty if there are none
  public record SectionMeta(
      Tenant tenant,
      int series,
      long samples,
      Optional<TimeRange> times,
      FrameRef root,
      Optional<Exemplars> exemplars) {
    public SectionMeta {
      requireNonNull(tenant, "tenant");
      requireNonNull(times, "times");
      requireNonNull(root, "root");
      requireNonNull(exemplars, "exemplars");
    }

    /// Whether samples or exemplars may lie in a range.
    public boolean overlaps(TimeRange range) {
      return times.filter(range::overlaps).isPresent() || hasExemplarsIn(range);
    }

    /// Whether exemplars may lie in a range.
    public boolean hasExemplarsIn(TimeRange range) {
      return exemplars.filter(one -> one.times.overlaps(range)).isPresent();
    }
  }

  /// The exemplars of a section.
  ///
  /// @param times of the first and the last
  public record Exemplars(long count, TimeRange times) {}

  public BlockMeta {
    covers = List.copyOf(covers);
    sources = List.copyOf(sources);
    sections = List.copyOf(sections);
    if (level < 0 || level > MAX_LEVEL) {
      throw new WeirException.Corrupt(
          "block level %d is not one of 0 to %d".formatted(level, MAX_LEVEL));
    }
    if (level == 0
        && (covers.size() != 1
            || sources.stream().anyMatch(source -> DeletionName.parse(source).isEmpty()))) {
      throw new WeirException.Corrupt(
          "a link of a chain covers %d ranges and is made from %s; it covers one and is made from no block"
              .formatted(covers.size(), sources));
    }
    if (level > 0 && sections.size() != 1 && !(covers.isEmpty() && sections.isEmpty())) {
      throw new WeirException.Corrupt(
          "a block of one tenant covers %d ranges and has %d sections; it has one, or neither"
              .formatted(covers.size(), sections.size()));
    }
    for (int i = 1; i < sections.size(); i++) {
      if (sections.get(i).tenant().compareTo(sections.get(i - 1).tenant()) <= 0) {
        throw new WeirException.Corrupt(
            "the section of tenant %s stands after that of %s; tenants ascend"
                .formatted(sections.get(i).tenant(), sections.get(i - 1).tenant()));
      }
    }
  }

  /// Whether the samples did not come through Kafka.
  public boolean isImported() {
    return level > 0 && covers.isEmpty();
  }

  /// The section of a tenant; empty if it has none.
  public Optional<SectionMeta> section(Tenant tenant) {
    for (SectionMeta section : sections) {
      if (section.tenant().equals(tenant)) {
        return Optional.of(section);
      }
    }
    return Optional.empty();
  }

  /// The samples of all tenants.
  public long samples() {
    return sections.stream().mapToLong(SectionMeta::samples).sum();
  }

  void write(ByteWriter out) {
    out.writeUvarint(level).writeVarint(createdAtMillis);
    out.writeUvarint(covers.size());
    for (OffsetRange range : covers) {
      out.writeText(range.topic()).writeUvarint(range.partition());
      out.writeUvarint(range.firstOffset()).writeUvarint(range.endOffset() - range.firstOffset());
    }
    out.writeUvarint(sources.size());
    sources.forEach(out::writeText);
    out.writeUvarint(sections.size());
    for (SectionMeta section : sections) {
      out.writeText(section.tenant.name());
      out.writeUvarint(section.series).writeUvarint(section.samples);
      long start = section.times.map(TimeRange::startMillis).orElse(0L);
      long end = section.times.map(TimeRange::endMillis).orElse(0L);
      out.writeVarint(start).writeUvarint(end - start);
      out.writeUvarint(section.root.offset());
      out.writeUvarint(section.root.storedBytes()).writeUvarint(section.root.rawBytes());
      out.writeUvarint(section.exemplars.map(Exemplars::count).orElse(0L));
      section.exemplars.ifPresent(one ->
          out.writeVarint(one.times.startMillis())
              .writeUvarint(one.times.endMillis() - one.times.startMillis()));
    }
  }

  /// @param version of the block
  static BlockMeta read(ByteReader in, int version) {
    int level = in.readCount("level", MAX_LEVEL);
    long createdAtMillis = in.readVarint();
    int coverCount = in.readCountOfRemaining("number of covered ranges", 4);
    List<OffsetRange> covers = new ArrayList<>(coverCount);
    for (int i = 0; i < coverCount; i++) {
      String topic = in.readText();
      int partition = in.readCount("partition", Integer.MAX_VALUE);
      long first = in.readUvarint();
      covers.add(new OffsetRange(topic, partition, first, first + in.readUvarint()));
    }
    int sourceCount = in.readCountOfRemaining("number of sources", 1);
    List<String> sources = new ArrayList<>(sourceCount);
    for (int i = 0; i < sourceCount; i++) {
      sources.add(in.readText());
    }
    int sectionCount = in.readCountOfRemaining("number of sections", 8);
    List<SectionMeta> sections = new ArrayList<>(sectionCount);
    for (int i = 0; i < sectionCount; i++) {
      sections.add(readSection(in, version));
    }
    in.expectEnd();
    return new BlockMeta(level, createdAtMillis, covers, sources, sections);
  }

  private static SectionMeta readSection(ByteReader in, int version) {
    String tenant = in.readText();
    int series = in.readCount("number of series", Integer.MAX_VALUE);
    long samples = in.readUvarint();
    long start = in.readVarint();
    long end = start + in.readUvarint();
    FrameRef root =
        new FrameRef(
            in.readUvarint(),
            in.readCount("stored length of a root", Integer.MAX_VALUE),
            in.readCount("raw length of a root", Frames.MAX_RAW_BYTES));
    try {
      return new SectionMeta(
          new Tenant(tenant),
          series,
          samples,
          samples == 0 ? Optional.empty() : Optional.of(new TimeRange(start, end)),
          root,
          version < BlockFormat.FIRST_WITH_EXEMPLARS ? Optional.empty() : readExemplars(in));
    } catch (WeirException.BadData e) {
      throw new WeirException.Corrupt(in.corrupt("a section is not possible").getMessage(), e);
    }
  }

  private static Optional<Exemplars> readExemplars(ByteReader in) {
    long count = in.readUvarint();
    if (count == 0) {
      return Optional.empty();
    }
    long start = in.readVarint();
    return Optional.of(new Exemplars(count, new TimeRange(start, start + in.readUvarint())));
  }
}
