package dev.weir.service.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weir.model.WeirException;
import dev.weir.service.config.HttpClientConfig.Credentials;
import dev.weir.service.config.HttpClientConfig.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// How a job reaches its targets: what is read, and what is named because it is not supported yet.
class HttpClientConfigTest {
  private static PrometheusConfig read(String keys) {
    return PrometheusConfig.of(
        "prometheus.yml", "scrape_configs:\n- job_name: node\n" + keys.indent(2));
  }

  private static HttpClientConfig client(String keys) {
    PrometheusConfig config = read(keys);
    assertEquals(List.of(), config.warnings());
    return config.scrapeConfigs().getFirst().httpClient();
  }

  @Test
  void whatIsSupportedIsRead() {
    HttpClientConfig client =
        client(
            """
            authorization: {type: Token, credentials: s3cret}
            tls_config: {ca: CA, cert: CERT, key: KEY, insecure_skip_verify: true}
            follow_redirects: false
            enable_http2: false
            proxy_url: http://proxy:3128
            http_headers: {X-Team: {values: [a], secrets: [b]}}
            """);
    assertEquals(
        Optional.of(new Credentials.Token("Token", new Secret.Inline("s3cret"))),
        client.credentials());
    assertEquals(
        new HttpClientConfig.TlsConfig(
            Optional.of(new Secret.Inline("CA")),
            Optional.of(new Secret.Inline("CERT")),
            Optional.of(new Secret.Inline("KEY")),
            true),
        client.tls());
    assertEquals(false, client.followRedirects());
    assertEquals(false, client.enableHttp2());
    assertEquals(Optional.of(URI.create("http://proxy:3128")), client.proxyUrl());
    assertEquals(Map.of("X-Team", List.of("a", "b")), client.headers());
  }

  @Test
  void secretsMayStandInFiles() {
    assertEquals(
        Optional.of(
            new Credentials.Basic(
                new Secret.InFile(Path.of("/run/user")), new Secret.InFile(Path.of("/run/pass")))),
        client("basic_auth: {username_file: /run/user, password_file: /run/pass}").credentials());
    assertEquals(
        Optional.of(new Credentials.Token("Bearer", new Secret.InFile(Path.of("/run/token")))),
        client("bearer_token_file: /run/token").credentials());
  }

  @Test
  void whatIsNotSupportedYetIsNamedKeyByKey() {
    String job = "prometheus.yml:%d: job \"node\": %s is not supported yet; %s";
    assertEquals(
        List.of(
            job.formatted(3, "oauth2", "requests are sent without it"),
            job.formatted(4, "no_proxy", "it has no effect"),
            job.formatted(5, "proxy_from_environment", "it has no effect"),
            job.formatted(6, "proxy_connect_header", "it has no effect"),
            job.formatted(7, "basic_auth: username_ref", "there is no secret manager to ask"),
            job.formatted(7, "basic_auth: password_ref", "there is no secret manager to ask"),
            job.formatted(8, "tls_config: ca_ref", "there is no secret manager to ask"),
            job.formatted(8, "tls_config: cert_ref", "there is no secret manager to ask"),
            job.formatted(8, "tls_config: key_ref", "there is no secret manager to ask"),
            job.formatted(9, "tls_config: server_name", "it has no effect"),
            job.formatted(10, "tls_config: min_version", "it has no effect"),
            job.formatted(11, "tls_config: max_version", "it has no effect"),
            job.formatted(
                12, "http_headers: X-Team: files", "the header is sent without what they hold")),
        read("""
        oauth2: {client_id: a, token_url: http://x/}
        no_proxy: localhost
        proxy_from_environment: true
        proxy_connect_header: {a: [b]}
        basic_auth: {username_ref: a, password_ref: b}
        tls_config: {ca_ref: a, cert_ref: b, key_ref: c,
          server_name: x,
          min_version: TLS12,
          max_version: TLS13}
        http_headers: {X-Team: {files: [a]}}
        """)
            .warnings());
  }

  @Test
  void saysWhatDoesNotGoTogether() {
    WeirException.BadData problem =
        assertThrows(
            WeirException.BadData.class,
            () ->
                read(
                    """
                    tls_config: {cert: CERT}
                    bearer_token: a
                    bearer_token_file: b
                    proxy_url: proxy
                    """));
    assertEquals(
        List.of(
            "prometheus.yml:3: job \"node\": tls_config: has cert and no key; give both, or neither",
            "prometheus.yml:5: job \"node\": both bearer_token and"
                + " bearer_token_file are given; keep one of them",
            "prometheus.yml:6: job \"node\": proxy_url: \"proxy\" names no host; write it as"
                + " http://host:port"),
        problem.getMessage().lines().toList());
  }
}
