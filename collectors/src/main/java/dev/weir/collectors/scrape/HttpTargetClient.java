package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.model.WeirException;
import dev.weir.service.client.ConfiguredClient;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.ScrapeProtocol;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;

/// Scrapes over HTTP, one client for all targets of a scrape configuration. Safe for use by many
/// threads.
final class HttpTargetClient implements TargetClient, AutoCloseable {
  /// What an array holds, and one byte less.
  private static final long LONGEST_BODY = Integer.MAX_VALUE - 17;

  private final ScrapeConfig config;
  private final ConfiguredClient client;
  private final String accept;
  private final String userAgent;
  private final long maxBodyBytes;
  private final String maxBodySetting;
  private final BodyMemory memory;

  /// @param maxBodyBytes of a body where the configuration sets no smaller bound
  /// @param memory of all bodies that are in work
  HttpTargetClient(ScrapeConfig config, String userAgent, long maxBodyBytes, BodyMemory memory) {
    this.memory = memory;
    this.config = config;
    this.client = new ConfiguredClient(config.httpClient());
    this.accept = accept(config);
    this.userAgent = userAgent;
    long own = config.limits().bodyBytes();
    boolean ownIsSmaller = own > 0 && own < maxBodyBytes;
    this.maxBodyBytes = Math.min(ownIsSmaller ? own : maxBodyBytes, LONGEST_BODY);
    this.maxBodySetting = ownIsSmaller ? "body_size_limit" : "collector.max_scrape_body_bytes";
  }

  /// The formats that are asked for, as Prometheus asks: by falling quality, then anything.
  static String accept(ScrapeConfig config) {
    List<String> ranges = new ArrayList<>();
    int quality = ScrapeProtocol.values().length + 1;
    for (ScrapeProtocol protocol : config.protocols()) {
      String escaping =
          protocol.escapingNegotiated() ? ";escaping=" + config.nameEscaping().configName() : "";
      ranges.add("%s%s;q=0.%d".formatted(protocol.mediaType(), escaping, quality));
      quality--;
    }
    ranges.add("*/*;q=0." + quality);
    return String.join(",", ranges);
  }

  @Override
  public ScrapedBody fetch(Target target) throws ScrapeException, InterruptedException {
    BodyMemory.Share share = memory.share();
    boolean fetched = false;
    try {
      ScrapedBody body = fetch(target, share);
      fetched = true;
      return body;
    } finally {
      if (!fetched) {
        share.close();
      }
    }
  }

  private ScrapedBody fetch(Target target, BodyMemory.Share share)
      throws ScrapeException, InterruptedException {
    HttpResponse<BoundedBody> response = exchange(target, share);
    if (response.statusCode() != 200) {
      throw new ScrapeException("server returned HTTP status " + response.statusCode(), null);
    }
    String contentType = response.headers().firstValue("Content-Type").orElse("");
    boolean compressed =
        response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
    BoundedBody body = response.body();
    if (body.lacksMemory()) {
      throw ScrapeException.noMemory(memory.maxBytes());
    }
    if (!body.isWhole()) {
      throw ScrapeException.bodyTooLarge(maxBodyBytes, maxBodySetting);
    }
    return compressed
        ? uncompress(body, contentType, share)
        : new ScrapedBody(body.bytes(), body.length(), contentType, share::close);
  }

  private HttpResponse<BoundedBody> exchange(Target target, BodyMemory.Share share)
      throws ScrapeException, InterruptedException {
    CompletableFuture<HttpResponse<BoundedBody>> answer;
    try {
      answer =
          client.client().sendAsync(request(target), _ -> new BoundedBody(maxBodyBytes, share));
    } catch (WeirException.BadData | IllegalArgumentException e) {
      throw failed(target, String.valueOf(e.getMessage()), e);
    }
    try {
      return answer.get(target.timeout().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      answer.cancel(true);
      throw failed(target, "no whole answer within " + seconds(target) + " s", e);
    } catch (InterruptedException e) {
      answer.cancel(true);
      throw e;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw failed(target, reason(cause), cause);
    }
  }

  private static ScrapeException failed(Target target, String reason, Throwable cause) {
    return new ScrapeException("Get \"%s\": %s".formatted(target.url(), reason), cause);
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ConnectException
        && cause.getCause() instanceof UnresolvedAddressException) {
      return "no such host";
    }
    if (cause instanceof ConnectException && cause.getMessage() == null) {
      return "connection refused";
    }
    String message = cause.getMessage();
    return message == null ? cause.getClass().getSimpleName() : message;
  }

  private static String seconds(Target target) {
    return BigDecimal.valueOf(target.timeout().toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  private HttpRequest request(Target target) {
    return client
        .request(target.url())
        .setHeader("Accept", accept)
        .setHeader("Accept-Encoding", config.enableCompression() ? "gzip" : "identity")
        .setHeader("User-Agent", userAgent)
        .setHeader("X-Prometheus-Scrape-Timeout-Seconds", seconds(target))
        .GET()
        .build();
  }

  private ScrapedBody uncompress(BoundedBody compressed, String contentType, BodyMemory.Share share)
      throws ScrapeException {
    // A body mostly has a few times its compressed length; what claims to is not believed.
    byte[] bytes = grown(new byte[0], Math.clamp(4L * compressed.length(), 4_096, 1 << 20), share);
    int filled = 0;
    try (InputStream in =
        new GZIPInputStream(
            new ByteArrayInputStream(compressed.bytes(), 0, compressed.length()), 8192)) {
      while (true) {
        if (filled == bytes.length) {
          bytes = grown(bytes, 2L * bytes.length, share);
        }
        int read = in.read(bytes, filled, bytes.length - filled);
        if (read < 0) {
          return new ScrapedBody(bytes, filled, contentType, share::close);
        }
        filled += read;
        if (filled > maxBodyBytes) {
          throw ScrapeException.bodyTooLarge(maxBodyBytes, maxBodySetting);
        }
      }
    } catch (IOException e) {
      throw new ScrapeException("the body is no gzip: " + e.getMessage(), e);
    }
  }

  private byte[] grown(byte[] bytes, long wanted, BodyMemory.Share share) throws ScrapeException {
    // One byte more than it may have, to see that it has too many.
    int longer = (int) Math.min(maxBodyBytes + 1, wanted);
    if (!share.take(longer - bytes.length)) {
      throw ScrapeException.noMemory(memory.maxBytes());
    }
    return Arrays.copyOf(bytes, longer);
  }

  @Override
  public void close() {
    client.close();
  }
}
