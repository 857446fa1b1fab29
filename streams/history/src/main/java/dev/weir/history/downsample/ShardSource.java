package dev.weir.history.downsample;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.weir.model.Hash128;
import dev.weir.model.Matcher;
import dev.weir.model.PartitionKey;
import dev.weir.model.Tenant;
import dev.weir.model.TimeRange;
import dev.weir.model.source.Completeness;
import dev.weir.model.source.ForwardingSource;
import dev.weir.model.source.GroupCursor;
import dev.weir.model.source.SelectHints;
import dev.weir.model.source.SeriesGroup;
import dev.weir.model.source.SeriesSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One shard of what a source has. All series of a target are in one shard, whatever groups and
/// sources they are found in, so sources are cut before they are merged: who merges them holds the
/// groups of a shard, and not those of all. Listings name all series still.
///
/// @param shard number, from 0
record ShardSource(SeriesSource source, int shard, int shards) implements ForwardingSource {
  ShardSource {
    requireNonNull(source, "source");
    if (shard < 0 || shard >= shards) {
      throw new IllegalArgumentException("shard %d of %d".formatted(shard, shards));
    }
  }

  @Override
  public GroupCursor select(
      Tenant tenant, List<Matcher> matchers, TimeRange range, SelectHints hints) {
    GroupCursor cursor = source.select(tenant, matchers, range, hints);
    return new GroupCursor() {
      @Override
      public @Nullable SeriesGroup next() {
        SeriesGroup group = cursor.next();
        while (group != null && shardOf(group.key().partitionKey()) != shard) {
          group = cursor.next();
        }
        return group;
      }

      @Override
      public Completeness completeness() {
        return cursor.completeness();
      }

      @Override
      public void close() {
        cursor.close();
      }
    };
  }

  private int shardOf(PartitionKey key) {
    return Math.floorMod(Hash128.of(key.toString().getBytes(UTF_8)).hashCode(), shards);
  }
}
