package dev.weir.service.client;

import static java.util.Objects.requireNonNull;

import dev.weir.model.WeirException;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.config.HttpClientConfig.TlsConfig;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.regex.Pattern;

/// An HTTP client with what a configuration says of credentials, TLS, redirects and proxies. Safe
/// for use by many threads; connections are kept and shared.
///
/// Secrets in files are read anew for each request, certificates when the client is made. At most
/// five redirects are followed, and none from https to http.
public final class ConfiguredClient implements AutoCloseable {
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(30);

  private final HttpClientConfig config;
  private final HttpClient client;

  /// @throws WeirException.BadData if certificates or keys cannot be read
  public ConfiguredClient(HttpClientConfig config) {
    this.config = requireNonNull(config, "config");
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .connectTimeout(CONNECT_TIMEOUT)
            .followRedirects(
                config.followRedirects() ? HttpClient.Redirect.NORMAL : HttpClient.Redirect.NEVER);
    config
        .proxyUrl()
        .ifPresent(proxy ->
            builder.proxy(
                ProxySelector.of(new InetSocketAddress(proxy.getHost(), proxyPort(proxy)))));
    if (!config.tls().equals(TlsConfig.DEFAULT)) {
      builder.sslContext(TlsContext.of(config.tls()));
    }
    this.client = builder.build();
  }

  private static int proxyPort(URI proxy) {
    if (proxy.getPort() >= 0) {
      return proxy.getPort();
    }
    return "https".equals(proxy.getScheme()) ? 443 : 80;
  }

  /// The client itself, for sending what [#request] began.
  public HttpClient client() {
    return client;
  }

  /// Begins a request: with its URL, version, credentials and further headers.
  ///
  /// @throws WeirException.BadData if the URL's host or a secret's file cannot be used
  public HttpRequest.Builder request(URI url) {
    boolean http2 = config.enableHttp2() && "https".equals(url.getScheme());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(withHost(url))
            .version(http2 ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
    ConfiguredHeaders.addTo(config, request::header);
    return request;
  }

  /// Java takes no URL whose host has an underscore, as names of containers often do. Such a host
  /// is looked up here and replaced by its address.
  private static URI withHost(URI url) {
    if (url.getHost() != null || url.getRawAuthority() == null) {
      return url;
    }
    String authority = url.getRawAuthority();
    int colon = authority.lastIndexOf(':');
    String host = colon < 0 ? authority : authority.substring(0, colon);
    try {
      String address = InetAddress.getByName(host).getHostAddress();
      String literal = address.indexOf(':') < 0 ? address : "[" + address + "]";
      return URI.create(
          url.toString()
              .replaceFirst(
                  Pattern.quote(authority),
                  literal + (colon < 0 ? "" : authority.substring(colon))));
    } catch (UnknownHostException e) {
      throw new WeirException.BadData("host \"%s\" is not known".formatted(host), e);
    }
  }

  /// Ends all connections. Requests under way fail.
  @Override
  public void close() {
    client.shutdownNow();
  }
}
