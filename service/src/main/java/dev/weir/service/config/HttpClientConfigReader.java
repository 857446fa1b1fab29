package dev.weir.service.config;

import dev.weir.service.config.HttpClientConfig.Credentials;
import dev.weir.service.config.HttpClientConfig.Secret;
import dev.weir.service.config.HttpClientConfig.TlsConfig;
import dev.weir.yaml.ConfigSection;
import dev.weir.yaml.ConfigValue;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads the keys of Prometheus's HTTP client configuration that stand inside another section.
public final class HttpClientConfigReader {
  private static final String ONE_OF =
      "keep one of basic_auth, authorization, oauth2 and bearer_token";

  private final ConfigSection section;
  private final String place;

  /// @param place how problems name the section
  public HttpClientConfigReader(ConfigSection section, String place) {
    this.section = section;
    this.place = place;
  }

  /// Unknown keys are left for who reads the rest of the section.
  public HttpClientConfig read() {
    section.unsupported("oauth2", "requests are sent without it");
    section.unsupported("no_proxy", "it has no effect");
    section.unsupported("proxy_from_environment", "it has no effect");
    section.unsupported("proxy_connect_header", "it has no effect");
    return new HttpClientConfig(
        credentials(),
        tls(),
        section.bool("follow_redirects").orElse(true),
        section.bool("enable_http2").orElse(true),
        section.value("proxy_url").flatMap(HttpClientConfigReader::url),
        headers());
  }

  static Optional<URI> url(ConfigValue value) {
    return value
        .text()
        .filter(text -> !text.isEmpty())
        .flatMap(text -> {
          try {
            URI uri = new URI(text);
            if (uri.getHost() != null) {
              return Optional.of(uri);
            }
            value.problem("\"%s\" names no host".formatted(text), "write it as http://host:port");
          } catch (URISyntaxException e) {
            value.problem("\"%s\" is no URL (%s)".formatted(text, e.getReason()), "");
          }
          return Optional.empty();
        });
  }

  private Optional<Credentials> credentials() {
    List<Credentials> found = new ArrayList<>();
    section.ifSection("basic_auth", place + ": basic_auth", basic -> found.add(basic(basic)));
    section.ifSection(
        "authorization", place + ": authorization", token -> found.add(authorization(token)));
    secret(section, "bearer_token")
        .ifPresent(token -> found.add(new Credentials.Token("Bearer", token)));
    if (found.size() > 1) {
      section.problem(section.line(), "has several kinds of credentials", ONE_OF);
    }
    return found.stream().findFirst();
  }

  private static Credentials basic(ConfigSection basic) {
    Secret username = secret(basic, "username").orElseGet(() -> new Secret.Inline(""));
    Secret password = secret(basic, "password").orElseGet(() -> new Secret.Inline(""));
    basic.unsupported("username_ref", "there is no secret manager to ask");
    basic.unsupported("password_ref", "there is no secret manager to ask");
    basic.refuseOthers();
    return new Credentials.Basic(username, password);
  }

  private static Credentials authorization(ConfigSection token) {
    String type = token.text("type").map(String::strip).filter(t -> !t.isEmpty()).orElse("Bearer");
    if (type.toLowerCase(Locale.ROOT).equals("basic")) {
      token.problem("type", "type is \"basic\"", "use basic_auth instead");
    }
    Secret secret = secret(token, "credentials").orElseGet(() -> new Secret.Inline(""));
    token.unsupported("credentials_ref", "there is no secret manager to ask");
    token.refuseOthers();
    return new Credentials.Token(type, secret);
  }

  /// `key` with the secret itself, or `key_file` with the file that holds it.
  private static Optional<Secret> secret(ConfigSection section, String key) {
    Optional<Secret> inline =
        section.text(key).filter(text -> !text.isEmpty()).map(Secret.Inline::new);
    Optional<Secret> inFile =
        section
            .text(key + "_file")
            .filter(text -> !text.isEmpty())
            .map(path -> new Secret.InFile(section.file().resolve(path)));
    if (inline.isPresent() && inFile.isPresent()) {
      section.problem(
          key + "_file", "both %s and %s_file are given".formatted(key, key), "keep one of them");
    }
    return inline.or(() -> inFile);
  }

  private TlsConfig tls() {
    ConfigSection tls = section.section("tls_config", place + ": tls_config");
    Optional<Secret> authorities = secret(tls, "ca");
    Optional<Secret> certificate = secret(tls, "cert");
    Optional<Secret> key = secret(tls, "key");
    if (certificate.isPresent() != key.isPresent()) {
      tls.problem(
          tls.line(),
          certificate.isPresent() ? "has cert and no key" : "has key and no cert",
          "give both, or neither");
    }
    for (String name : List.of("ca_ref", "cert_ref", "key_ref")) {
      tls.unsupported(name, "there is no secret manager to ask");
    }
    for (String name : List.of("server_name", "min_version", "max_version")) {
      tls.unsupported(name, "it has no effect");
    }
    boolean skip = tls.bool("insecure_skip_verify").orElse(false);
    tls.refuseOthers();
    return new TlsConfig(authorities, certificate, key, skip);
  }

  private Map<String, List<String>> headers() {
    Map<String, List<String>> headers = new TreeMap<>();
    ConfigSection names = section.section("http_headers", place + ": http_headers");
    for (String name : names.keys()) {
      ConfigSection header = names.section(name, "%s: http_headers: %s".formatted(place, name));
      List<String> values = new ArrayList<>(header.texts("values"));
      values.addAll(header.texts("secrets"));
      header.unsupported("files", "the header is sent without what they hold");
      header.refuseOthers();
      headers.put(name, List.copyOf(values));
    }
    return headers;
  }
}
