package dev.weir.service.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Notices that clients have gone while their requests are in work. Nobody reads from a connection
/// then, so nobody would see that it was closed; this looks a few times a second.
///
/// Only for HTTP/1.1, where a connection has one request at a time, and only once the request has
/// been read to its end: what comes next on the connection is its end, or the first byte of another
/// request. That byte is handed to the connection as if it had come with the first request. As in
/// Prometheus, a client that closes its direction of the connection has gone, even if it still
/// reads.
final class ClientWatch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ClientWatch.class);

  private static final long EVERY_MILLIS = Duration.ofMillis(200).toMillis();

  private final ScheduledThreadPoolExecutor timer =
      new ScheduledThreadPoolExecutor(
          1, Thread.ofPlatform().name("http-clients").daemon().factory());
  private final Set<Watch> watches = ConcurrentHashMap.newKeySet();
  private final HttpMetrics metrics;

  ClientWatch(HttpMetrics metrics) {
    this.metrics = metrics;
    var _ =
        timer.scheduleWithFixedDelay(this::poll, EVERY_MILLIS, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void poll() {
    for (Watch watch : watches) {
      try {
        watch.poll();
      } catch (RuntimeException e) {
        // The other clients are looked at all the same.
        watch.close();
        log.warn("cannot see whether a client has gone, taking it to be there", e);
      }
    }
  }

  /// Watches the client of a request that was read to its end.
  ///
  /// @param gone is run once, if it goes before the watch is closed
  Watch watch(Request request, Runnable gone) {
    Watch watch = new Watch(request.getConnectionMetaData().getConnection(), gone);
    watches.add(watch);
    return watch;
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }

  /// The watch over one request. Closed by the thread that handles the request, before it answers.
  final class Watch implements ClientPresence {
    private final Connection connection;
    private final Runnable gone;
    private boolean ended;

    private Watch(Connection connection, Runnable gone) {
      this.connection = connection;
      this.gone = gone;
    }

    private synchronized void poll() {
      if (ended) {
        return;
      }
      EndPoint endPoint = connection.getEndPoint();
      ByteBuffer next = ByteBuffer.allocate(1);
      // An end point fills buffers behind their limit.
      next.limit(0);
      int read;
      try {
        read = endPoint.fill(next);
      } catch (IOException _) {
        // The connection was reset.
        read = -1;
      }
      if (read > 0) {
        ended = true;
        if (connection instanceof Connection.UpgradeTo taking) {
          taking.onUpgradeTo(next);
        }
      } else if (read < 0) {
        ended = true;
        metrics.clientGone();
        gone.run();
      }
    }

    @Override
    public void close() {
      synchronized (this) {
        ended = true;
      }
      watches.remove(this);
    }
  }
}
