package dev.weir.query.watch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.weir.model.WeirException;
import dev.weir.promql.query.QueryStatistics;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down every query, as Prometheus does with `query_log_file`: a line of JSON each, when the
/// query has ended.
///
/// ```
/// {"params":{"end":"2024-05-01T10:00:00.000Z","query":"up","start":"2024-05-01T10:00:00.000Z",
///   "step":0},"error":"…","stats":{"timings":{…},"samples":{…}},
///   "ts":"2024-05-01T10:00:00.012Z","tenant":"default",
///   "httpRequest":{"clientIP":"127.0.0.1","method":"GET","path":"/api/v1/query"}}
/// ```
///
/// A query never waits for the disk: lines go to a thread of their own, and those that find its
/// queue full are dropped and counted.
public final class QueryLog implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueryLog.class);

  /// Length of all lines that wait for the disk.
  private static final int MAX_QUEUED_BYTES = 4 << 20;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(5);

  private static final JsonFactory JSON = new JsonFactory();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final ArrayDeque<byte[]> queue = new ArrayDeque<>();
  private final Counter lines;
  private final Thread writer = Thread.ofPlatform().name("query-log").daemon().unstarted(this::run);
  private int queuedBytes;
  private boolean writing;
  private boolean failing;
  private boolean closed;
  private volatile @Nullable OutputStream file;

  public QueryLog(PrometheusRegistry registry) {
    lines =
        Counter.builder()
            .name("weir_query_log_lines_total")
            .help("Lines of the query log, by whether they were written, dropped or failed.")
            .labelNames("outcome")
            .register(registry);
    GaugeWithCallback.builder()
        .name("weir_query_log_enabled")
        .help("Whether queries are written down.")
        .callback(gauge -> gauge.call(isEnabled() ? 1 : 0))
        .register(registry);
    writer.start();
  }

  /// Goes on in this file, behind what is there, or in none. A file that has been moved away is
  /// made anew.
  ///
  /// @throws WeirException.Unavailable if it cannot be written; then all stays as it is
  public void open(Optional<Path> path) {
    OutputStream opened = path.map(QueryLog::openFile).orElse(null);
    OutputStream before;
    synchronized (queue) {
      awaitWritten();
      before = file;
      file = opened;
    }
    if (before != null) {
      try {
        before.close();
      } catch (IOException e) {
        log.warn("the query log was not closed as it should be: {}", e.toString());
      }
    }
  }

  private static OutputStream openFile(Path path) {
    try {
      return new BufferedOutputStream(
          Files.newOutputStream(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    } catch (IOException e) {
      throw new WeirException.Unavailable(
          "query log %s cannot be written: %s; give another file, or make it writable"
              .formatted(path, e),
          e);
    }
  }

  /// Whether queries are written down.
  public boolean isEnabled() {
    return file != null;
  }

  /// Writes a query down.
  ///
  /// @param error why it failed, if it did
  /// @param now when it ended
  void add(Question question, QueryStatistics statistics, Optional<String> error, Instant now) {
    if (!isEnabled()) {
      return;
    }
    byte[] line = line(question, statistics, error, now);
    synchronized (queue) {
      if (closed || queuedBytes + line.length > MAX_QUEUED_BYTES) {
        lines.labelValues("dropped").inc();
        return;
      }
      queue.add(line);
      queuedBytes += line.length;
      queue.notifyAll();
    }
  }

  private static byte[] line(
      Question question, QueryStatistics statistics, Optional<String> error, Instant now) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator json = JSON.createGenerator(out)) {
      json.writeStartObject();
      json.writeObjectFieldStart("params");
      json.writeStringField("end", TIME.format(Instant.ofEpochMilli(question.endMillis())));
      json.writeStringField("query", question.query());
      json.writeStringField("start", TIME.format(Instant.ofEpochMilli(question.startMillis())));
      json.writeNumberField("step", question.stepMillis() / 1000);
      json.writeEndObject();
      if (error.isPresent()) {
        json.writeStringField("error", error.get());
      }
      json.writeFieldName("stats");
      StatisticsJson.write(json, statistics);
      json.writeStringField("ts", TIME.format(now));
      json.writeStringField("tenant", question.tenant().name());
      json.writeObjectFieldStart("httpRequest");
      json.writeStringField("clientIP", question.clientAddress());
      json.writeStringField("method", question.method());
      json.writeStringField("path", question.path());
      json.writeEndObject();
      json.writeEndObject();
      json.writeRaw('\n');
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot fail", e);
    }
    return out.toByteArray();
  }

  private void run() {
    while (true) {
      byte[] line;
      boolean last;
      OutputStream to;
      synchronized (queue) {
        writing = false;
        queue.notifyAll();
        while (queue.isEmpty()) {
          if (closed) {
            return;
          }
          try {
            queue.wait();
          } catch (InterruptedException _) {
            return;
          }
        }
        line = queue.remove();
        queuedBytes -= line.length;
        last = queue.isEmpty();
        to = file;
        writing = true;
      }
      if (to != null) {
        write(line, last, to);
      }
    }
  }

  private void write(byte[] line, boolean last, OutputStream to) {
    try {
      to.write(line);
      if (last) {
        to.flush();
      }
      lines.labelValues("written").inc();
      failing = false;
    } catch (IOException e) {
      lines.labelValues("failed").inc();
      if (!failing) {
        log.warn("queries are not written down: {}", e.toString());
      }
      failing = true;
    }
  }

  /// With the lock held: waits until no line is in work or in line, but not for a disk that hangs.
  private void awaitWritten() {
    long deadlineNanos = System.nanoTime() + LONGEST_WAIT.toNanos();
    try {
      while ((writing || !queue.isEmpty()) && System.nanoTime() < deadlineNanos) {
        queue.wait(LONGEST_WAIT.toMillis());
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// Writes what is left and closes the file.
  @Override
  public void close() {
    synchronized (queue) {
      closed = true;
      queue.notifyAll();
    }
    open(Optional.empty());
  }
}
