package dev.weir.sink;

import dev.weir.blocks.block.BlockReader;
import dev.weir.blocks.catalog.BlockSnapshot;
import dev.weir.blocks.store.BlockName;
import dev.weir.sink.SinkSettings.RetentionSettings;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/// Which downsampled blocks may go. They stand for times, not for records, so none waits for
/// another; and they may stay when the samples go that they were made from. For one thread.
final class WindowRetention {
  /// A downsampled block.
  private record Windows(BlockReader block, BlockName.Downsampled name) {
    long endMillis() {
      return name.range().endMillis();
    }
  }

  private final List<Windows> staying = new ArrayList<>();
  private final Set<String> superseded;

  WindowRetention(BlockSnapshot snapshot) {
    this.superseded = snapshot.superseded().keySet();
    for (BlockReader block : snapshot.blocks()) {
      if (BlockName.parse(block.name()).orElse(null) instanceof BlockName.Downsampled name) {
        staying.add(new Windows(block, name));
      }
    }
    staying.sort(Comparator.comparingLong(Windows::endMillis));
  }

  /// Those that end before what their tenant keeps of their resolution.
  List<BlockReader> tooOld(RetentionSettings settings, long nowMillis) {
    List<Windows> old =
        staying.stream()
            .filter(one ->
                one.endMillis()
                    < nowMillis
                        - settings.of(one.name.tenant()).windows(one.name.resolution()).toMillis())
            .toList();
    staying.removeAll(old);
    return old.stream().map(Windows::block).toList();
  }

  /// What those take that count.
  long bytes() {
    return staying.stream()
        .filter(one -> !superseded.contains(one.block.name()))
        .mapToLong(one -> one.block.sizeBytes())
        .sum();
  }

  /// The oldest that end before all samples, so that so many bytes become free, as far as that
  /// goes.
  List<BlockReader> freeing(long bytes, long oldestSamplesMillis) {
    List<BlockReader> freed = new ArrayList<>();
    long left = bytes;
    for (Windows one : List.copyOf(staying)) {
      if (left > 0
          && one.endMillis() < oldestSamplesMillis
          && !superseded.contains(one.block.name())) {
        left -= one.block.sizeBytes();
        staying.remove(one);
        freed.add(one.block);
      }
    }
    return freed;
  }
}
