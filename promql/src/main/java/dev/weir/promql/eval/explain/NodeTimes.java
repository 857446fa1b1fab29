package dev.weir.promql.eval.explain;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Shares out the time of threads to whatever they work for. Safe for many threads.
///
/// Streams call each other: a part of an expression hands a block to the part around it, which
/// hands something to the next, and returns. So time belongs to a part from when a thread [#enter]s
/// it to when it enters another, or leaves.
final class NodeTimes {
  private final LongSupplier nanoClock;

  // One for each query that is explained: what threads note belongs to it and goes with it.
  @SuppressWarnings("ThreadLocalUsage")
  private final ThreadLocal<Track> tracks = ThreadLocal.withInitial(Track::new);

  NodeTimes(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// What a thread works for.
  private static final class Track {
    private @Nullable LongAdder owner;
    private long sinceNanos;
  }

  /// From now on, this thread's time is this one's.
  ///
  /// @param owner gets nanoseconds; null if nobody is to get them
  /// @return whose it was, to be entered when the work is done
  @Nullable LongAdder enter(@Nullable LongAdder owner) {
    Track track = tracks.get();
    long now = nanoClock.getAsLong();
    LongAdder before = track.owner;
    if (before != null) {
      before.add(now - track.sinceNanos);
    }
    track.owner = owner;
    track.sinceNanos = now;
    return before;
  }

  long nanos() {
    return nanoClock.getAsLong();
  }
}
