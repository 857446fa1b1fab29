package dev.weir.query.source;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A body whose sender may not fall silent: a read that gets nothing for too long closes the stream
/// and fails. Belongs to one thread, like any stream.
///
/// The time limit of the HTTP client ends when the headers of an answer are there; a sender that
/// hangs after them would hold its reader for ever.
final class BoundedStream extends FilterInputStream {
  private final String from;
  private final long silenceMillis;
  private final ScheduledExecutorService timer;
  private volatile boolean silent;

  /// @param from what sends, for messages
  /// @param silenceMillis how long a read may wait
  /// @param timer closes the stream; closing waits for nobody
  BoundedStream(InputStream in, String from, long silenceMillis, ScheduledExecutorService timer) {
    super(in);
    this.from = from;
    this.silenceMillis = silenceMillis;
    this.timer = timer;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] to, int offset, int length) throws IOException {
    // What has arrived is read without a watch.
    if (in.available() > 0) {
      return in.read(to, offset, length);
    }
    ScheduledFuture<?> watch = timer.schedule(this::breakOff, silenceMillis, TimeUnit.MILLISECONDS);
    try {
      int read = in.read(to, offset, length);
      if (silent) {
        throw fellSilent(null);
      }
      return read;
    } catch (IOException e) {
      throw silent ? fellSilent(e) : e;
    } finally {
      watch.cancel(false);
    }
  }

  private void breakOff() {
    silent = true;
    try {
      in.close();
    } catch (IOException e) {
      // The reader fails all the same: it sees that the sender is silent.
      return;
    }
  }

  private IOException fellSilent(@Nullable IOException cause) {
    return new IOException("%s sent nothing for %d ms".formatted(from, silenceMillis), cause);
  }
}
