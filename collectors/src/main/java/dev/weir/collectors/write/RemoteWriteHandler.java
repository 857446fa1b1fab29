package dev.weir.collectors.write;

import static java.util.Objects.requireNonNull;

import dev.weir.collectors.publish.OutgoingRows;
import dev.weir.collectors.series.SeriesByTenant;
import dev.weir.collectors.series.TenantSeries;
import dev.weir.model.CountText;
import dev.weir.model.DurationText;
import dev.weir.model.Tenant;
import dev.weir.model.WeirException;
import dev.weir.schemas.MetricMetadata;
import dev.weir.schemas.publish.RowAssembler;
import dev.weir.service.http.HttpError;
import dev.weir.service.http.HttpHandler;
import dev.weir.service.http.HttpRequest;
import dev.weir.service.http.HttpResponse;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.Snappy;

/// Answers `POST /api/v1/write`: remote write 1.0.
///
/// | answer | when |
/// |---|---|
/// | 204 | Kafka has every sample for good |
/// | 400 | the message makes no sense, or parts of it: the rest was taken. Sending it again would not help |
/// | 413 | the message is too large, as it came or uncompressed, or has too many samples |
/// | 415 | another version or compression |
/// | 429 | too many tenants, or the tenant has too many series: the rest was taken |
/// | 503 | too many requests at once, Kafka did not acknowledge in time, or the buffer is full |
///
/// A sender keeps what was answered with 503, and with 429 if it is told so; the rest it drops.
/// What was taken and comes again is a duplicate, which readers drop.
public final class RemoteWriteHandler implements HttpHandler {
  private static final Logger log = LoggerFactory.getLogger(RemoteWriteHandler.class);

  private static final String CONTENT_TYPE = "application/x-protobuf";
  private static final String VERSION_1 = "prometheus.WriteRequest";
  private static final String RETRY_AFTER_SECONDS = "1";

  /// Bounds of a handler.
  ///
  /// @param maxMessageBytes of a message, uncompressed
  /// @param maxConcurrent requests in work at once
  /// @param timeout for Kafka's acknowledgement
  public record Settings(long maxMessageBytes, int maxConcurrent, Duration timeout) {}

  private final Settings settings;
  private final SeriesByTenant tenants;
  private final Function<List<OutgoingRows>, CompletableFuture<Void>> publisher;
  private final Consumer<MetricMetadata> metadata;
  private final InstantSource clock;
  private final WriteMetrics metrics;
  private final Semaphore permits;

  /// @param publisher takes rows; what it returns is done when Kafka has them
  public RemoteWriteHandler(
      Settings settings,
      SeriesByTenant tenants,
      Function<List<OutgoingRows>, CompletableFuture<Void>> publisher,
      Consumer<MetricMetadata> metadata,
      InstantSource clock,
      WriteMetrics metrics) {
    this.settings = requireNonNull(settings, "settings");
    this.tenants = requireNonNull(tenants, "tenants");
    this.publisher = requireNonNull(publisher, "publisher");
    this.metadata = requireNonNull(metadata, "metadata");
    this.clock = requireNonNull(clock, "clock");
    this.metrics = requireNonNull(metrics, "metrics");
    this.permits = new Semaphore(settings.maxConcurrent());
  }

  @Override
  public HttpResponse handle(HttpRequest request) {
    checkFormat(request);
    if (!permits.tryAcquire()) {
      return later(
          "%s in work, as many as collector.max_concurrent_writes allows; try again later"
              .formatted(CountText.of(settings.maxConcurrent(), "request")));
    }
    try {
      return write(request.tenant(), message(request));
    } catch (WeirException.Unavailable e) {
      log.debug("a request is put off", e);
      return later(String.valueOf(e.getMessage()));
    } finally {
      permits.release();
    }
  }

  /// Not 429: a Prometheus that is not told to keep such samples (`retry_on_http_429`) drops them.
  private static HttpResponse later(String why) {
    return HttpResponse.text(503, why + "\n").withHeader("Retry-After", RETRY_AFTER_SECONDS);
  }

  private static void checkFormat(HttpRequest request) {
    String type = request.header("Content-Type").orElse(CONTENT_TYPE).strip();
    String[] parts = type.split(";");
    boolean supported = parts[0].strip().equalsIgnoreCase(CONTENT_TYPE);
    for (int i = 1; i < parts.length; i++) {
      String parameter = parts[i].strip();
      supported &= !parameter.startsWith("proto=") || parameter.equals("proto=" + VERSION_1);
    }
    if (!supported) {
      throw new HttpError(
          415,
          "Content-Type \"%s\" is not supported; send remote write 1.0 (%s)"
              .formatted(type, CONTENT_TYPE));
    }
    String encoding = request.contentEncoding().orElse("snappy");
    if (!encoding.toLowerCase(Locale.ROOT).equals("snappy")) {
      throw new HttpError(
          415, "Content-Encoding \"%s\" is not supported; send snappy".formatted(encoding));
    }
  }

  private byte[] message(HttpRequest request) {
    byte[] body = request.body();
    try {
      long length = Snappy.uncompressedLength(body);
      if (length < 0 || length > settings.maxMessageBytes()) {
        throw new HttpError(
            413,
            "the message has %d bytes uncompressed, more than http.max_body_bytes allows (%d); send"
                    .formatted(length, settings.maxMessageBytes())
                + " less at once (max_samples_per_send), or raise the limit");
      }
      return Snappy.uncompress(body);
    } catch (IOException e) {
      throw new WeirException.BadData("the body is not snappy-compressed: " + e.getMessage(), e);
    }
  }

  private static HttpError refused(int status, WeirException reason) {
    HttpError error = new HttpError(status, reason.getMessage());
    error.initCause(reason);
    return error;
  }

  private HttpResponse write(Tenant tenant, byte[] message) {
    try {
      return tenants.use(tenant, series -> write(series, message));
    } catch (WeirException.LimitExceeded e) {
      throw refused(429, e);
    }
  }

  private HttpResponse write(TenantSeries series, byte[] message) {
    Tenant tenant = series.tenant();
    RowAssembler rows = series.pushed().assembler();
    WriteRequestReader reader =
        new WriteRequestReader(
            message,
            tenant,
            series.limits(),
            series.pushed(),
            rows,
            series.acceptedTimes(clock.millis()));
    try {
      reader.read();
      List<OutgoingRows> outgoing = rows.finish().stream().map(OutgoingRows::pushed).toList();
      if (!outgoing.isEmpty()) {
        awaitDelivery(publisher.apply(outgoing));
      }
    } catch (WeirException.LimitExceeded e) {
      // Series beyond the tenant's limit are refused one by one: what is too large is the request.
      throw refused(413, e);
    }
    reader.metadata().forEach(metadata);
    metrics.taken(tenant.name(), reader.samples());
    metrics.duplicates(tenant.name(), rows.duplicates());
    metrics.refused(tenant.name(), reader.refusals());
    if (!reader.refusals().isEmpty()) {
      throw new HttpError(
          reader.refusals().mayBeTakenLater() ? 429 : 400, reader.refusals().message());
    }
    return HttpResponse.empty(204);
  }

  private void awaitDelivery(CompletableFuture<Void> delivery) {
    try {
      delivery.get(settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      delivery.cancel(false);
      throw new WeirException.Unavailable(
          "Kafka did not acknowledge the samples within %s (collector.write_timeout); try again later"
              .formatted(DurationText.format(settings.timeout().toMillis())),
          e);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof WeirException problem) {
        throw problem;
      }
      throw new WeirException.Internal("the samples were not published: " + e.getCause(), e);
    } catch (InterruptedException e) {
      delivery.cancel(false);
      Thread.currentThread().interrupt();
      throw new WeirException.Canceled("the request was given up: this collector stops");
    }
  }
}
