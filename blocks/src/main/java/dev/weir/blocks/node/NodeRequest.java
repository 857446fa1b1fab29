package dev.weir.blocks.node;

import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteReader;
import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.blocks.bytes.MatcherCodec;
import dev.weir.model.Matcher;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.SelectHints;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// A question to a storage node.
///
/// ```
/// Request   => Version:u8 Kind:u8 Body
/// Body      => [nothing]                                              of kind 0, status
///            | Scope Matchers Range Hints                             of kind 1, select
///            | Scope Selectors Range Limit:uvarint                    of kind 2, label names
///            | Scope Name:text Selectors Range Limit:uvarint          of kind 3, label values
///            | Scope Selectors Range Limit:uvarint                    of kind 4, series
///            | Scope Selectors Range Limit:uvarint                    of kind 5, exemplars
///            | [nothing]                                            of kind 6, kept rows
///            | Scope FromMillis:varint Question                     of kind 7, leaves
/// Scope     => Count:uvarint (Topic:text Partition:uvarint Offset:uvarint)* Tenant:text
/// Selectors => Count:uvarint Matchers*
/// Range     => StartMillis:varint EndMillis:varint
/// Hints     => StepMillis:uvarint RangeMillis:uvarint Function:text
///              Count:uvarint Grouping:text* Flags:u8
/// ```
///
/// Primitives are those of [dev.weir.blocks.bytes], *Matchers* those of [MatcherCodec]. *Version*
/// is 1. *Function* is empty where there is none. *Flags* has bit 0 for `by` and bit 1 for series
/// only. Bytes after the last field are refused.
///
/// Example: the question for the status is `01 00`.
///
/// Version 1 is the first version. Kinds 5 to 7 came later; *Question* is that of [LeafCodec]. A
/// node that does not know a kind says so.
sealed interface NodeRequest {
  int VERSION = 1;

  record Status() implements NodeRequest {}

  /// Whose rows of which partitions, and from where on.
  record Scope(List<PartitionOffset> offsets, Tenant tenant) {
    public Scope {
      offsets = List.copyOf(offsets);
      requireNonNull(tenant, "tenant");
    }
  }

  record Select(Scope scope, List<Matcher> matchers, TimeRange range, SelectHints hints)
      implements NodeRequest {}

  record LabelNames(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit)
      implements NodeRequest {}

  record LabelValues(
      Scope scope, String name, List<List<Matcher>> selectors, TimeRange range, int limit)
      implements NodeRequest {}

  record Series(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit)
      implements NodeRequest {}

  record Exemplars(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit)
      implements NodeRequest {}

  record Kept() implements NodeRequest {}

  /// @param scope with [KeptRows#startOffset] of each partition
  record Leaves(Scope scope, long fromMillis, LeafQuestion question) implements NodeRequest {}

  default byte[] toBytes() {
    ByteWriter out = new ByteWriter();
    out.writeByte(VERSION);
    switch (this) {
      case Status() -> out.writeByte(0);
      case Select(Scope scope, List<Matcher> matchers, TimeRange range, SelectHints hints) -> {
        write(scope, out.writeByte(1));
        MatcherCodec.write(matchers, out);
        write(range, out);
        write(hints, out);
      }
      case LabelNames(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit) -> {
        write(scope, out.writeByte(2));
        write(selectors, range, limit, out);
      }
      case LabelValues(
              Scope scope,
              String name,
              List<List<Matcher>> selectors,
              TimeRange range,
              int limit) -> {
        write(scope, out.writeByte(3));
        out.writeText(name);
        write(selectors, range, limit, out);
      }
      case Series(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit) -> {
        write(scope, out.writeByte(4));
        write(selectors, range, limit, out);
      }
      case Exemplars(Scope scope, List<List<Matcher>> selectors, TimeRange range, int limit) -> {
        write(scope, out.writeByte(5));
        write(selectors, range, limit, out);
      }
      case Kept() -> out.writeByte(6);
      case Leaves(Scope scope, long fromMillis, LeafQuestion question) -> {
        write(scope, out.writeByte(7));
        out.writeVarint(fromMillis);
        LeafCodec.writeQuestion(question, out);
      }
    }
    return out.toByteArray();
  }

  private static void write(Scope scope, ByteWriter out) {
    out.writeUvarint(scope.offsets().size());
    for (PartitionOffset offset : scope.offsets()) {
      out.writeText(offset.topic());
      out.writeUvarint(offset.partition()).writeUvarint(offset.offset());
    }
    out.writeText(scope.tenant().name());
  }

  private static void write(TimeRange range, ByteWriter out) {
    out.writeVarint(range.startMillis()).writeVarint(range.endMillis());
  }

  private static void write(
      List<List<Matcher>> selectors, TimeRange range, int limit, ByteWriter out) {
    MatcherCodec.writeSelectors(selectors, out);
    write(range, out);
    out.writeUvarint(limit);
  }

  private static void write(SelectHints hints, ByteWriter out) {
    out.writeUvarint(hints.stepMillis()).writeUvarint(hints.rangeMillis());
    out.writeText(hints.function().orElse(""));
    out.writeUvarint(hints.grouping().size());
    hints.grouping().forEach(out::writeText);
    out.writeByte((hints.by() ? 1 : 0) | (hints.seriesOnly() ? 2 : 0));
  }

  /// @throws dev.weir.model.WeirException.Corrupt if the bytes are no request
  /// @throws dev.weir.model.WeirException.BadData if they ask for what cannot be, such as a
  ///   malformed regular expression
  static NodeRequest parse(byte[] bytes) {
    ByteReader in = new ByteReader(bytes, "storage node request");
    int version = in.readByte();
    if (version != VERSION) {
      throw in.corrupt(
          "version %d is not known; this program speaks version %d".formatted(version, VERSION));
    }
    int kind = in.readByte();
    NodeRequest request =
        switch (kind) {
          case 0 -> new Status();
          case 1 -> new Select(readScope(in), MatcherCodec.read(in), readRange(in), readHints(in));
          case 2 ->
              new LabelNames(
                  readScope(in), MatcherCodec.readSelectors(in), readRange(in), readLimit(in));
          case 3 ->
              new LabelValues(
                  readScope(in),
                  in.readText(),
                  MatcherCodec.readSelectors(in),
                  readRange(in),
                  readLimit(in));
          case 4 ->
              new Series(
                  readScope(in), MatcherCodec.readSelectors(in), readRange(in), readLimit(in));
          case 5 ->
              new Exemplars(
                  readScope(in), MatcherCodec.readSelectors(in), readRange(in), readLimit(in));
          case 6 -> new Kept();
          case 7 -> new Leaves(readScope(in), in.readVarint(), LeafCodec.readQuestion(in));
          default -> throw in.corrupt("kind %d is not one of 0 to 7".formatted(kind));
        };
    in.expectEnd();
    return request;
  }

  private static Scope readScope(ByteReader in) {
    int count = in.readCountOfRemaining("number of partitions", 3);
    List<PartitionOffset> offsets = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      String topic = in.readText();
      int partition = in.readCount("partition", Integer.MAX_VALUE);
      offsets.add(new PartitionOffset(topic, partition, in.readUvarint()));
    }
    return new Scope(offsets, new Tenant(in.readText()));
  }

  private static TimeRange readRange(ByteReader in) {
    return new TimeRange(in.readVarint(), in.readVarint());
  }

  private static int readLimit(ByteReader in) {
    return in.readCount("limit", Integer.MAX_VALUE);
  }

  private static SelectHints readHints(ByteReader in) {
    long stepMillis = in.readUvarint();
    long rangeMillis = in.readUvarint();
    String function = in.readText();
    int count = in.readCountOfRemaining("number of grouping labels", 1);
    List<String> grouping = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      grouping.add(in.readText());
    }
    int flags = in.readByte();
    return new SelectHints(
        stepMillis,
        rangeMillis,
        Optional.of(function).filter(name -> !name.isEmpty()),
        grouping,
        (flags & 1) != 0,
        (flags & 2) != 0);
  }
}
