package dev.weir.blocks.compaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Which blocks are worth merging.
///
/// @param minBlocks links; fewer are left alone while more of their time may come
/// @param maxBlocks more are merged in several goes
/// @param maxBytes of the merged blocks together; a block alone may be larger
/// @param spans what blocks of level 1, 2, … span, by the clock; each longer than the one before
public record CompactionPolicy(int minBlocks, int maxBlocks, long maxBytes, List<Duration> spans) {
  /// What blocks span that are made from links.
  public static final Duration FIRST_SPAN = Duration.ofHours(2);

  /// No block spans more, however long blocks are kept.
  public static final Duration LONGEST_SPAN = Duration.ofDays(31);

  /// A block is merged once a level: with 3, from two hours to 31 days six times.
  private static final int FACTOR = 3;

  /// With a link every five minutes, an hour or more at a time.
  public static final CompactionPolicy DEFAULT = new CompactionPolicy(12, 48, 512L << 20);

  public CompactionPolicy {
    spans = List.copyOf(spans);
    if (minBlocks < 1 || maxBlocks < minBlocks || maxBytes < 1 || spans.isEmpty()) {
      throw new IllegalArgumentException(
          "merging %d to %d blocks of %d bytes in %d levels is not possible"
              .formatted(minBlocks, maxBlocks, maxBytes, spans.size()));
    }
    for (int i = 0; i < spans.size(); i++) {
      Duration before = i == 0 ? Duration.ZERO : spans.get(i - 1);
      if (spans.get(i).compareTo(before) <= 0) {
        throw new IllegalArgumentException(
            "blocks of level %d span %s and those of the level below %s; each level spans more"
                .formatted(i + 1, spans.get(i), before));
      }
    }
  }

  /// As much as blocks span that are kept for 15 days.
  public CompactionPolicy(int minBlocks, int maxBlocks, long maxBytes) {
    this(minBlocks, maxBlocks, maxBytes, spansFor(Duration.ofDays(15), LONGEST_SPAN));
  }

  /// What blocks of each level span: two hours, three times as much with each level, and with the
  /// last a tenth of what they are kept, or `longest` if that is less. A level below that would
  /// span more than half of it is left out.
  public static List<Duration> spansFor(Duration retention, Duration longest) {
    Duration tenth = retention.dividedBy(10);
    Duration last = tenth.compareTo(longest) < 0 ? tenth : longest;
    List<Duration> spans = new ArrayList<>(List.of(FIRST_SPAN));
    Duration next = FIRST_SPAN.multipliedBy(FACTOR);
    while (next.multipliedBy(2).compareTo(last) <= 0) {
      spans.add(next);
      next = next.multipliedBy(FACTOR);
    }
    if (last.compareTo(FIRST_SPAN) > 0) {
      spans.add(last);
    }
    return spans;
  }

  /// The highest level that there is.
  int levels() {
    return spans.size();
  }

  long spanMillis(int level) {
    return spans.get(level - 1).toMillis();
  }
}
