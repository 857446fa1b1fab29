package dev.weir.blocks.tsdb;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.blocks.bytes.ByteWriter;
import dev.weir.model.Labels;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Writes the index of a block ([IndexReader]) in one go, when all series are known. In memory are
/// the labels of all series and, for one label name at a time, a number for each series that has
/// it.
final class IndexWriter implements AutoCloseable {
  private static final int LIST_ALIGNMENT = 4;

  private final TsdbOutput out;
  private final List<Labels> series;
  private String[] symbols = new String[0];
  private final Map<String, Integer> numbers = new HashMap<>();
  private int[] references = new int[0];

  /// Gives the chunks of a series.
  @FunctionalInterface
  interface ChunksOf {
    ChunkSpool.Chunks get(int place);
  }

  /// @param series in order of labels, each once
  IndexWriter(Path block, List<Labels> series) {
    this.out = new TsdbOutput(block.resolve(IndexReader.FILE));
    this.series = series;
  }

  void write(ChunksOf chunks) {
    out.writeU32(IndexReader.MAGIC).writeByte(IndexReader.VERSION);
    long symbolsAt = out.position();
    writeSymbols();
    long seriesAt = writeSeries(chunks);
    out.align(LIST_ALIGNMENT);
    long labelIndicesAt = out.position();
    int[] names = names();
    int[][] values = new int[names.length][];
    long[] labelIndices = new long[names.length];
    for (int i = 0; i < names.length; i++) {
      values[i] = valuesOf(names[i]);
      labelIndices[i] = writeLabelIndex(values[i]);
    }
    long postingsAt = out.position();
    PostingsTable table = new PostingsTable();
    table.add(0, 0, writeAllPostings());
    for (int i = 0; i < names.length; i++) {
      writePostings(names[i], values[i], table);
    }
    long labelOffsetsAt = out.position();
    writeLabelOffsets(names, labelIndices);
    long postingOffsetsAt = out.position();
    writePostingOffsets(table);
    out.startChecksum();
    out.writeU64(symbolsAt).writeU64(seriesAt).writeU64(labelIndicesAt);
    out.writeU64(labelOffsetsAt).writeU64(postingsAt).writeU64(postingOffsetsAt);
    out.writeChecksum();
    out.sync();
  }

  private void writeSymbols() {
    Set<String> distinct = new HashSet<>();
    for (Labels labels : series) {
      labels.forEach((name, value) -> {
        distinct.add(name);
        distinct.add(value);
      });
    }
    symbols = distinct.toArray(String[]::new);
    Arrays.sort(symbols, Labels::compareText);
    long section = out.startSection();
    out.writeU32(symbols.length);
    for (int i = 0; i < symbols.length; i++) {
      numbers.put(symbols[i], i);
      out.writeText(symbols[i].getBytes(UTF_8));
    }
    out.endSection(section);
  }

  private int number(String symbol) {
    return requireNonNull(numbers.get(symbol), "a symbol");
  }

  /// @return where the first begins
  private long writeSeries(ChunksOf chunks) {
    references = new int[series.size()];
    ByteWriter entry = new ByteWriter();
    out.align(IndexReader.SERIES_ALIGNMENT);
    long start = out.position();
    for (int place = 0; place < references.length; place++) {
      out.align(IndexReader.SERIES_ALIGNMENT);
      references[place] = (int) (out.position() / IndexReader.SERIES_ALIGNMENT);
      entry.truncate(0);
      Labels labels = series.get(place);
      entry.writeUvarint(labels.size());
      for (int i = 0; i < labels.size(); i++) {
        entry.writeUvarint(number(labels.name(i))).writeUvarint(number(labels.value(i)));
      }
      writeChunks(chunks.get(place), entry);
      out.writeUvarint(entry.length());
      out.startChecksum();
      out.writeBytes(entry.array(), 0, entry.length());
      out.writeChecksum();
    }
    return start;
  }

  private static void writeChunks(ChunkSpool.Chunks chunks, ByteWriter entry) {
    entry.writeUvarint(chunks.count());
    for (int i = 0; i < chunks.count(); i++) {
      long start = chunks.startMillis()[i];
      if (i == 0) {
        entry.writeVarint(start);
      } else {
        entry.writeUvarint(start - chunks.endMillis()[i - 1]);
      }
      entry.writeUvarint(chunks.endMillis()[i] - start);
      if (i == 0) {
        entry.writeUvarint(chunks.chunks()[i]);
      } else {
        entry.writeVarint(chunks.chunks()[i] - chunks.chunks()[i - 1]);
      }
    }
  }

  /// Numbers of the names of labels, ascending.
  private int[] names() {
    Set<Integer> names = new HashSet<>();
    for (Labels labels : series) {
      for (int i = 0; i < labels.size(); i++) {
        names.add(number(labels.name(i)));
      }
    }
    return names.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  /// Numbers of the values of a label, ascending.
  private int[] valuesOf(int name) {
    Set<Integer> values = new HashSet<>();
    for (Labels labels : series) {
      String value = labels.get(symbols[name]);
      if (!value.isEmpty()) {
        values.add(number(value));
      }
    }
    return values.stream().mapToInt(Integer::intValue).sorted().toArray();
  }

  private long writeLabelIndex(int[] values) {
    out.align(LIST_ALIGNMENT);
    long section = out.startSection();
    out.writeU32(1).writeU32(values.length);
    for (int value : values) {
      out.writeU32(value);
    }
    out.endSection(section);
    return section;
  }

  private long writeAllPostings() {
    out.align(LIST_ALIGNMENT);
    long section = out.startSection();
    out.writeU32(references.length);
    for (int reference : references) {
      out.writeU32(reference);
    }
    out.endSection(section);
    return section;
  }

  /// Writes the postings of all values of a name.
  private void writePostings(int name, int[] values, PostingsTable table) {
    // The upper half is the value, the lower the place of the series: sorted, they are the lists.
    long[] members = new long[series.size()];
    int count = 0;
    for (int place = 0; place < members.length; place++) {
      String value = series.get(place).get(symbols[name]);
      if (!value.isEmpty()) {
        members[count++] = ((long) number(value) << 32) | place;
      }
    }
    Arrays.sort(members, 0, count);
    int from = 0;
    for (int value : values) {
      int to = from;
      while (to < count && members[to] >>> 32 == value) {
        to++;
      }
      out.align(LIST_ALIGNMENT);
      long section = out.startSection();
      out.writeU32(to - from);
      for (int i = from; i < to; i++) {
        out.writeU32(references[(int) members[i]]);
      }
      out.endSection(section);
      table.add(name, value, section);
      from = to;
    }
  }

  private void writeLabelOffsets(int[] names, long[] labelIndices) {
    long section = out.startSection();
    out.writeU32(names.length);
    for (int i = 0; i < names.length; i++) {
      out.writeByte(1).writeText(symbols[names[i]].getBytes(UTF_8)).writeUvarint(labelIndices[i]);
    }
    out.endSection(section);
  }

  private void writePostingOffsets(PostingsTable table) {
    long section = out.startSection();
    out.writeU32(table.count);
    for (int i = 0; i < table.count; i++) {
      out.writeByte(2);
      out.writeText(i == 0 ? new byte[0] : symbols[table.names[i]].getBytes(UTF_8));
      out.writeText(i == 0 ? new byte[0] : symbols[table.values[i]].getBytes(UTF_8));
      out.writeUvarint(table.offsets[i]);
    }
    out.endSection(section);
  }

  /// Label pairs, by the numbers of their symbols, and where their postings are. The first stands
  /// for all series.
  private static final class PostingsTable {
    private int[] names = new int[64];
    private int[] values = new int[64];
    private long[] offsets = new long[64];
    private int count;

    private void add(int name, int value, long offset) {
      if (count == names.length) {
        names = Arrays.copyOf(names, count * 2);
        values = Arrays.copyOf(values, count * 2);
        offsets = Arrays.copyOf(offsets, count * 2);
      }
      names[count] = name;
      values[count] = value;
      offsets[count++] = offset;
    }
  }

  @Override
  public void close() {
    out.close();
  }
}
