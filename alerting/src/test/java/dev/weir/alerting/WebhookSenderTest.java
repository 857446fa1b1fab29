package dev.weir.alerting;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import dev.weir.rules.routing.WebhookConfig;
import dev.weir.service.client.ConfiguredClient;
import dev.weir.service.config.HttpClientConfig;
import dev.weir.testing.WebhookServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WebhookSenderTest {
  private final WebhookServer server = new WebhookServer();
  private final AtomicInteger tries = new AtomicInteger();

  @AfterEach
  void stop() {
    server.close();
  }

  private WebhookOutcome send(WebhookConfig.Url url, Duration time) {
    return send(url, time, Integer.MAX_VALUE);
  }

  private WebhookOutcome send(WebhookConfig.Url url, Duration time, int maxTries) {
    try (WebhookSender sender =
        new WebhookSender(
            new WebhookConfig(url, true, 0, Duration.ZERO),
            new ConfiguredClient(HttpClientConfig.DEFAULT),
            "Weir/test")) {
      return sender.send("{}", time, () -> tries.get() < maxTries, tries::incrementAndGet);
    }
  }

  private WebhookConfig.Url url() {
    return new WebhookConfig.Url.Inline(URI.create(server.url("/hook")));
  }

  @Test
  void aMessageIsTaken() {
    assertEquals(new WebhookOutcome.Taken(200), send(url(), Duration.ofSeconds(30)));
    assertEquals(1, server.bodies("/hook").size());
  }

  @Test
  void aRefusalIsFinal() {
    server.answer(404);
    assertEquals(new WebhookOutcome.Refused("answered 404"), send(url(), Duration.ofSeconds(30)));
    assertEquals(1, tries.get());
  }

  @Test
  void whatMayPassIsTriedAgain() {
    server.answer(503);
    assertEquals(new WebhookOutcome.Taken(200), send(url(), Duration.ofSeconds(30)));
    assertEquals(2, tries.get());
  }

  @Test
  void whoMayNotSendAnyMoreStops() {
    server.answer(503, 503);
    assertEquals(
        new WebhookOutcome.Refused("answered 503"), send(url(), Duration.ofSeconds(30), 1));
    assertEquals(1, tries.get());
  }

  @Test
  void anAddressInAFileIsReadEachTime(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("url");
    Files.writeString(file, server.url("/first") + "\n");
    WebhookConfig.Url url = new WebhookConfig.Url.InFile(file);
    send(url, Duration.ofSeconds(30));
    Files.writeString(file, server.url("/second"));
    send(url, Duration.ofSeconds(30));
    assertEquals(1, server.bodies("/first").size());
    assertEquals(1, server.bodies("/second").size());
  }

  @Test
  void whoCannotBeReachedHasNotGotIt() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
    WebhookConfig.Url nobody =
        new WebhookConfig.Url.Inline(URI.create("http://127.0.0.1:%d/".formatted(port)));
    assertInstanceOf(WebhookOutcome.Refused.class, send(nobody, Duration.ofMillis(50), 1));
  }

  @Test
  void whoDoesNotAnswerMayHaveGotIt() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      WebhookConfig.Url url =
          new WebhookConfig.Url.Inline(
              URI.create("http://127.0.0.1:%d/".formatted(silent.getLocalPort())));
      assertInstanceOf(WebhookOutcome.Unknown.class, send(url, Duration.ofMillis(300), 1));
    }
  }
}
