package dev.weir.objects;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weir.model.WeirException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What goes over the wire to each kind of store, and what is made of answers that a store in its
/// right mind does not give every day.
class OpenDalClientTest {
  private static final String KEY =
      Base64.getEncoder().encodeToString("a key of tests".getBytes(StandardCharsets.UTF_8));

  private HttpServer server;
  private final List<String> seen = new CopyOnWriteArrayList<>();
  private volatile int status = 200;
  private volatile String body = "";

  @BeforeEach
  void startServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stopServer() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    seen.add(
        "%s %s If-None-Match: %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("If-None-Match")));
    byte[] content = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
    exchange.getResponseBody().write(content);
    exchange.close();
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private ObjectLocation.S3 s3() {
    return new ObjectLocation.S3(
        "metrics",
        "a/b",
        Optional.of(endpoint()),
        Optional.empty(),
        Optional.of(new ObjectLocation.Keys("id", KEY)));
  }

  private void create(ObjectLocation location) throws Exception {
    try (OpenDalClient client = OpenDalClient.open(location)) {
      client.create("blocks/1.block", new byte[6 << 20]).get();
    }
  }

  @Test
  void s3IsAskedToWriteInOneRequestOnlyWhatIsNew() throws Exception {
    create(s3());
    assertEquals(List.of("PUT /metrics/a/b/blocks/1.block If-None-Match: *"), seen);
  }

  @Test
  void azureIsAskedToWriteInOneRequestOnlyWhatIsNew() throws Exception {
    status = 201;
    create(
        new ObjectLocation.Azure(
            "metrics", "a/b", endpoint(), Optional.of(new ObjectLocation.Keys("account", KEY))));
    assertEquals(List.of("PUT /metrics/a/b/blocks/1.block If-None-Match: *"), seen);
  }

  @Test
  void allThreeCanWriteOnlyWhatIsNew() {
    List<ObjectLocation> locations =
        List.of(
            s3(),
            new ObjectLocation.Gcs("metrics", "", Optional.of(endpoint()), Optional.empty()),
            new ObjectLocation.Azure("metrics", "", endpoint(), Optional.empty()));
    for (ObjectLocation location : locations) {
      OpenDalClient.open(location).close();
    }
    assertEquals(
        List.of("s3://metrics/a/b", "gs://metrics/", "azblob://metrics/"),
        locations.stream().map(ObjectLocation::toString).toList());
  }

  private ObjectFailure.Kind kind(int answer) throws Exception {
    status = answer;
    try (OpenDalClient client = OpenDalClient.open(s3())) {
      ExecutionException e =
          assertThrows(
              ExecutionException.class, () -> client.create("blocks/1", new byte[3]).get());
      return assertInstanceOf(ObjectFailure.class, e.getCause()).kind();
    }
  }

  @Test
  void answersAreToldApart() throws Exception {
    assertEquals(ObjectFailure.Kind.EXISTS, kind(412));
    assertEquals(ObjectFailure.Kind.REFUSED, kind(403));
    assertEquals(ObjectFailure.Kind.ABSENT, kind(404));
    assertEquals(ObjectFailure.Kind.TROUBLE, kind(500));
    assertEquals(ObjectFailure.Kind.TROUBLE, kind(503));
    assertEquals(ObjectFailure.Kind.TROUBLE, kind(429));
  }

  /// S3 answers so when two write one name at once: who asks again is told who won.
  @Test
  void aConflictOfWritesIsAskedAgain() throws Exception {
    body =
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <Error><Code>ConditionalRequestConflict</Code><Message>A conflict.</Message>
        <Resource>/metrics/1</Resource><RequestId>1</RequestId></Error>
        """;
    assertEquals(ObjectFailure.Kind.TROUBLE, kind(409));
  }

  /// Azure says so when there is a blob of that name.
  @Test
  void azuresConflictIsThatTheNameIsTaken() throws Exception {
    status = 409;
    body =
        """
        <?xml version="1.0" encoding="utf-8"?>
        <Error><Code>BlobAlreadyExists</Code><Message>The blob exists.</Message></Error>
        """;
    ObjectLocation azure =
        new ObjectLocation.Azure(
            "metrics", "", endpoint(), Optional.of(new ObjectLocation.Keys("account", KEY)));
    try (OpenDalClient client = OpenDalClient.open(azure)) {
      ExecutionException e =
          assertThrows(
              ExecutionException.class, () -> client.create("blocks/1", new byte[3]).get());
      assertEquals(
          ObjectFailure.Kind.EXISTS, assertInstanceOf(ObjectFailure.class, e.getCause()).kind());
    }
  }

  @Test
  void aBucketThatCannotBeIsRefused() {
    assertThrows(
        WeirException.BadData.class,
        () ->
            OpenDalClient.open(
                new ObjectLocation.S3(
                    "", "", Optional.of(endpoint()), Optional.empty(), Optional.empty())));
  }

  @Test
  void secretsAreInNoMessage() {
    ObjectLocation azure =
        new ObjectLocation.Azure(
            "metrics", "", endpoint(), Optional.of(new ObjectLocation.Keys("account", KEY)));
    ObjectLocation.Gcs gcs =
        new ObjectLocation.Gcs(
            "metrics", "", Optional.empty(), Optional.of(new ObjectLocation.Credential(KEY)));
    for (ObjectLocation location : List.of(s3(), azure, gcs)) {
      assertFalse(location.toString().contains(KEY), location::toString);
    }
    assertFalse(String.valueOf(gcs.credential()).contains(KEY));
    assertFalse(String.valueOf(s3().keys()).contains(KEY));
  }

  @Test
  void whatIsAfterAQuestionMarkIsLeftOut() throws Exception {
    server.stop(0);
    try (ObjectBlockStore store =
        ObjectBlockStore.open(s3(), RequestSettings.DEFAULT.withRetryFor(Duration.ofMillis(1)))) {
      WeirException e = assertThrows(WeirException.class, () -> store.list(""));
      assertTrue(e.getMessage().contains("?…"), e.getMessage());
      assertFalse(e.getMessage().contains("list-type"), e.getMessage());
    }
  }
}
