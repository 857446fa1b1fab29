package dev.weir.rules.routing;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/// A webhook of a receiver.
///
/// @param sendResolved whether it also hears of resolved alerts
/// @param maxAlerts how many alerts a message has at most; 0 for any number
/// @param timeout how long one request may take; zero leaves it to the group's interval
public record WebhookConfig(Url url, boolean sendResolved, int maxAlerts, Duration timeout) {

  /// Where it is. The address may itself be a secret, so it is not printed.
  public sealed interface Url {
    record Inline(URI value) implements Url {
      @Override
      public String toString() {
        return "<secret>";
      }
    }

    /// Read anew for each notification.
    record InFile(Path path) implements Url {}
  }

  public WebhookConfig {
    requireNonNull(url, "url");
    requireNonNull(timeout, "timeout");
  }
}
