package dev.weir.alerting;

import dev.weir.model.WeirException;
import dev.weir.rules.notify.Backoff;
import dev.weir.rules.routing.WebhookConfig;
import dev.weir.service.client.ConfiguredClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/// Posts messages to a webhook. What the receiver may take later is tried again: no answer, 429 and
/// 5xx; other answers than 2xx end it. For any thread; each call takes its thread until it is done.
final class WebhookSender implements AutoCloseable {
  private static final int TOO_MANY_REQUESTS = 429;

  private final WebhookConfig config;
  private final ConfiguredClient client;
  private final String agent;

  WebhookSender(WebhookConfig config, ConfiguredClient client, String agent) {
    this.config = config;
    this.client = client;
    this.agent = agent;
  }

  /// Sends until it is taken, refused, or time is up.
  ///
  /// @param time until when it may be tried
  /// @param maySend asked before each try
  /// @param onTry told of each try
  WebhookOutcome send(String json, Duration time, BooleanSupplier maySend, Runnable onTry) {
    long endNanos = System.nanoTime() + time.toNanos();
    Optional<String> unanswered = Optional.empty();
    WebhookOutcome last = new WebhookOutcome.Refused("there was no time to try");
    for (int failures = 1; maySend.getAsBoolean(); failures++) {
      Duration left = Duration.ofNanos(endNanos - System.nanoTime());
      if (!left.isPositive()) {
        break;
      }
      onTry.run();
      Try tried = attempt(json, left);
      last = tried.outcome;
      if (last instanceof WebhookOutcome.Unknown(String reason)) {
        unanswered = Optional.of(reason);
      }
      if (!tried.again || !pause(Backoff.after(failures, RandomGenerator.getDefault()), endNanos)) {
        break;
      }
    }
    // A later refusal does not take back what an earlier try may have brought.
    return last instanceof WebhookOutcome.Refused && unanswered.isPresent()
        ? new WebhookOutcome.Unknown(unanswered.get())
        : last;
  }

  private record Try(WebhookOutcome outcome, boolean again) {}

  private Try attempt(String json, Duration left) {
    Duration timeout =
        config.timeout().isPositive() && config.timeout().compareTo(left) < 0
            ? config.timeout()
            : left;
    try {
      HttpRequest request =
          client
              .request(url())
              .timeout(timeout)
              .setHeader("Content-Type", "application/json")
              .setHeader("User-Agent", agent)
              .POST(HttpRequest.BodyPublishers.ofString(json))
              .build();
      HttpResponse<Void> response =
          client.client().send(request, HttpResponse.BodyHandlers.discarding());
      return answered(response.statusCode());
    } catch (ConnectException | HttpConnectTimeoutException | UnknownHostException e) {
      return new Try(new WebhookOutcome.Refused("cannot connect: " + e), true);
    } catch (WeirException | URISyntaxException e) {
      return new Try(new WebhookOutcome.Refused(String.valueOf(e.getMessage())), true);
    } catch (IOException e) {
      return new Try(new WebhookOutcome.Unknown("no answer: " + e), true);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Try(new WebhookOutcome.Unknown("interrupted"), false);
    }
  }

  private static Try answered(int status) {
    if (status / 100 == 2) {
      return new Try(new WebhookOutcome.Taken(status), false);
    }
    return new Try(
        new WebhookOutcome.Refused("answered %d".formatted(status)),
        status / 100 == 5 || status == TOO_MANY_REQUESTS);
  }

  private URI url() throws URISyntaxException {
    return switch (config.url()) {
      case WebhookConfig.Url.Inline(URI value) -> value;
      case WebhookConfig.Url.InFile(var path) -> {
        try {
          yield new URI(Files.readString(path).strip());
        } catch (IOException e) {
          throw new WeirException.BadData(
              "url_file %s cannot be read (%s); make it a readable file".formatted(path, e), e);
        }
      }
    };
  }

  /// @return whether there is time left afterwards
  private static boolean pause(Duration wait, long endNanos) {
    if (System.nanoTime() + wait.toNanos() >= endNanos) {
      return false;
    }
    try {
      Thread.sleep(wait);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
