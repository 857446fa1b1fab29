package dev.weir.testing.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class RegistryFixtureTest {

  // Without spaces, as the registry gives it back without.
  private static final String SCHEMA =
      "{'type':'record','name':'Row','fields':[{'name':'timestamp','type':'long'}]}"
          .replace('\'', '"');

  private final HttpClient client = HttpClient.newHttpClient();

  @Test
  void keepsASchemaAndRefusesOneThatCannotReadIt(@TempDir Path directory) throws Exception {
    try (RegistryFixture registry = RegistryFixture.start(directory)) {
      HttpResponse<String> registered = register(registry, SCHEMA);
      assertEquals(200, registered.statusCode(), registered.body());
      String id = only(Pattern.compile("\"id\" *: *(\\d+)"), registered.body());

      HttpResponse<String> fetched =
          client.send(
              HttpRequest.newBuilder(URI.create(registry.url() + "/schemas/ids/" + id)).build(),
              HttpResponse.BodyHandlers.ofString());
      assertEquals(200, fetched.statusCode(), fetched.body());
      assertTrue(fetched.body().contains(quoted(SCHEMA)), fetched.body());

      assertEquals(registered.body(), register(registry, SCHEMA).body(), "again is no change");
      String withoutDefault = SCHEMA.replace("timestamp", "tenant");
      assertEquals(409, register(registry, withoutDefault).statusCode());
    }
  }

  private HttpResponse<String> register(RegistryFixture registry, String schema)
      throws IOException, InterruptedException {
    return client.send(
        HttpRequest.newBuilder(URI.create(registry.url() + "/subjects/weir.samples-value/versions"))
            .header("Content-Type", "application/vnd.schemaregistry.v1+json")
            .POST(HttpRequest.BodyPublishers.ofString("{\"schema\": \"" + quoted(schema) + "\"}"))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String quoted(String json) {
    return json.replace("\"", "\\\"");
  }

  private static String only(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .results()
        .map((MatchResult found) -> found.group(1))
        .reduce((_, _) -> {
          throw new AssertionError("two matches of " + pattern + " in " + text);
        })
        .orElseThrow(() -> new AssertionError("no " + pattern + " in " + text));
  }
}
