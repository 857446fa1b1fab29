package dev.weir.service.client;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.config.HttpClientConfig.TlsConfig;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManager;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.client5.http.ssl.NoopHostnameVerifier;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.pool.PoolConcurrencyPolicy;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/// An HTTP/1.1 client for many small requests, each of which waits on the thread that asks; with
/// what a configuration says of credentials, TLS, redirects and proxies. Safe for use by many
/// threads, which should be virtual: only those give up when they are interrupted. Connections are
/// kept and shared.
///
/// Secrets in files are read anew for each request, certificates when the client is made. At most
/// five redirects are followed; none from https to http, and none to another host with credentials.
public final class BlockingClient implements AutoCloseable {
  private static final Timeout CONNECT_TIMEOUT = Timeout.ofSeconds(30);
  private static final int MAX_REDIRECTS = 5;

  /// How long a connection is kept that nobody uses.
  private static final TimeValue KEEP_IDLE = TimeValue.ofMinutes(5);

  private static final long CLOSE_IDLE_SECONDS = 60;

  /// Reads an answer. What it leaves of the body is read and thrown away; where it throws, the rest
  /// is not read, and the connection is closed.
  ///
  /// @param <T> what it is read to
  /// @param <X> what is thrown where that cannot be
  @FunctionalInterface
  public interface AnswerReader<T, X extends Exception> {
    T read(Answer answer) throws IOException, X;
  }

  /// What a server answered.
  public interface Answer {
    int status();

    /// Its reading ends with an exception when the time is up.
    InputStream body();

    /// A header's value; empty if there is none.
    String header(String name);
  }

  private record Received(int status, InputStream body, ClassicHttpResponse response)
      implements Answer {
    @Override
    public String header(String name) {
      Header header = response.getFirstHeader(name);
      return header == null || header.getValue() == null ? "" : header.getValue();
    }
  }

  private final HttpClientConfig config;
  private final PoolingHttpClientConnectionManager connections;
  private final CloseableHttpClient client;
  private final Future<?> closingIdle;

  /// @throws WeirException.BadData if certificates or keys cannot be read
  public BlockingClient(HttpClientConfig config) {
    this.config = requireNonNull(config, "config");
    this.connections = connections(config);
    HttpClientBuilder builder =
        HttpClientBuilder.create()
            .setConnectionManager(connections)
            .setDefaultRequestConfig(
                RequestConfig.custom()
                    .setMaxRedirects(MAX_REDIRECTS)
                    .setProtocolUpgradeEnabled(false)
                    .build())
            .setRetryStrategy(new LostConnectionRetry())
            .disableContentCompression()
            .disableCookieManagement()
            .disableAuthCaching()
            .disableDefaultUserAgent();
    if (config.followRedirects()) {
      builder.setRedirectStrategy(new SafeRedirects());
    } else {
      builder.disableRedirectHandling();
    }
    config.proxyUrl().ifPresent(proxy -> builder.setProxy(HttpHost.create(proxy)));
    this.client = builder.build();
    this.closingIdle =
        ForkJoinPool.commonPool()
            .scheduleWithFixedDelay(
                () -> connections.closeIdle(KEEP_IDLE),
                CLOSE_IDLE_SECONDS,
                CLOSE_IDLE_SECONDS,
                TimeUnit.SECONDS);
  }

  private static PoolingHttpClientConnectionManager connections(HttpClientConfig config) {
    // Who asks bounds how many connections there are: a thread has one at a time.
    PoolingHttpClientConnectionManagerBuilder builder =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setPoolConcurrencyPolicy(PoolConcurrencyPolicy.LAX)
            .setMaxConnPerRoute(Integer.MAX_VALUE)
            .setMaxConnTotal(Integer.MAX_VALUE)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom().setConnectTimeout(CONNECT_TIMEOUT).build());
    if (!config.tls().equals(TlsConfig.DEFAULT)) {
      // Java checks the host's name itself, unless the context trusts everybody.
      builder.setTlsSocketStrategy(
          new DefaultClientTlsStrategy(
              TlsContext.of(config.tls()),
              HostnameVerificationPolicy.BUILTIN,
              NoopHostnameVerifier.INSTANCE));
    }
    return builder.build();
  }

  /// Asks for a resource.
  ///
  /// @param headers of the request, beside those of the configuration
  /// @param timeout for all of it, reading included; looking up the host's name alone may take
  ///   longer
  /// @throws TimeoutException if the time is up
  /// @throws InterruptedException if the thread is interrupted
  /// @throws IOException if there is no whole answer
  /// @throws WeirException.BadData if a secret's file cannot be used
  public <T, X extends Exception> T get(
      URI url, Map<String, String> headers, Duration timeout, AnswerReader<T, X> reader)
      throws IOException, InterruptedException, TimeoutException, X {
    HttpGet request = new HttpGet(url);
    ConfiguredHeaders.addTo(config, request::addHeader);
    headers.forEach(request::setHeader);
    AtomicBoolean late = new AtomicBoolean();
    Future<?> deadline =
        ForkJoinPool.commonPool()
            .schedule(
                () -> {
                  late.set(true);
                  request.cancel();
                },
                timeout.toNanos(),
                TimeUnit.NANOSECONDS);
    try (ClassicHttpResponse response = client.executeOpen(null, request, null)) {
      boolean read = false;
      try {
        HttpEntity entity = response.getEntity();
        InputStream body = entity == null ? InputStream.nullInputStream() : entity.getContent();
        T result = reader.read(new Received(response.getCode(), body, response));
        read = true;
        return result;
      } finally {
        if (!read) {
          request.cancel();
        }
      }
    } catch (IOException | IllegalStateException e) {
      if (Thread.interrupted()) {
        throw (InterruptedException) new InterruptedException().initCause(e);
      }
      if (late.get()) {
        throw (TimeoutException) new TimeoutException().initCause(e);
      }
      throw e;
    } finally {
      deadline.cancel(false);
    }
  }

  /// Ends all connections. Requests under way fail.
  @Override
  public void close() {
    closingIdle.cancel(false);
    client.close(CloseMode.IMMEDIATE);
  }
}
