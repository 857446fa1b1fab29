package dev.weir.service.client;

import dev.weir.model.WeirException;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.service.config.HttpClientConfig.Credentials;
import dev.weir.service.config.HttpClientConfig.Secret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Base64;
import java.util.function.BiConsumer;

/// The headers that a client's configuration adds to each request. Secrets in files are read anew
/// each time.
final class ConfiguredHeaders {
  private ConfiguredHeaders() {}

  /// Hands on each header, credentials last.
  ///
  /// @throws WeirException.BadData if a secret's file cannot be read
  static void addTo(HttpClientConfig config, BiConsumer<String, String> header) {
    config.headers().forEach((name, values) -> values.forEach(value -> header.accept(name, value)));
    config
        .credentials()
        .ifPresent(credentials -> header.accept("Authorization", authorization(credentials)));
  }

  private static String authorization(Credentials credentials) {
    return switch (credentials) {
      case Credentials.Basic(Secret username, Secret password) ->
          "Basic "
              + Base64.getEncoder()
                  .encodeToString(
                      (read(username) + ":" + read(password)).getBytes(StandardCharsets.UTF_8));
      case Credentials.Token(String type, Secret token) -> type + " " + read(token);
    };
  }

  /// A secret's text, without blanks around it.
  static String read(Secret secret) {
    return switch (secret) {
      case Secret.Inline(String value) -> value;
      case Secret.InFile(var path) -> {
        try {
          yield Files.readString(path).strip();
        } catch (IOException e) {
          throw new WeirException.BadData(
              "secret in %s cannot be read (%s); make it a readable file".formatted(path, e), e);
        }
      }
    };
  }
}
