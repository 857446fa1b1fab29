package dev.weir.collectors.scrape;

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

  /// @param maxBodyBytes of a body where the configuration sets no smaller bound
  HttpTargetClient(ScrapeConfig config, String userAgent, long maxBodyBytes) {
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
    HttpResponse<BoundedBody> response = exchange(target);
    if (response.statusCode() != 200) {
      throw new ScrapeException("server returned HTTP status " + response.statusCode(), null);
    }
    String contentType = response.headers().firstValue("Content-Type").orElse("");
    boolean compressed =
        response.headers().firstValue("Content-Encoding").orElse("").equalsIgnoreCase("gzip");
    BoundedBody body = response.body();
    if (!body.isWhole()) {
      throw ScrapeException.bodyTooLarge(maxBodyBytes, maxBodySetting);
    }
    return compressed
        ? uncompress(body.bytes(), body.length(), contentType)
        : new ScrapedBody(body.bytes(), body.length(), contentType);
  }

  private HttpResponse<BoundedBody> exchange(Target target)
      throws ScrapeException, InterruptedException {
    CompletableFuture<HttpResponse<BoundedBody>> answer;
    try {
      answer = client.client().sendAsync(request(target), _ -> new BoundedBody(maxBodyBytes));
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

  private ScrapedBody uncompress(byte[] compressed, int length, String contentType)
      throws ScrapeException {
    // One byte more than it may have, to see that it has too many.
    long most = maxBodyBytes + 1;
    byte[] bytes = new byte[(int) Math.min(most, Math.max(4_096, 4L * length))];
    int filled = 0;
    try (InputStream in =
        new GZIPInputStream(new ByteArrayInputStream(compressed, 0, length), 8192)) {
      while (true) {
        if (filled == bytes.length) {
          bytes = Arrays.copyOf(bytes, (int) Math.min(most, 2L * bytes.length));
        }
        int read = in.read(bytes, filled, bytes.length - filled);
        if (read < 0) {
          return new ScrapedBody(bytes, filled, contentType);
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

  @Override
  public void close() {
    client.close();
  }
}
