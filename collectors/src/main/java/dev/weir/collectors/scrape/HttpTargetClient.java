package dev.weir.collectors.scrape;

import dev.weir.collectors.exposition.BodyMemory;
import dev.weir.model.WeirException;
import dev.weir.service.client.BlockingClient;
import dev.weir.service.config.ScrapeConfig;
import dev.weir.service.config.ScrapeProtocol;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/// Scrapes over HTTP, one client for all targets of a scrape configuration. Safe for use by many
/// threads.
final class HttpTargetClient implements TargetClient, AutoCloseable {
  /// What a body is expected to have at most: the memory for more is taken when it comes.
  private static final int MOST_EXPECTED_BYTES = 1 << 20;

  private final ScrapeConfig config;
  private final BlockingClient client;
  private final String accept;
  private final String userAgent;
  private final long maxBodyBytes;
  private final String maxBodySetting;
  private final BodyMemory memory;

  /// How long the last body was, uncompressed: targets of one configuration resemble each other.
  private volatile int lastBytes;

  /// @param maxBodyBytes of a body where the configuration sets no smaller bound
  /// @param memory of all bodies that are in work
  HttpTargetClient(ScrapeConfig config, String userAgent, long maxBodyBytes, BodyMemory memory) {
    this.memory = memory;
    this.config = config;
    this.client = new BlockingClient(config.httpClient());
    this.accept = accept(config);
    this.userAgent = userAgent;
    long own = config.limits().bodyBytes();
    boolean ownIsSmaller = own > 0 && own < maxBodyBytes;
    this.maxBodyBytes = ownIsSmaller ? own : maxBodyBytes;
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
    try {
      return client.get(
          target.url(), headers(target), target.timeout(), answer -> body(answer, share));
    } catch (TimeoutException e) {
      throw failed(target, "no whole answer within " + seconds(target) + " s", e);
    } catch (IOException e) {
      throw failed(target, reason(e), e);
    } catch (WeirException.BadData | IllegalArgumentException | IllegalStateException e) {
      throw failed(target, String.valueOf(e.getMessage()), e);
    }
  }

  private void readCompressed(InputStream compressed, BoundedBody body)
      throws IOException, ScrapeException {
    try (InputStream in = new GZIPInputStream(compressed, 8192)) {
      body.readAll(in, lastBytes);
    } catch (ZipException | EOFException e) {
      throw new ScrapeException("the body is no gzip: " + e.getMessage(), e);
    }
  }

  /// Bytes that never leave this machine cost less to copy than to compress and to inflate: such a
  /// target is asked for plain text, unless the configuration says otherwise.
  private boolean isCompressed(URI url) {
    return config
        .enableCompression()
        .orElseGet(() -> config.httpClient().proxyUrl().isPresent() || !isLoopback(url.getHost()));
  }

  /// Names are not looked up, but for the one that every machine has for itself.
  ///
  /// @param host null where Java takes it for no host's name, as one with an underscore
  static boolean isLoopback(@Nullable String host) {
    return host != null
        && (host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]"));
  }

  private Map<String, String> headers(Target target) {
    return Map.of(
        "Accept",
        accept,
        "Accept-Encoding",
        isCompressed(target.url()) ? "gzip" : "identity",
        "User-Agent",
        userAgent,
        "X-Prometheus-Scrape-Timeout-Seconds",
        seconds(target));
  }

  private ScrapedBody body(BlockingClient.Answer answer, BodyMemory.Share share)
      throws IOException, ScrapeException {
    if (answer.status() != 200) {
      throw new ScrapeException("server returned HTTP status " + answer.status(), null);
    }
    BoundedBody body = new BoundedBody(maxBodyBytes, maxBodySetting, memory, share);
    if (answer.header("Content-Encoding").equalsIgnoreCase("gzip")) {
      readCompressed(answer.body(), body);
    } else {
      body.readAll(answer.body(), lastBytes);
    }
    lastBytes = Math.min(body.length(), MOST_EXPECTED_BYTES);
    return new ScrapedBody(
        body.bytes(), body.length(), answer.header("Content-Type"), share::close);
  }

  private static ScrapeException failed(Target target, String reason, Throwable cause) {
    return new ScrapeException("Get \"%s\": %s".formatted(target.url(), reason), cause);
  }

  private static String reason(IOException problem) {
    if (problem instanceof UnknownHostException) {
      return "no such host";
    }
    String message = problem.getMessage();
    if (message == null) {
      return problem.getClass().getSimpleName();
    }
    return problem instanceof ConnectException && message.endsWith("Connection refused")
        ? "connection refused"
        : message;
  }

  private static String seconds(Target target) {
    return BigDecimal.valueOf(target.timeout().toMillis(), 3).stripTrailingZeros().toPlainString();
  }

  @Override
  public void close() {
    client.close();
  }
}
