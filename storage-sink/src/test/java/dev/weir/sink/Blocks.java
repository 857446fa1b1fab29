package dev.weir.sink;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.weir.blocks.block.BlockCache;
import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.block.BlockSeriesSource;
import dev.weir.blocks.merge.MergedSeriesSource;
import dev.weir.blocks.store.BlockFile;
import dev.weir.blocks.store.BlockName;
import dev.weir.blocks.store.BlockStore;
import dev.weir.blocks.store.OffsetRange;
import dev.weir.model.AbsentValue;
import dev.weir.model.Labels;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.GroupSamples;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.TopicPartition;

/// What is in a store of blocks, for tests to look at.
final class Blocks {
  private Blocks() {}

  /// The links of a partition's chain, after checking that each begins where the one before ends.
  static List<BlockReader> chain(BlockStore store, TopicPartition partition) {
    List<BlockReader> links = new ArrayList<>();
    long end = -1;
    for (var block : store.list(BlockName.Chain.prefix(partition.topic(), partition.partition()))) {
      BlockReader link = BlockReader.open(BlockFile.of(store, block), new BlockCache(1 << 20));
      OffsetRange covers = link.meta().covers().getFirst();
      if (end >= 0) {
        assertEquals(end, covers.firstOffset(), "a link begins where the one before ends");
      }
      end = covers.endOffset();
      links.add(link);
    }
    return links;
  }

  /// Blocks, then what the owner has from their end on: what a query reads.
  static SeriesSource joined(BlockStore store, PartitionIngester owner) {
    List<SeriesSource> sources = new ArrayList<>();
    for (BlockReader link : chain(store, owner.partition())) {
      sources.add(new BlockSeriesSource(link));
    }
    sources.add(owner.head().from(owner.chainEnd()));
    return new MergedSeriesSource(sources, Runnable::run);
  }

  /// Every sample of every series of a tenant.
  static Map<Labels, Map<Long, Double>> samples(SeriesSource source, Tenant tenant) {
    Map<Labels, Map<Long, Double>> samples = new TreeMap<>();
    try (GroupCursor cursor = source.select(tenant, List.of(), TimeRange.ALL, SelectHints.NONE)) {
      for (SeriesGroup group = cursor.next(); group != null; group = cursor.next()) {
        GroupSamples read = group.read();
        for (int c = 0; c < group.series().size(); c++) {
          Map<Long, Double> points =
              samples.computeIfAbsent(group.series().get(c).labels(), _ -> new TreeMap<>());
          for (int i = 0; i < read.timestampsMillis().length; i++) {
            double value = read.columns().get(c).values()[i];
            if (!AbsentValue.is(value)) {
              assertEquals(null, points.put(read.timestampsMillis()[i], value));
            }
          }
        }
      }
    }
    return samples;
  }
}
