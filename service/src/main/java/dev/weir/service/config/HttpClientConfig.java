package dev.weir.service.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// How an HTTP client identifies itself, connects and follows, with Prometheus's keys.
///
/// @param headers further headers of each request
public record HttpClientConfig(
    Optional<Credentials> credentials,
    TlsConfig tls,
    boolean followRedirects,
    boolean enableHttp2,
    Optional<URI> proxyUrl,
    Map<String, List<String>> headers) {
  public static final HttpClientConfig DEFAULT =
      new HttpClientConfig(
          Optional.empty(), TlsConfig.DEFAULT, true, true, Optional.empty(), Map.of());

  public HttpClientConfig {
    headers = Map.copyOf(headers);
  }

  /// A secret, given in the file or in a file of its own that is read anew each time.
  public sealed interface Secret {
    record Inline(String value) implements Secret {
      @Override
      public String toString() {
        return "<secret>";
      }
    }

    record InFile(Path path) implements Secret {}
  }

  /// What goes into the `Authorization` header.
  public sealed interface Credentials {
    record Basic(Secret username, Secret password) implements Credentials {}

    /// @param type the scheme, such as `Bearer`
    record Token(String type, Secret token) implements Credentials {}
  }

  /// @param authorities certificates, in PEM, that a server's certificate must lead to
  /// @param certificate the client's certificate chain, in PEM
  /// @param key the certificate's private key, in PEM
  public record TlsConfig(
      Optional<Secret> authorities,
      Optional<Secret> certificate,
      Optional<Secret> key,
      boolean insecureSkipVerify) {
    public static final TlsConfig DEFAULT =
        new TlsConfig(Optional.empty(), Optional.empty(), Optional.empty(), false);
  }
}
