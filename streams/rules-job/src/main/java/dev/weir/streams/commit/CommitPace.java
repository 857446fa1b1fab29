package dev.weir.streams.commit;

import java.time.Duration;

/// When tasks ask for a commit: as soon as they have results, for somebody waits for those, but a
/// thread no more often than every interval. A commit is of all tasks of its thread, so what one of
/// them asks for is done for all.
///
/// Kafka Streams commits by itself, too, at its own slower pace; what was only read waits for that.
public final class CommitPace {
  private static final class OfThread {
    private long nextMillis;
    private boolean results;
  }

  private final long intervalMillis;
  private final ThreadLocal<OfThread> ofThread = ThreadLocal.withInitial(OfThread::new);

  public CommitPace(Duration interval) {
    this.intervalMillis = interval.toMillis();
  }

  /// The calling thread has results.
  ///
  /// @param request asks for a commit
  public void results(long nowMillis, Runnable request) {
    ofThread.get().results = true;
    tick(nowMillis, request);
  }

  /// Time has passed.
  ///
  /// @param request asks for a commit
  public void tick(long nowMillis, Runnable request) {
    OfThread thread = ofThread.get();
    // A clock that was set back must not hold results up.
    boolean due = nowMillis >= thread.nextMillis || nowMillis < thread.nextMillis - intervalMillis;
    if (thread.results && due) {
      thread.results = false;
      thread.nextMillis = nowMillis + intervalMillis;
      request.run();
    }
  }
}
